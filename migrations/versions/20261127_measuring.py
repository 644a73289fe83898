"""Measuring: definitions in full, targets per period, sites and participants, reviews, sources and jobs."""

import sqlalchemy as sa
from alembic import op

revision = "measuring"
down_revision = "weiss"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "indicator_target",
    "instrument",
    "measurement_part",
    "measurement_review",
    "period_lock",
)
"""New tables whose rows are never changed or removed."""

REMADE = ("finding", "indicator_edition", "measurement")
"""Append-only tables that SQLite makes anew, without their triggers."""

KINDS = ("count", "proportion", "sum", "mean", "money", "yes_no")
FREQUENCIES = ("once", "yearly", "half_yearly", "quarterly", "monthly")
SOURCES = ("typed", "imported")
STATUSES = ("reached", "on_track", "behind", "no_data", "overdue", "not_measurable")
MORE = {
    "kind": ("ordinal", "narrative"),
    "frequency": ("own",),
    "source": ("computed",),
    "status": ("not_judged",),
}
"""What comes to the words of each column."""


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "reminding",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_reminding_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_reminding")),
    )
    op.create_table(
        "cohort",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_cohort_created_by_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_cohort_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("programme_id", "name", name=op.f("uq_cohort_programme_id_name")),
    )
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cohort_created_by_id"), ["created_by_id"], unique=False)

    op.create_table(
        "instrument",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("lowest", sa.BigInteger(), nullable=False),
        sa.Column("highest", sa.BigInteger(), nullable=False),
        sa.Column("higher_is_better", sa.Boolean(), nullable=False),
        sa.Column("is_ordinal", sa.Boolean(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_instrument_created_by_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_instrument_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_instrument")),
        sa.UniqueConstraint(
            "programme_id", "name", "version", name=op.f("uq_instrument_programme_id_name_version")
        ),
    )
    with op.batch_alter_table("instrument", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instrument_created_by_id"), ["created_by_id"], unique=False)

    op.create_table(
        "job",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "read",
                "import",
                "undo",
                name="jobkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                "stopped",
                name="jobstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_job_created_by_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_job_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_created_by_id"), ["created_by_id"], unique=False)

    op.create_table(
        "log_source",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "table",
                "kobo",
                "odk",
                "limesurvey",
                "commcare",
                name="sourcekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column(
            "fetch",
            sa.Enum(
                "never",
                "folder",
                "address",
                name="fetch",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("every_hours", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetch_error", sa.String(length=40), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_log_source_created_by_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_log_source_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_log_source")),
        sa.UniqueConstraint("programme_id", "name", name=op.f("uq_log_source_programme_id_name")),
    )
    with op.batch_alter_table("log_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_source_created_by_id"), ["created_by_id"], unique=False)

    op.create_table(
        "period_lock",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_period_lock_period_order")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_period_lock_created_by_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_period_lock_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_period_lock")),
    )
    with op.batch_alter_table("period_lock", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_period_lock_created_by_id"), ["created_by_id"], unique=False)

    op.create_table(
        "site",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_site_created_by_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_site_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_site")),
        sa.UniqueConstraint("programme_id", "name", name=op.f("uq_site_programme_id_name")),
    )
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_site_created_by_id"), ["created_by_id"], unique=False)

    op.create_table(
        "participant",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column(
            "arm",
            sa.Enum(
                "intervention", "comparison", name="arm", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("entered_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_participant_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "cohort_id"],
            ["cohort.programme_id", "cohort.id"],
            name=op.f("fk_participant_programme_id_cohort_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "site_id"],
            ["site.programme_id", "site.id"],
            name=op.f("fk_participant_programme_id_site_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_participant_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_participant")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_participant_programme_id_code")),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participant_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_participant_programme_id_cohort_id"), ["programme_id", "cohort_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_participant_programme_id_site_id"), ["programme_id", "site_id"], unique=False
        )

    op.create_table(
        "measurement_draft",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("indicator_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_measurement_draft_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "indicator_id"],
            ["indicator.programme_id", "indicator.id"],
            name=op.f("fk_measurement_draft_programme_id_indicator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_measurement_draft_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_measurement_draft")),
    )
    with op.batch_alter_table("measurement_draft", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_measurement_draft_created_by_id"), ["created_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_measurement_draft_programme_id_indicator_id"),
            ["programme_id", "indicator_id"],
            unique=False,
        )

    op.create_table(
        "indicator_target",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_indicator_target_period_order")),
        sa.ForeignKeyConstraint(
            ["programme_id", "edition_id"],
            ["indicator_edition.programme_id", "indicator_edition.id"],
            name=op.f("fk_indicator_target_programme_id_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_indicator_target_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_indicator_target")),
        sa.UniqueConstraint(
            "programme_id",
            "edition_id",
            "ends_on",
            name=op.f("uq_indicator_target_programme_id_edition_id_ends_on"),
        ),
    )
    with op.batch_alter_table("indicator_target", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_indicator_target_programme_id_edition_id"),
            ["programme_id", "edition_id"],
            unique=False,
        )

    op.create_table(
        "observation",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "subject",
            sa.Enum(
                "training_started",
                "diploma",
                "job_started",
                "job_kept_13",
                "job_kept_26",
                "job_kept_52",
                "own_home",
                "benefit_stopped",
                "other",
                "score",
                "value",
                name="subject",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("instrument_id", sa.Uuid(), nullable=True),
        sa.Column("indicator_id", sa.Uuid(), nullable=True),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column(
            "moment",
            sa.Enum(
                "before",
                "during",
                "after",
                "later",
                name="moment",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "typed",
                "imported",
                "computed",
                name="measurementsource",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("log_import_id", sa.Uuid(), nullable=True),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_observation_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "indicator_id"],
            ["indicator.programme_id", "indicator.id"],
            name=op.f("fk_observation_programme_id_indicator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "instrument_id"],
            ["instrument.programme_id", "instrument.id"],
            name=op.f("fk_observation_programme_id_instrument_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "log_import_id"],
            ["log_import.programme_id", "log_import.id"],
            name=op.f("fk_observation_programme_id_log_import_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "participant_id"],
            ["participant.programme_id", "participant.id"],
            name=op.f("fk_observation_programme_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "supersedes_id"],
            ["observation.programme_id", "observation.id"],
            name=op.f("fk_observation_programme_id_supersedes_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_observation_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_observation")),
        sa.UniqueConstraint(
            "programme_id", "supersedes_id", name=op.f("uq_observation_programme_id_supersedes_id")
        ),
    )
    with op.batch_alter_table("observation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_observation_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_observation_programme_id_indicator_id"),
            ["programme_id", "indicator_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_observation_programme_id_instrument_id"),
            ["programme_id", "instrument_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_observation_programme_id_log_import_id"),
            ["programme_id", "log_import_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_observation_programme_id_participant_id"),
            ["programme_id", "participant_id"],
            unique=False,
        )

    op.create_table(
        "measurement_file",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("measurement_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_measurement_file_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "measurement_id"],
            ["measurement.programme_id", "measurement.id"],
            name=op.f("fk_measurement_file_programme_id_measurement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_measurement_file_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_measurement_file")),
    )
    with op.batch_alter_table("measurement_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_measurement_file_created_by_id"), ["created_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_measurement_file_programme_id_measurement_id"),
            ["programme_id", "measurement_id"],
            unique=False,
        )

    op.create_table(
        "measurement_part",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("measurement_id", sa.Uuid(), nullable=False),
        sa.Column("breakdown", sa.String(length=40), nullable=False),
        sa.Column("option", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=True),
        sa.Column("denominator", sa.BigInteger(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "measurement_id"],
            ["measurement.programme_id", "measurement.id"],
            name=op.f("fk_measurement_part_programme_id_measurement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_measurement_part_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_measurement_part")),
        sa.UniqueConstraint(
            "programme_id",
            "measurement_id",
            "breakdown",
            "option",
            name=op.f("uq_measurement_part_programme_id_measurement_id_breakdown_option"),
        ),
    )
    with op.batch_alter_table("measurement_part", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_measurement_part_programme_id_measurement_id"),
            ["programme_id", "measurement_id"],
            unique=False,
        )

    op.create_table(
        "measurement_review",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("measurement_id", sa.Uuid(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "seen",
                "returned",
                "approved",
                name="reviewstep",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_measurement_review_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "measurement_id"],
            ["measurement.programme_id", "measurement.id"],
            name=op.f("fk_measurement_review_programme_id_measurement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_measurement_review_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_measurement_review")),
    )
    with op.batch_alter_table("measurement_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measurement_review_by_id"), ["by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_measurement_review_programme_id_measurement_id"),
            ["programme_id", "measurement_id"],
            unique=False,
        )

    with op.batch_alter_table("indicator_edition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("other_name", sa.Text(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(
            sa.Column("other_definition", sa.Text(), nullable=False, server_default=sa.text("''"))
        )
        batch_op.add_column(sa.Column("numerator", sa.Text(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column("denominator", sa.Text(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column("instrument", sa.Text(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column("pitfalls", sa.Text(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column("influence", sa.Text(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column("responsible_id", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column("external_codes", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )
        batch_op.add_column(
            sa.Column("breakdowns", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )
        batch_op.add_column(sa.Column("scale_lowest", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("scale_highest", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("levels", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column("rule", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(
            sa.Column("library_key", sa.String(length=40), nullable=False, server_default=sa.text("''"))
        )
        batch_op.create_index(
            batch_op.f("ix_indicator_edition_responsible_id"), ["responsible_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_indicator_edition_responsible_id"), "user", ["responsible_id"], ["id"]
        )

    with op.batch_alter_table("log_import", schema=None) as batch_op:
        batch_op.add_column(sa.Column("log_source_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("file_name", sa.Text(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(
            sa.Column("rows_rejected", sa.Integer(), nullable=False, server_default=sa.text("0"))
        )
        batch_op.add_column(
            sa.Column("rows_missing", sa.Integer(), nullable=False, server_default=sa.text("0"))
        )
        batch_op.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("undone_by_id", sa.Uuid(), nullable=True))
        batch_op.alter_column("indicator_id", existing_type=sa.CHAR(length=32), nullable=True)
        batch_op.drop_constraint(
            batch_op.f("uq_log_import_programme_id_indicator_id_sha256_read_as"), type_="unique"
        )
        batch_op.create_index(
            batch_op.f("ix_log_import_programme_id_log_source_id"),
            ["programme_id", "log_source_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_log_import_undone_by_id"), ["undone_by_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_log_import_programme_id_log_source_id"),
            "log_source",
            ["programme_id", "log_source_id"],
            ["programme_id", "id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_log_import_undone_by_id"), "user", ["undone_by_id"], ["id"]
        )

    with op.batch_alter_table("measurement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("starts_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("people", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("missing", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("site_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("narrative", sa.Text(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column("source_key", sa.Text(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column("rests_on", sa.Text(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column("is_void", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_constraint(
            batch_op.f("uq_measurement_programme_id_indicator_id_measured_on_version"), type_="unique"
        )
        batch_op.create_index(
            batch_op.f("ix_measurement_programme_id_site_id"), ["programme_id", "site_id"], unique=False
        )
        batch_op.create_index(
            "uq_measurement_of_all",
            ["programme_id", "indicator_id", "measured_on", "version"],
            unique=True,
            sqlite_where=sa.text("site_id IS NULL"),
            postgresql_where=sa.text("site_id IS NULL"),
        )
        batch_op.create_index(
            "uq_measurement_of_site",
            ["programme_id", "indicator_id", "site_id", "measured_on", "version"],
            unique=True,
            sqlite_where=sa.text("site_id IS NOT NULL"),
            postgresql_where=sa.text("site_id IS NOT NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_measurement_programme_id_site_id"),
            "site",
            ["programme_id", "site_id"],
            ["programme_id", "id"],
        )

    _choices(more=True)
    _keep((*REMADE, *APPEND_ONLY) if op.get_bind().dialect.name == "sqlite" else APPEND_ONLY)


def _choices(*, more: bool) -> None:
    """Let kind, frequency, source and status be one of these."""
    for table, column, name, words in (
        ("indicator_edition", "kind", "ck_indicator_edition_kind", KINDS),
        ("indicator_edition", "frequency", "ck_indicator_edition_frequency", FREQUENCIES),
        ("measurement", "source", "ck_measurement_measurementsource", SOURCES),
        ("finding", "status", "ck_finding_status", STATUSES),
    ):
        listed = ", ".join(f"'{word}'" for word in (*words, *(MORE[column] if more else ())))
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(batch_op.f(name), type_="check")
            batch_op.create_check_constraint(batch_op.f(name), sa.text(f"{column} IN ({listed})"))


def _keep(tables: tuple[str, ...]) -> None:
    """Let the database itself refuse to change or remove rows of append-only tables."""
    for table in tables:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_keeps_{verb} BEFORE {verb.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
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
    _choices(more=False)

    with op.batch_alter_table("measurement", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_measurement_programme_id_site_id"), type_="foreignkey")
        batch_op.drop_index(
            "uq_measurement_of_site",
            sqlite_where=sa.text("site_id IS NOT NULL"),
            postgresql_where=sa.text("site_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_measurement_of_all",
            sqlite_where=sa.text("site_id IS NULL"),
            postgresql_where=sa.text("site_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_measurement_programme_id_site_id"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_measurement_programme_id_indicator_id_measured_on_version"),
            ["programme_id", "indicator_id", "measured_on", "version"],
        )
        batch_op.drop_column("is_void")
        batch_op.drop_column("rests_on")
        batch_op.drop_column("source_key")
        batch_op.drop_column("narrative")
        batch_op.drop_column("site_id")
        batch_op.drop_column("missing")
        batch_op.drop_column("people")
        batch_op.drop_column("starts_on")

    with op.batch_alter_table("log_import", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_log_import_undone_by_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_log_import_programme_id_log_source_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_log_import_undone_by_id"))
        batch_op.drop_index(batch_op.f("ix_log_import_programme_id_log_source_id"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_log_import_programme_id_indicator_id_sha256_read_as"),
            ["programme_id", "indicator_id", "sha256", "read_as"],
        )
        batch_op.alter_column("indicator_id", existing_type=sa.CHAR(length=32), nullable=False)
        batch_op.drop_column("undone_by_id")
        batch_op.drop_column("undone_at")
        batch_op.drop_column("rows_missing")
        batch_op.drop_column("rows_rejected")
        batch_op.drop_column("file_name")
        batch_op.drop_column("log_source_id")

    with op.batch_alter_table("indicator_edition", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_indicator_edition_responsible_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_indicator_edition_responsible_id"))
        batch_op.drop_column("library_key")
        batch_op.drop_column("rule")
        batch_op.drop_column("levels")
        batch_op.drop_column("scale_highest")
        batch_op.drop_column("scale_lowest")
        batch_op.drop_column("breakdowns")
        batch_op.drop_column("external_codes")
        batch_op.drop_column("responsible_id")
        batch_op.drop_column("influence")
        batch_op.drop_column("pitfalls")
        batch_op.drop_column("instrument")
        batch_op.drop_column("denominator")
        batch_op.drop_column("numerator")
        batch_op.drop_column("other_definition")
        batch_op.drop_column("other_name")

    with op.batch_alter_table("measurement_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measurement_review_programme_id_measurement_id"))
        batch_op.drop_index(batch_op.f("ix_measurement_review_by_id"))

    op.drop_table("measurement_review")
    with op.batch_alter_table("measurement_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measurement_part_programme_id_measurement_id"))

    op.drop_table("measurement_part")
    with op.batch_alter_table("measurement_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measurement_file_programme_id_measurement_id"))
        batch_op.drop_index(batch_op.f("ix_measurement_file_created_by_id"))

    op.drop_table("measurement_file")
    with op.batch_alter_table("observation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_observation_programme_id_participant_id"))
        batch_op.drop_index(batch_op.f("ix_observation_programme_id_log_import_id"))
        batch_op.drop_index(batch_op.f("ix_observation_programme_id_instrument_id"))
        batch_op.drop_index(batch_op.f("ix_observation_programme_id_indicator_id"))
        batch_op.drop_index(batch_op.f("ix_observation_created_by_id"))

    op.drop_table("observation")
    with op.batch_alter_table("indicator_target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_indicator_target_programme_id_edition_id"))

    op.drop_table("indicator_target")
    with op.batch_alter_table("measurement_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measurement_draft_programme_id_indicator_id"))
        batch_op.drop_index(batch_op.f("ix_measurement_draft_created_by_id"))

    op.drop_table("measurement_draft")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_programme_id_site_id"))
        batch_op.drop_index(batch_op.f("ix_participant_programme_id_cohort_id"))
        batch_op.drop_index(batch_op.f("ix_participant_created_by_id"))

    op.drop_table("participant")
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_site_created_by_id"))

    op.drop_table("site")
    with op.batch_alter_table("period_lock", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_period_lock_created_by_id"))

    op.drop_table("period_lock")
    with op.batch_alter_table("log_source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_source_created_by_id"))

    op.drop_table("log_source")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_created_by_id"))

    op.drop_table("job")
    with op.batch_alter_table("instrument", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instrument_created_by_id"))

    op.drop_table("instrument")
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cohort_created_by_id"))

    op.drop_table("cohort")
    op.drop_table("reminding")

    if op.get_bind().dialect.name == "sqlite":
        _keep(REMADE)
