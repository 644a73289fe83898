"""Guardians: who is too young to agree alone, and what their guardian answered."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "guardian"
down_revision = "measuring"
branch_labels = None
depends_on = None

SCOPES = ("interview", "notes", "recording", "original")
GUARDIANS = ("parent", "guardian")
RULE = "(scope = 'guardian') = (answered_by IS NOT NULL)"


def upgrade() -> None:
    """Change the tables."""
    op.execute("ALTER TABLE respondent ADD COLUMN needs_guardian BOOLEAN NOT NULL DEFAULT false")
    with op.batch_alter_table("consent") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_consent_consentscope"), type_="check")
        batch_op.add_column(sa.Column("answered_by", sa.String(40), nullable=True))
        _one_of(batch_op, "consentscope", "scope", (*SCOPES, "guardian"))
        _one_of(batch_op, "guardian", "answered_by", GUARDIANS)
        batch_op.create_check_constraint(batch_op.f("ck_consent_guardian_answers"), sa.text(RULE))
    _keep()


def _one_of(batch_op: BatchOperations, name: str, column: str, words: tuple[str, ...]) -> None:
    """Let a column of consent hold one of these."""
    listed = ", ".join(f"'{word}'" for word in words)
    batch_op.create_check_constraint(batch_op.f(f"ck_consent_{name}"), sa.text(f"{column} IN ({listed})"))


def _keep() -> None:
    """Let SQLite, which made the table anew, refuse again to change or remove its rows."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER consent_keeps_{verb} BEFORE {verb.upper()} ON consent "
                "BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END"
            )


def downgrade() -> None:
    """Change them back."""
    with op.batch_alter_table("consent") as batch_op:
        for name in ("guardian_answers", "guardian", "consentscope"):
            batch_op.drop_constraint(batch_op.f(f"ck_consent_{name}"), type_="check")
        batch_op.drop_column("answered_by")
        _one_of(batch_op, "consentscope", "scope", SCOPES)
    _keep()
    op.execute("ALTER TABLE respondent DROP COLUMN needs_guardian")
