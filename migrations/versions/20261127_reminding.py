"""Mail that can be ended by one click of the mail program; personal links that name their guide."""

from alembic import op

revision = "reminding"
down_revision = "guardian"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.execute("ALTER TABLE outbox_message ADD COLUMN unsubscribe TEXT NOT NULL DEFAULT ''")
    op.execute(
        "ALTER TABLE personal_link ADD COLUMN variant VARCHAR(40) CONSTRAINT ck_personal_link_guidevariant "
        "CHECK (variant IN ('plain', 'appreciative')) NOT NULL DEFAULT 'plain'"
    )


def downgrade() -> None:
    """Change them back."""
    op.execute("ALTER TABLE personal_link DROP COLUMN variant")
    op.execute("ALTER TABLE outbox_message DROP COLUMN unsubscribe")
