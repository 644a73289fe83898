"""The first half of the method: documents, coding, own trees, rankings, conflicts, workshops, editions."""

import sqlalchemy as sa
from alembic import op

revision = "weiss"
down_revision = "golden_thread"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "statement_reading",
    "tree_agreement",
    "tree_edition",
    "tree_score",
)
"""New tables whose rows are never changed or removed."""

OLD_MODES = ("held", "alone")
MODES = (*OLD_MODES, "peer", "transcript", "document", "workshop")
OLD_SCOPES = ("interview", "notes")
SCOPES = (*OLD_SCOPES, "recording", "original")


CHECKS = {
    ("goal_edition", "practice"): "ck_goal_edition_practice",
    ("goal_edition", "purpose"): "ck_goal_edition_purpose",
    ("goal_edition", "direction"): "ck_goal_edition_direction",
    ("goal_link", "key_reason"): "ck_goal_link_keyreason",
    ("goal_link", "verdict"): "ck_goal_link_elementverdict",
    ("guide", "variant"): "ck_guide_guidevariant",
    ("stakeholder_group", "participation"): "ck_stakeholder_group_participation",
}
"""Names of the checks, as the models give them."""


def _one_of(table: str, column: str, *words: str) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"VARCHAR(40) CONSTRAINT NAME CHECK ({column} IN ({listed}))".replace(
        "NAME", CHECKS[table, column]
    )


COLUMNS = (
    ("goal_edition", "practice", _one_of("goal_edition", "practice", "formal", "actual")),
    (
        "goal_edition",
        "purpose",
        _one_of("goal_edition", "purpose", "end", "means", "side", "process", "organisational"),
    ),
    ("goal_edition", "direction", _one_of("goal_edition", "direction", "more", "less", "keep")),
    (
        "goal_holder",
        "feasibility",
        "INTEGER CONSTRAINT ck_goal_holder_feasibility_range CHECK (feasibility BETWEEN 1 AND 5)",
    ),
    ("goal_link", "alternatives", "TEXT NOT NULL DEFAULT ''"),
    ("goal_link", "key_reason", _one_of("goal_link", "key_reason", "contested", "central", "uncertain")),
    ("goal_link", "is_feedback", "BOOLEAN NOT NULL DEFAULT false"),
    ("goal_link", "element", "TEXT NOT NULL DEFAULT ''"),
    (
        "goal_link",
        "verdict",
        _one_of("goal_link", "verdict", "works", "promising", "mixed", "does_not_work", "unknown"),
    ),
    ("guide", "variant", _one_of("guide", "variant", "plain", "appreciative") + " NOT NULL DEFAULT 'plain'"),
    (
        "stakeholder_group",
        "participation",
        _one_of(
            "stakeholder_group",
            "participation",
            "recipient",
            "listener",
            "adviser",
            "co_decider",
            "co_producer",
            "initiator",
        ),
    ),
    ("stakeholder_group", "is_affected", "BOOLEAN NOT NULL DEFAULT false"),
    ("stakeholder_group", "consent_route", "TEXT NOT NULL DEFAULT ''"),
)
"""New columns of tables that there were: added as they are: SQLite keeps the table and its triggers."""


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "codebook_entry",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "use",
            sa.Enum(
                "assumption",
                "condition",
                "conflict",
                "side_effect",
                "harm",
                "other",
                name="codeuse",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_codebook_entry_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_codebook_entry_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_codebook_entry")),
        sa.UniqueConstraint("programme_id", "name", name=op.f("uq_codebook_entry_programme_id_name")),
    )
    with op.batch_alter_table("codebook_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_codebook_entry_created_by_id"), ["created_by_id"], unique=False)

    op.create_table(
        "edit_step",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("forward", sa.JSON(), nullable=False),
        sa.Column("backward", sa.JSON(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_edit_step_programme_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_edit_step_user_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_edit_step")),
        sa.UniqueConstraint(
            "programme_id",
            "user_id",
            "area",
            "number",
            name=op.f("uq_edit_step_programme_id_user_id_area_number"),
        ),
    )
    with op.batch_alter_table("edit_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edit_step_user_id"), ["user_id"], unique=False)

    op.create_table(
        "goal_conflict",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "value",
                "priority",
                "causal_belief",
                "resources",
                "wording",
                name="conflictkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "decided",
                "agreed_to_differ",
                name="conflictstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_goal_conflict_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_goal_conflict_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_goal_conflict")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_goal_conflict_programme_id_code")),
    )
    with op.batch_alter_table("goal_conflict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_conflict_created_by_id"), ["created_by_id"], unique=False)

    op.create_table(
        "ranking",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "rank", "weigh", name="rankingmethod", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_ranking_created_by_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_ranking_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_ranking")),
    )
    with op.batch_alter_table("ranking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ranking_created_by_id"), ["created_by_id"], unique=False)

    op.create_table(
        "tree_score",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("plausible", sa.Integer(), nullable=False),
        sa.Column("doable", sa.Integer(), nullable=False),
        sa.Column("testable", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("doable BETWEEN 1 AND 4", name=op.f("ck_tree_score_doable_range")),
        sa.CheckConstraint("plausible BETWEEN 1 AND 4", name=op.f("ck_tree_score_plausible_range")),
        sa.CheckConstraint("testable BETWEEN 1 AND 4", name=op.f("ck_tree_score_testable_range")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_tree_score_programme_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_tree_score_user_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_tree_score")),
    )
    with op.batch_alter_table("tree_score", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tree_score_user_id"), ["user_id"], unique=False)

    op.create_table(
        "workshop",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "cards", "dots", "closed", name="phase", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("dots", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("dots >= 1", name=op.f("ck_workshop_dots_range")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_workshop_created_by_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_workshop_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_workshop")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_workshop_programme_id_code")),
    )
    with op.batch_alter_table("workshop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workshop_created_by_id"), ["created_by_id"], unique=False)

    op.create_table(
        "workshop_door",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_workshop_door_programme_id")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_workshop_door")),
    )
    with op.batch_alter_table("workshop_door", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workshop_door_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_workshop_door_workshop_id"), ["workshop_id"], unique=False)

    op.create_table(
        "conflict_goal",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conflict_id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "conflict_id"],
            ["goal_conflict.programme_id", "goal_conflict.id"],
            name=op.f("fk_conflict_goal_programme_id_conflict_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_conflict_goal_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_conflict_goal_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_conflict_goal")),
        sa.UniqueConstraint(
            "programme_id",
            "conflict_id",
            "goal_id",
            name=op.f("uq_conflict_goal_programme_id_conflict_id_goal_id"),
        ),
    )
    with op.batch_alter_table("conflict_goal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_conflict_goal_programme_id_conflict_id"),
            ["programme_id", "conflict_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_conflict_goal_programme_id_goal_id"), ["programme_id", "goal_id"], unique=False
        )

    op.create_table(
        "conflict_party",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conflict_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "conflict_id"],
            ["goal_conflict.programme_id", "goal_conflict.id"],
            name=op.f("fk_conflict_party_programme_id_conflict_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "group_id"],
            ["stakeholder_group.programme_id", "stakeholder_group.id"],
            name=op.f("fk_conflict_party_programme_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_conflict_party_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_conflict_party")),
        sa.UniqueConstraint(
            "programme_id",
            "conflict_id",
            "group_id",
            name=op.f("uq_conflict_party_programme_id_conflict_id_group_id"),
        ),
    )
    with op.batch_alter_table("conflict_party", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_conflict_party_programme_id_conflict_id"),
            ["programme_id", "conflict_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_conflict_party_programme_id_group_id"), ["programme_id", "group_id"], unique=False
        )

    op.create_table(
        "goal_distinction",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_goal_distinction_in_order")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_goal_distinction_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "one_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_goal_distinction_programme_id_one_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "other_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_goal_distinction_programme_id_other_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_goal_distinction_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_goal_distinction")),
        sa.UniqueConstraint(
            "programme_id",
            "one_id",
            "other_id",
            name=op.f("uq_goal_distinction_programme_id_one_id_other_id"),
        ),
    )
    with op.batch_alter_table("goal_distinction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_goal_distinction_created_by_id"), ["created_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_goal_distinction_programme_id_one_id"), ["programme_id", "one_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_goal_distinction_programme_id_other_id"),
            ["programme_id", "other_id"],
            unique=False,
        )

    op.create_table(
        "party_goal",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "input",
                "activity",
                "output",
                "outcome",
                "impact",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "standing",
            sa.Enum(
                "stated",
                "implicit",
                "hidden",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("importance", sa.Integer(), nullable=True),
        sa.Column("feasibility", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("feasibility BETWEEN 1 AND 5", name=op.f("ck_party_goal_feasibility_range")),
        sa.CheckConstraint("importance BETWEEN 1 AND 5", name=op.f("ck_party_goal_importance_range")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_party_goal_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "group_id"],
            ["stakeholder_group.programme_id", "stakeholder_group.id"],
            name=op.f("fk_party_goal_programme_id_group_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_party_goal_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_party_goal")),
        sa.UniqueConstraint(
            "programme_id", "group_id", "number", name=op.f("uq_party_goal_programme_id_group_id_number")
        ),
    )
    with op.batch_alter_table("party_goal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_goal_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_party_goal_programme_id_group_id"), ["programme_id", "group_id"], unique=False
        )

    op.create_table(
        "ranking_goal",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ranking_id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_ranking_goal_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "ranking_id"],
            ["ranking.programme_id", "ranking.id"],
            name=op.f("fk_ranking_goal_programme_id_ranking_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_ranking_goal_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_ranking_goal")),
        sa.UniqueConstraint(
            "programme_id",
            "ranking_id",
            "goal_id",
            name=op.f("uq_ranking_goal_programme_id_ranking_id_goal_id"),
        ),
    )
    with op.batch_alter_table("ranking_goal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ranking_goal_programme_id_goal_id"), ["programme_id", "goal_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_ranking_goal_programme_id_ranking_id"),
            ["programme_id", "ranking_id"],
            unique=False,
        )

    op.create_table(
        "tree_edition",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("restored_from_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_tree_edition_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "group_id"],
            ["stakeholder_group.programme_id", "stakeholder_group.id"],
            name=op.f("fk_tree_edition_programme_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "restored_from_id"],
            ["tree_edition.programme_id", "tree_edition.id"],
            name=op.f("fk_tree_edition_programme_id_restored_from_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_tree_edition_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_tree_edition")),
        sa.UniqueConstraint(
            "programme_id", "group_id", "number", name=op.f("uq_tree_edition_programme_id_group_id_number")
        ),
    )
    with op.batch_alter_table("tree_edition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tree_edition_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_tree_edition_of_all"),
            ["programme_id", "number"],
            unique=True,
            sqlite_where=sa.text("group_id IS NULL"),
            postgresql_where=sa.text("group_id IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_tree_edition_programme_id_group_id"), ["programme_id", "group_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_tree_edition_programme_id_restored_from_id"),
            ["programme_id", "restored_from_id"],
            unique=False,
        )

    op.create_table(
        "workshop_seat",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "group_id"],
            ["stakeholder_group.programme_id", "stakeholder_group.id"],
            name=op.f("fk_workshop_seat_programme_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "workshop_id"],
            ["workshop.programme_id", "workshop.id"],
            name=op.f("fk_workshop_seat_programme_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_workshop_seat_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_workshop_seat")),
    )
    with op.batch_alter_table("workshop_seat", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_workshop_seat_programme_id_group_id"), ["programme_id", "group_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_workshop_seat_programme_id_workshop_id"),
            ["programme_id", "workshop_id"],
            unique=False,
        )

    op.create_table(
        "goal_check",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("respondent_id", sa.Uuid(), nullable=False),
        sa.Column("goal_edition_id", sa.Uuid(), nullable=True),
        sa.Column("party_goal_id", sa.Uuid(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "agree",
                "amend",
                "reject",
                name="checkverdict",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(goal_edition_id IS NULL) <> (party_goal_id IS NULL)", name=op.f("ck_goal_check_one_goal")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_edition_id"],
            ["goal_edition.programme_id", "goal_edition.id"],
            name=op.f("fk_goal_check_programme_id_goal_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "party_goal_id"],
            ["party_goal.programme_id", "party_goal.id"],
            name=op.f("fk_goal_check_programme_id_party_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "respondent_id"],
            ["respondent.programme_id", "respondent.id"],
            name=op.f("fk_goal_check_programme_id_respondent_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_goal_check_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_goal_check")),
    )
    with op.batch_alter_table("goal_check", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_goal_check_programme_id_goal_edition_id"),
            ["programme_id", "goal_edition_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_goal_check_programme_id_party_goal_id"),
            ["programme_id", "party_goal_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_goal_check_programme_id_respondent_id"),
            ["programme_id", "respondent_id"],
            unique=False,
        )

    op.create_table(
        "goal_relation",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_goal_id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column(
            "relation",
            sa.Enum(
                "same",
                "narrower",
                "broader",
                "means_for",
                "conflicts",
                "independent",
                name="relation",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_goal_relation_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_goal_relation_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "party_goal_id"],
            ["party_goal.programme_id", "party_goal.id"],
            name=op.f("fk_goal_relation_programme_id_party_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_goal_relation_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_goal_relation")),
        sa.UniqueConstraint(
            "programme_id",
            "party_goal_id",
            "goal_id",
            name=op.f("uq_goal_relation_programme_id_party_goal_id_goal_id"),
        ),
    )
    with op.batch_alter_table("goal_relation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_relation_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_goal_relation_programme_id_goal_id"), ["programme_id", "goal_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_goal_relation_programme_id_party_goal_id"),
            ["programme_id", "party_goal_id"],
            unique=False,
        )

    op.create_table(
        "link_argument",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "for",
                "against",
                "defeater",
                name="argumentside",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "weight",
            sa.Enum(
                "weak", "fair", "strong", name="weight", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column(
            "directness",
            sa.Enum(
                "direct", "indirect", name="directness", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_link_argument_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "link_id"],
            ["goal_link.programme_id", "goal_link.id"],
            name=op.f("fk_link_argument_programme_id_link_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_link_argument_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_link_argument")),
    )
    with op.batch_alter_table("link_argument", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_argument_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_link_argument_programme_id_link_id"), ["programme_id", "link_id"], unique=False
        )

    op.create_table(
        "party_link",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lower_id", sa.Uuid(), nullable=False),
        sa.Column("upper_id", sa.Uuid(), nullable=False),
        sa.Column("mechanism", sa.Text(), nullable=False),
        sa.Column("assumption", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("confidence BETWEEN 0 AND 4", name=op.f("ck_party_link_confidence_range")),
        sa.CheckConstraint("lower_id <> upper_id", name=op.f("ck_party_link_no_self_link")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_party_link_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "lower_id"],
            ["party_goal.programme_id", "party_goal.id"],
            name=op.f("fk_party_link_programme_id_lower_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "upper_id"],
            ["party_goal.programme_id", "party_goal.id"],
            name=op.f("fk_party_link_programme_id_upper_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_party_link_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_party_link")),
        sa.UniqueConstraint(
            "programme_id", "lower_id", "upper_id", name=op.f("uq_party_link_programme_id_lower_id_upper_id")
        ),
    )
    with op.batch_alter_table("party_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_link_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_party_link_programme_id_lower_id"), ["programme_id", "lower_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_party_link_programme_id_upper_id"), ["programme_id", "upper_id"], unique=False
        )

    op.create_table(
        "ranking_answer",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ranking_id", sa.Uuid(), nullable=False),
        sa.Column("respondent_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "ranking_id"],
            ["ranking.programme_id", "ranking.id"],
            name=op.f("fk_ranking_answer_programme_id_ranking_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "respondent_id"],
            ["respondent.programme_id", "respondent.id"],
            name=op.f("fk_ranking_answer_programme_id_respondent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_ranking_answer_programme_id")
        ),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user.id"], name=op.f("fk_ranking_answer_taken_by_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_ranking_answer")),
        sa.UniqueConstraint(
            "programme_id",
            "ranking_id",
            "respondent_id",
            name=op.f("uq_ranking_answer_programme_id_ranking_id_respondent_id"),
        ),
    )
    with op.batch_alter_table("ranking_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ranking_answer_programme_id_ranking_id"),
            ["programme_id", "ranking_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_ranking_answer_programme_id_respondent_id"),
            ["programme_id", "respondent_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_ranking_answer_taken_by_id"), ["taken_by_id"], unique=False)

    op.create_table(
        "tree_agreement",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tree_edition_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("respondent_id", sa.Uuid(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "group_id"],
            ["stakeholder_group.programme_id", "stakeholder_group.id"],
            name=op.f("fk_tree_agreement_programme_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "respondent_id"],
            ["respondent.programme_id", "respondent.id"],
            name=op.f("fk_tree_agreement_programme_id_respondent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "tree_edition_id"],
            ["tree_edition.programme_id", "tree_edition.id"],
            name=op.f("fk_tree_agreement_programme_id_tree_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_tree_agreement_programme_id")
        ),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user.id"], name=op.f("fk_tree_agreement_taken_by_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_tree_agreement")),
    )
    with op.batch_alter_table("tree_agreement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tree_agreement_programme_id_group_id"), ["programme_id", "group_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_tree_agreement_programme_id_respondent_id"),
            ["programme_id", "respondent_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_tree_agreement_programme_id_tree_edition_id"),
            ["programme_id", "tree_edition_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_tree_agreement_taken_by_id"), ["taken_by_id"], unique=False)

    op.create_table(
        "document",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("interview_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("turns", sa.JSON(), nullable=False),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.Column("original", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_document_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "interview_id"],
            ["interview.programme_id", "interview.id"],
            name=op.f("fk_document_programme_id_interview_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_document_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_document")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_document_programme_id_code")),
        sa.UniqueConstraint(
            "programme_id", "interview_id", name=op.f("uq_document_programme_id_interview_id")
        ),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_created_by_id"), ["created_by_id"], unique=False)

    op.create_table(
        "ranking_score",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("score >= 0", name=op.f("ck_ranking_score_score_range")),
        sa.ForeignKeyConstraint(
            ["programme_id", "answer_id"],
            ["ranking_answer.programme_id", "ranking_answer.id"],
            name=op.f("fk_ranking_score_programme_id_answer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_ranking_score_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_ranking_score_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_ranking_score")),
        sa.UniqueConstraint(
            "programme_id",
            "answer_id",
            "goal_id",
            name=op.f("uq_ranking_score_programme_id_answer_id_goal_id"),
        ),
    )
    with op.batch_alter_table("ranking_score", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ranking_score_programme_id_answer_id"), ["programme_id", "answer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_ranking_score_programme_id_goal_id"), ["programme_id", "goal_id"], unique=False
        )

    op.create_table(
        "recording",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("interview_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("sound", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_recording_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "interview_id"],
            ["interview.programme_id", "interview.id"],
            name=op.f("fk_recording_programme_id_interview_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_recording_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_recording")),
        sa.UniqueConstraint(
            "programme_id",
            "interview_id",
            "question",
            name=op.f("uq_recording_programme_id_interview_id_question"),
        ),
    )
    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recording_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_recording_programme_id_interview_id"),
            ["programme_id", "interview_id"],
            unique=False,
        )

    op.create_table(
        "tree_picture",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_tree_picture_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_tree_picture")),
    )
    op.create_table(
        "coding_end",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("interview_id", sa.Uuid(), nullable=False),
        sa.Column("coder_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["coder_id"], ["user.id"], name=op.f("fk_coding_end_coder_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_coding_end_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "interview_id"],
            ["interview.programme_id", "interview.id"],
            name=op.f("fk_coding_end_programme_id_interview_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_coding_end_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_coding_end")),
        sa.UniqueConstraint(
            "programme_id",
            "interview_id",
            "coder_id",
            name=op.f("uq_coding_end_programme_id_interview_id_coder_id"),
        ),
    )
    with op.batch_alter_table("coding_end", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coding_end_coder_id"), ["coder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coding_end_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_coding_end_programme_id_interview_id"),
            ["programme_id", "interview_id"],
            unique=False,
        )

    op.create_table(
        "coding",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("coder_id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(goal_id IS NULL) <> (entry_id IS NULL)", name=op.f("ck_coding_one_code")),
        sa.ForeignKeyConstraint(["coder_id"], ["user.id"], name=op.f("fk_coding_coder_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_coding_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "entry_id"],
            ["codebook_entry.programme_id", "codebook_entry.id"],
            name=op.f("fk_coding_programme_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_coding_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "statement_id"],
            ["statement.programme_id", "statement.id"],
            name=op.f("fk_coding_programme_id_statement_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_coding_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_coding")),
        sa.UniqueConstraint(
            "programme_id",
            "statement_id",
            "coder_id",
            "entry_id",
            name=op.f("uq_coding_programme_id_statement_id_coder_id_entry_id"),
        ),
        sa.UniqueConstraint(
            "programme_id",
            "statement_id",
            "coder_id",
            "goal_id",
            name=op.f("uq_coding_programme_id_statement_id_coder_id_goal_id"),
        ),
    )
    with op.batch_alter_table("coding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coding_coder_id"), ["coder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coding_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_coding_programme_id_entry_id"), ["programme_id", "entry_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_coding_programme_id_goal_id"), ["programme_id", "goal_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_coding_programme_id_statement_id"), ["programme_id", "statement_id"], unique=False
        )

    op.create_table(
        "party_goal_source",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_goal_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_party_goal_source_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "party_goal_id"],
            ["party_goal.programme_id", "party_goal.id"],
            name=op.f("fk_party_goal_source_programme_id_party_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "statement_id"],
            ["statement.programme_id", "statement.id"],
            name=op.f("fk_party_goal_source_programme_id_statement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_party_goal_source_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_party_goal_source")),
        sa.UniqueConstraint(
            "programme_id",
            "party_goal_id",
            "statement_id",
            name=op.f("uq_party_goal_source_programme_id_party_goal_id_statement_id"),
        ),
    )
    with op.batch_alter_table("party_goal_source", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_party_goal_source_created_by_id"), ["created_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_party_goal_source_programme_id_party_goal_id"),
            ["programme_id", "party_goal_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_party_goal_source_programme_id_statement_id"),
            ["programme_id", "statement_id"],
            unique=False,
        )

    op.create_table(
        "statement_reading",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "statement_id"],
            ["statement.programme_id", "statement.id"],
            name=op.f("fk_statement_reading_programme_id_statement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_statement_reading_programme_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_statement_reading_user_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_statement_reading")),
        sa.UniqueConstraint(
            "programme_id",
            "statement_id",
            "user_id",
            name=op.f("uq_statement_reading_programme_id_statement_id_user_id"),
        ),
    )
    with op.batch_alter_table("statement_reading", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_statement_reading_programme_id_statement_id"),
            ["programme_id", "statement_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_statement_reading_user_id"), ["user_id"], unique=False)

    op.create_table(
        "workshop_card",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.Column("taken_off", sa.Boolean(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "seat_id"],
            ["workshop_seat.programme_id", "workshop_seat.id"],
            name=op.f("fk_workshop_card_programme_id_seat_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "statement_id"],
            ["statement.programme_id", "statement.id"],
            name=op.f("fk_workshop_card_programme_id_statement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "workshop_id"],
            ["workshop.programme_id", "workshop.id"],
            name=op.f("fk_workshop_card_programme_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_workshop_card_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_workshop_card")),
        sa.UniqueConstraint(
            "programme_id",
            "workshop_id",
            "number",
            name=op.f("uq_workshop_card_programme_id_workshop_id_number"),
        ),
    )
    with op.batch_alter_table("workshop_card", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_workshop_card_programme_id_seat_id"), ["programme_id", "seat_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_workshop_card_programme_id_statement_id"),
            ["programme_id", "statement_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_workshop_card_programme_id_workshop_id"),
            ["programme_id", "workshop_id"],
            unique=False,
        )

    op.create_table(
        "workshop_dot",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "card_id"],
            ["workshop_card.programme_id", "workshop_card.id"],
            name=op.f("fk_workshop_dot_programme_id_card_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "seat_id"],
            ["workshop_seat.programme_id", "workshop_seat.id"],
            name=op.f("fk_workshop_dot_programme_id_seat_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_workshop_dot_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_workshop_dot")),
        sa.UniqueConstraint(
            "programme_id", "seat_id", "card_id", name=op.f("uq_workshop_dot_programme_id_seat_id_card_id")
        ),
    )
    with op.batch_alter_table("workshop_dot", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_workshop_dot_programme_id_card_id"), ["programme_id", "card_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_workshop_dot_programme_id_seat_id"), ["programme_id", "seat_id"], unique=False
        )

    op.add_column("goal", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    for table, column, definition in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {definition}")
    _choices(MODES, SCOPES)
    _one_guide(("kind",), ("kind", "variant"))
    _keep()


def _choices(modes: tuple[str, ...], scopes: tuple[str, ...]) -> None:
    """Let the mode of an interview and the scope of a consent be one of these."""
    for table, column, name, words in (
        ("interview", "mode", "ck_interview_mode", modes),
        ("consent", "scope", "ck_consent_consentscope", scopes),
    ):
        listed = ", ".join(f"'{word}'" for word in words)
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(batch_op.f(name), type_="check")
            batch_op.create_check_constraint(batch_op.f(name), sa.text(f"{column} IN ({listed})"))
    if op.get_bind().dialect.name == "sqlite":
        _refuse("consent")  # the table was made anew, without its triggers


def _one_guide(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """Let there be one guide for each of the new columns together, instead of the old ones."""
    with op.batch_alter_table("guide") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_guide_programme_id_" + "_".join(old)), type_="unique")
        if "variant" not in new:
            batch_op.drop_constraint(batch_op.f("ck_guide_guidevariant"), type_="check")
            batch_op.drop_column("variant")
        batch_op.create_unique_constraint(
            batch_op.f("uq_guide_programme_id_" + "_".join(new)), ["programme_id", *new]
        )


def _refuse(table: str) -> None:
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_keeps_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _keep() -> None:
    """Let the database itself refuse to change or remove rows of append-only tables."""
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            _refuse(table)
            continue
        op.execute(
            f"CREATE TRIGGER {table}_keeps_row BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_keeps_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Change them back."""
    _one_guide(("kind", "variant"), ("kind",))
    _choices(OLD_MODES, OLD_SCOPES)
    for table, column, _ in reversed(COLUMNS):
        if table != "guide":
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.execute("ALTER TABLE goal DROP COLUMN retired_at")
    with op.batch_alter_table("workshop_dot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workshop_dot_programme_id_seat_id"))
        batch_op.drop_index(batch_op.f("ix_workshop_dot_programme_id_card_id"))

    op.drop_table("workshop_dot")
    with op.batch_alter_table("workshop_card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workshop_card_programme_id_workshop_id"))
        batch_op.drop_index(batch_op.f("ix_workshop_card_programme_id_statement_id"))
        batch_op.drop_index(batch_op.f("ix_workshop_card_programme_id_seat_id"))

    op.drop_table("workshop_card")
    with op.batch_alter_table("statement_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statement_reading_user_id"))
        batch_op.drop_index(batch_op.f("ix_statement_reading_programme_id_statement_id"))

    op.drop_table("statement_reading")
    with op.batch_alter_table("party_goal_source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_goal_source_programme_id_statement_id"))
        batch_op.drop_index(batch_op.f("ix_party_goal_source_programme_id_party_goal_id"))
        batch_op.drop_index(batch_op.f("ix_party_goal_source_created_by_id"))

    op.drop_table("party_goal_source")
    with op.batch_alter_table("coding_end", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coding_end_programme_id_interview_id"))
        batch_op.drop_index(batch_op.f("ix_coding_end_created_by_id"))
        batch_op.drop_index(batch_op.f("ix_coding_end_coder_id"))

    op.drop_table("coding_end")
    with op.batch_alter_table("coding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coding_programme_id_statement_id"))
        batch_op.drop_index(batch_op.f("ix_coding_programme_id_goal_id"))
        batch_op.drop_index(batch_op.f("ix_coding_programme_id_entry_id"))
        batch_op.drop_index(batch_op.f("ix_coding_created_by_id"))
        batch_op.drop_index(batch_op.f("ix_coding_coder_id"))

    op.drop_table("coding")
    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recording_programme_id_interview_id"))
        batch_op.drop_index(batch_op.f("ix_recording_created_by_id"))

    op.drop_table("recording")
    with op.batch_alter_table("ranking_score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ranking_score_programme_id_goal_id"))
        batch_op.drop_index(batch_op.f("ix_ranking_score_programme_id_answer_id"))

    op.drop_table("ranking_score")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_created_by_id"))

    op.drop_table("document")
    with op.batch_alter_table("tree_agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tree_agreement_taken_by_id"))
        batch_op.drop_index(batch_op.f("ix_tree_agreement_programme_id_tree_edition_id"))
        batch_op.drop_index(batch_op.f("ix_tree_agreement_programme_id_respondent_id"))
        batch_op.drop_index(batch_op.f("ix_tree_agreement_programme_id_group_id"))

    op.drop_table("tree_agreement")
    with op.batch_alter_table("ranking_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ranking_answer_taken_by_id"))
        batch_op.drop_index(batch_op.f("ix_ranking_answer_programme_id_respondent_id"))
        batch_op.drop_index(batch_op.f("ix_ranking_answer_programme_id_ranking_id"))

    op.drop_table("ranking_answer")
    with op.batch_alter_table("party_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_link_programme_id_upper_id"))
        batch_op.drop_index(batch_op.f("ix_party_link_programme_id_lower_id"))
        batch_op.drop_index(batch_op.f("ix_party_link_created_by_id"))

    op.drop_table("party_link")
    with op.batch_alter_table("link_argument", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_argument_programme_id_link_id"))
        batch_op.drop_index(batch_op.f("ix_link_argument_created_by_id"))

    op.drop_table("link_argument")
    with op.batch_alter_table("goal_relation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_relation_programme_id_party_goal_id"))
        batch_op.drop_index(batch_op.f("ix_goal_relation_programme_id_goal_id"))
        batch_op.drop_index(batch_op.f("ix_goal_relation_created_by_id"))

    op.drop_table("goal_relation")
    with op.batch_alter_table("goal_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_check_programme_id_respondent_id"))
        batch_op.drop_index(batch_op.f("ix_goal_check_programme_id_party_goal_id"))
        batch_op.drop_index(batch_op.f("ix_goal_check_programme_id_goal_edition_id"))

    op.drop_table("goal_check")
    with op.batch_alter_table("workshop_seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workshop_seat_programme_id_workshop_id"))
        batch_op.drop_index(batch_op.f("ix_workshop_seat_programme_id_group_id"))

    op.drop_table("workshop_seat")
    with op.batch_alter_table("tree_edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tree_edition_programme_id_restored_from_id"))
        batch_op.drop_index(batch_op.f("ix_tree_edition_programme_id_group_id"))
        batch_op.drop_index(batch_op.f("ix_tree_edition_created_by_id"))
        batch_op.drop_index(batch_op.f("ix_tree_edition_of_all"))

    op.drop_table("tree_edition")
    with op.batch_alter_table("ranking_goal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ranking_goal_programme_id_ranking_id"))
        batch_op.drop_index(batch_op.f("ix_ranking_goal_programme_id_goal_id"))

    op.drop_table("ranking_goal")
    with op.batch_alter_table("party_goal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_goal_programme_id_group_id"))
        batch_op.drop_index(batch_op.f("ix_party_goal_created_by_id"))

    op.drop_table("party_goal")
    with op.batch_alter_table("goal_distinction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_distinction_programme_id_other_id"))
        batch_op.drop_index(batch_op.f("ix_goal_distinction_programme_id_one_id"))
        batch_op.drop_index(batch_op.f("ix_goal_distinction_created_by_id"))

    op.drop_table("goal_distinction")
    with op.batch_alter_table("conflict_party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conflict_party_programme_id_group_id"))
        batch_op.drop_index(batch_op.f("ix_conflict_party_programme_id_conflict_id"))

    op.drop_table("conflict_party")
    with op.batch_alter_table("conflict_goal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conflict_goal_programme_id_goal_id"))
        batch_op.drop_index(batch_op.f("ix_conflict_goal_programme_id_conflict_id"))

    op.drop_table("conflict_goal")
    with op.batch_alter_table("workshop_door", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workshop_door_workshop_id"))
        batch_op.drop_index(batch_op.f("ix_workshop_door_programme_id"))

    op.drop_table("workshop_door")
    with op.batch_alter_table("workshop", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workshop_created_by_id"))

    op.drop_table("workshop")
    with op.batch_alter_table("tree_score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tree_score_user_id"))

    op.drop_table("tree_score")
    with op.batch_alter_table("ranking", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ranking_created_by_id"))

    op.drop_table("ranking")
    with op.batch_alter_table("goal_conflict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_conflict_created_by_id"))

    op.drop_table("goal_conflict")
    with op.batch_alter_table("edit_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edit_step_user_id"))

    op.drop_table("edit_step")
    op.drop_table("tree_picture")
    with op.batch_alter_table("codebook_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_codebook_entry_created_by_id"))

    op.drop_table("codebook_entry")
