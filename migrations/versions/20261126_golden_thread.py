"""The first tables: programmes, people, the golden thread from statement to payment, and the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "golden_thread"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "assessment_record",
    "attestation",
    "audit_event",
    "consent",
    "contract_edition",
    "contract_line",
    "contract_party",
    "evidence_item",
    "finding",
    "goal_edition",
    "guide_edition",
    "indicator_edition",
    "instance_event",
    "ledger_entry",
    "ledger_transfer",
    "measurement",
    "outcome",
    "outcome_decision",
    "outcome_measurement",
    "payment",
    "saving_edition",
    "statement_decision",
    "study_transfer",
)
"""Tables whose rows are never changed or removed."""

GENESIS = "eb907799b27cda305915595946fc0297b11f0a94c132bf220a6ee55d9e4bb996"
"""Hash of an empty chain of the instance, see `toc.domain.audit.empty`."""


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "account_role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("permissions", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_role")),
        sa.UniqueConstraint("name", name=op.f("uq_account_role_name")),
    )
    op.create_table(
        "ended_session",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ended_session")),
    )
    with op.batch_alter_table("ended_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ended_session_at"), ["at"], unique=False)

    op.create_table(
        "instance_event",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_instance_event")),
    )
    op.create_table(
        "instance_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance_head")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "citizens_initiative",
                "client_council",
                "neighbourhood",
                "association",
                "social_enterprise",
                "welfare_organisation",
                "care_provider",
                "housing_association",
                "company",
                "bank",
                "fund",
                "foundation",
                "insurer",
                "university",
                "research_bureau",
                "school",
                "municipality",
                "province",
                "national_government",
                "benefits_agency",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_message_sent_at"), ["sent_at"], unique=False)

    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_attempt_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_attempt_key"), ["key"], unique=False)

    op.create_table(
        "user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tf_primary_method", sa.Text(), nullable=True),
        sa.Column("tf_totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_last_counter", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_user_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_fs_uniquifier")),
    )
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "programme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("target_group", sa.Text(), nullable=False),
        sa.Column("target_size", sa.Text(), nullable=False),
        sa.Column("current_situation", sa.Text(), nullable=False),
        sa.Column("better_because", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("small_number_threshold", sa.Integer(), nullable=False),
        sa.Column("own_totals_decided", sa.Boolean(), nullable=False),
        sa.Column("second_factor_required", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_programme_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
    )
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programme_created_by_id"), ["created_by_id"], unique=False)

    op.create_table(
        "user_role",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["account_role.id"], name=op.f("fk_user_role_role_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_role_user_id")),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_user_role")),
    )
    with op.batch_alter_table("user_role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_role_role_id"), ["role_id"], unique=False)

    op.create_table(
        "audit_event",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_audit_event_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "sequence", name=op.f("pk_audit_event")),
    )
    op.create_table(
        "audit_head",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_audit_head_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "bond_contract",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_bond_contract_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_bond_contract_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_bond_contract")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_bond_contract_programme_id_code")),
    )
    with op.batch_alter_table("bond_contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bond_contract_created_by_id"), ["created_by_id"], unique=False)

    op.create_table(
        "counter",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_counter_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "kind", name=op.f("pk_counter")),
    )
    op.create_table(
        "goal",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("visible_from", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_goal_created_by_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_goal_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_goal")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_goal_programme_id_code")),
    )
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_created_by_id"), ["created_by_id"], unique=False)

    op.create_table(
        "guide",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "spokesperson",
                "participant",
                name="respondentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_guide_created_by_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_guide_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_guide")),
        sa.UniqueConstraint("programme_id", "kind", name=op.f("uq_guide_programme_id_kind")),
    )
    with op.batch_alter_table("guide", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guide_created_by_id"), ["created_by_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "coordinator",
                "worker",
                "funder",
                "investor",
                "evaluator",
                "stakeholder",
                "viewer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["user.id"], name=op.f("fk_invitation_accepted_by_id")),
        sa.ForeignKeyConstraint(["invited_by_id"], ["user.id"], name=op.f("fk_invitation_invited_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_invitation_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_accepted_by_id"), ["accepted_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_invited_by_id"), ["invited_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "coordinator",
                "worker",
                "funder",
                "investor",
                "evaluator",
                "stakeholder",
                "viewer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_membership_programme_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_membership_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "programme_id", "user_id", "role", name=op.f("uq_membership_programme_id_user_id_role")
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_membership_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_membership_user_id"), ["user_id"], unique=False)

    op.create_table(
        "origin",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "fact", "invented", name="originkind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_origin_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_origin")),
        sa.UniqueConstraint(
            "programme_id",
            "subject_kind",
            "subject_id",
            "field",
            name=op.f("uq_origin_programme_id_subject_kind_subject_id_field"),
        ),
    )
    op.create_table(
        "partner",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "funder",
                "investor",
                "provider",
                "evaluator",
                "partner",
                name="part",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_partner_created_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_partner_organisation_id")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_partner_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_partner")),
        sa.UniqueConstraint(
            "programme_id",
            "organisation_id",
            "part",
            name=op.f("uq_partner_programme_id_organisation_id_part"),
        ),
    )
    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partner_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "personal_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("respondent_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_personal_link_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_personal_link_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_personal_link_token_hash")),
    )
    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_personal_link_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_personal_link_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_personal_link_respondent_id"), ["respondent_id"], unique=False)

    op.create_table(
        "stakeholder_group",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "helix",
            sa.Enum(
                "citizens",
                "business",
                "knowledge",
                "government",
                name="helix",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("is_beneficiary", sa.Boolean(), nullable=False),
        sa.Column("role_in_programme", sa.Text(), nullable=False),
        sa.Column("interest", sa.Integer(), nullable=True),
        sa.Column("influence", sa.Integer(), nullable=True),
        sa.Column("wanted_interviews", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("influence BETWEEN 1 AND 5", name=op.f("ck_stakeholder_group_influence_range")),
        sa.CheckConstraint("interest BETWEEN 1 AND 5", name=op.f("ck_stakeholder_group_interest_range")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_stakeholder_group_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_stakeholder_group_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_stakeholder_group_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_stakeholder_group")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_stakeholder_group_programme_id_code")),
        sa.UniqueConstraint("programme_id", "name", name=op.f("uq_stakeholder_group_programme_id_name")),
    )
    with op.batch_alter_table("stakeholder_group", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stakeholder_group_created_by_id"), ["created_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_stakeholder_group_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "contract_draft",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=True),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_contract_draft_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "contract_id"],
            ["bond_contract.programme_id", "bond_contract.id"],
            name=op.f("fk_contract_draft_programme_id_contract_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_contract_draft_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_contract_draft")),
    )
    with op.batch_alter_table("contract_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_draft_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contract_draft_programme_id_contract_id"),
            ["programme_id", "contract_id"],
            unique=False,
        )

    op.create_table(
        "contract_edition",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_contract_edition_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "contract_id"],
            ["bond_contract.programme_id", "bond_contract.id"],
            name=op.f("fk_contract_edition_programme_id_contract_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_contract_edition_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_contract_edition")),
        sa.UniqueConstraint(
            "programme_id",
            "contract_id",
            "number",
            name=op.f("uq_contract_edition_programme_id_contract_id_number"),
        ),
    )
    with op.batch_alter_table("contract_edition", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contract_edition_created_by_id"), ["created_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contract_edition_programme_id_contract_id"),
            ["programme_id", "contract_id"],
            unique=False,
        )

    op.create_table(
        "goal_edition",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
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
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("for_whom", sa.Text(), nullable=False),
        sa.Column("by_when", sa.Date(), nullable=True),
        sa.Column("importance", sa.Integer(), nullable=True),
        sa.Column("feasibility", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("feasibility BETWEEN 1 AND 5", name=op.f("ck_goal_edition_feasibility_range")),
        sa.CheckConstraint("importance BETWEEN 1 AND 5", name=op.f("ck_goal_edition_importance_range")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_goal_edition_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_goal_edition_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_goal_edition_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_goal_edition")),
        sa.UniqueConstraint(
            "programme_id", "goal_id", "number", name=op.f("uq_goal_edition_programme_id_goal_id_number")
        ),
    )
    with op.batch_alter_table("goal_edition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_edition_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_goal_edition_programme_id_goal_id"), ["programme_id", "goal_id"], unique=False
        )

    op.create_table(
        "goal_holder",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stance",
            sa.Enum(
                "supports",
                "neutral",
                "opposes",
                "unaware",
                name="stance",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("importance", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("importance BETWEEN 1 AND 5", name=op.f("ck_goal_holder_importance_range")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_goal_holder_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_goal_holder_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "group_id"],
            ["stakeholder_group.programme_id", "stakeholder_group.id"],
            name=op.f("fk_goal_holder_programme_id_group_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_goal_holder_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_goal_holder")),
        sa.UniqueConstraint(
            "programme_id", "goal_id", "group_id", name=op.f("uq_goal_holder_programme_id_goal_id_group_id")
        ),
    )
    with op.batch_alter_table("goal_holder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_holder_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_goal_holder_programme_id_goal_id"), ["programme_id", "goal_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_goal_holder_programme_id_group_id"), ["programme_id", "group_id"], unique=False
        )

    op.create_table(
        "goal_link",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lower_id", sa.Uuid(), nullable=False),
        sa.Column("upper_id", sa.Uuid(), nullable=False),
        sa.Column("mechanism", sa.Text(), nullable=False),
        sa.Column("assumption", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("is_key", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "untested",
                "supported",
                "mixed",
                "refuted",
                name="linkstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("confidence BETWEEN 0 AND 4", name=op.f("ck_goal_link_confidence_range")),
        sa.CheckConstraint("lower_id <> upper_id", name=op.f("ck_goal_link_no_self_link")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_goal_link_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "lower_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_goal_link_programme_id_lower_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "upper_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_goal_link_programme_id_upper_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_goal_link_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_goal_link")),
        sa.UniqueConstraint(
            "programme_id", "lower_id", "upper_id", name=op.f("uq_goal_link_programme_id_lower_id_upper_id")
        ),
    )
    with op.batch_alter_table("goal_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_link_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_goal_link_programme_id_lower_id"), ["programme_id", "lower_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_goal_link_programme_id_upper_id"), ["programme_id", "upper_id"], unique=False
        )

    op.create_table(
        "goal_review",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("signed_by_id", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signoff_revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoke_reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_goal_review_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_goal_review_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_goal_review_programme_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["user.id"], name=op.f("fk_goal_review_signed_by_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_goal_review")),
        sa.UniqueConstraint("programme_id", "goal_id", name=op.f("uq_goal_review_programme_id_goal_id")),
    )
    with op.batch_alter_table("goal_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_review_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_goal_review_signed_by_id"), ["signed_by_id"], unique=False)

    op.create_table(
        "guide_edition",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_guide_edition_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "guide_id"],
            ["guide.programme_id", "guide.id"],
            name=op.f("fk_guide_edition_programme_id_guide_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_guide_edition_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_guide_edition")),
        sa.UniqueConstraint(
            "programme_id", "guide_id", "number", name=op.f("uq_guide_edition_programme_id_guide_id_number")
        ),
    )
    with op.batch_alter_table("guide_edition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guide_edition_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_guide_edition_programme_id_guide_id"), ["programme_id", "guide_id"], unique=False
        )

    op.create_table(
        "indicator",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_indicator_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_indicator_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_indicator_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_indicator_programme_id_code")),
    )
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_indicator_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_indicator_programme_id_goal_id"), ["programme_id", "goal_id"], unique=False
        )

    op.create_table(
        "respondent",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "spokesperson",
                "participant",
                name="respondentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind <> 'participant' OR (name = '' AND email = '')",
            name=op.f("ck_respondent_participant_unnamed"),
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_respondent_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "group_id"],
            ["stakeholder_group.programme_id", "stakeholder_group.id"],
            name=op.f("fk_respondent_programme_id_group_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_respondent_programme_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_respondent_user_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_respondent")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_respondent_programme_id_code")),
    )
    with op.batch_alter_table("respondent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_respondent_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_respondent_programme_id_group_id"), ["programme_id", "group_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_respondent_user_id"), ["user_id"], unique=False)

    op.create_table(
        "assessment_record",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("goal_edition_id", sa.Uuid(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("statuses", sa.JSON(), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("ladder_version", sa.String(length=40), nullable=False),
        sa.Column("signed_by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rung BETWEEN 0 AND 5", name=op.f("ck_assessment_record_rung_range")),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_edition_id"],
            ["goal_edition.programme_id", "goal_edition.id"],
            name=op.f("fk_assessment_record_programme_id_goal_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_assessment_record_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_assessment_record_programme_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["user.id"], name=op.f("fk_assessment_record_signed_by_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_assessment_record")),
    )
    with op.batch_alter_table("assessment_record", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_record_programme_id_goal_edition_id"),
            ["programme_id", "goal_edition_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_assessment_record_programme_id_goal_id"), ["programme_id", "goal_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_assessment_record_signed_by_id"), ["signed_by_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("respondent_id", sa.Uuid(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum(
                "interview",
                "notes",
                name="consentscope",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "respondent_id"],
            ["respondent.programme_id", "respondent.id"],
            name=op.f("fk_consent_programme_id_respondent_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_consent_programme_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user.id"], name=op.f("fk_consent_taken_by_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consent_programme_id_respondent_id"),
            ["programme_id", "respondent_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_consent_taken_by_id"), ["taken_by_id"], unique=False)

    op.create_table(
        "contract_party",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_edition_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "funder",
                "investor",
                "provider",
                "evaluator",
                "partner",
                name="part",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("invested_minor", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_contract_party_created_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_contract_party_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "contract_edition_id"],
            ["contract_edition.programme_id", "contract_edition.id"],
            name=op.f("fk_contract_party_programme_id_contract_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_contract_party_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_contract_party")),
        sa.UniqueConstraint(
            "programme_id",
            "contract_edition_id",
            "organisation_id",
            "part",
            name=op.f("uq_contract_party_programme_id_contract_edition_id_organisation_id_part"),
        ),
    )
    with op.batch_alter_table("contract_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_party_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contract_party_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contract_party_programme_id_contract_edition_id"),
            ["programme_id", "contract_edition_id"],
            unique=False,
        )

    op.create_table(
        "evidence_item",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("goal_edition_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("supports", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_evidence_item_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_edition_id"],
            ["goal_edition.programme_id", "goal_edition.id"],
            name=op.f("fk_evidence_item_programme_id_goal_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_evidence_item_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_evidence_item_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_evidence_item")),
    )
    with op.batch_alter_table("evidence_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_item_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_evidence_item_programme_id_goal_edition_id"),
            ["programme_id", "goal_edition_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_evidence_item_programme_id_goal_id"), ["programme_id", "goal_id"], unique=False
        )

    op.create_table(
        "finding",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("goal_edition_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "reached",
                "on_track",
                "behind",
                "no_data",
                "overdue",
                "not_measurable",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_edition_id"],
            ["goal_edition.programme_id", "goal_edition.id"],
            name=op.f("fk_finding_programme_id_goal_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_finding_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_finding_programme_id")),
        sa.ForeignKeyConstraint(["published_by_id"], ["user.id"], name=op.f("fk_finding_published_by_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_finding")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_finding_programme_id_code")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_programme_id_goal_edition_id"),
            ["programme_id", "goal_edition_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_finding_programme_id_goal_id"), ["programme_id", "goal_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_finding_published_by_id"), ["published_by_id"], unique=False)

    op.create_table(
        "indicator_edition",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("indicator_id", sa.Uuid(), nullable=False),
        sa.Column("goal_edition_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "count",
                "proportion",
                "sum",
                "mean",
                "money",
                "yes_no",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column(
            "direction",
            sa.Enum(
                "higher", "lower", name="direction", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("is_cumulative", sa.Boolean(), nullable=False),
        sa.Column("counts_people", sa.Boolean(), nullable=False),
        sa.Column(
            "frequency",
            sa.Enum(
                "once",
                "yearly",
                "half_yearly",
                "quarterly",
                "monthly",
                name="frequency",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("baseline_value", sa.BigInteger(), nullable=True),
        sa.Column("baseline_on", sa.Date(), nullable=True),
        sa.Column("target_value", sa.BigInteger(), nullable=True),
        sa.Column("target_on", sa.Date(), nullable=True),
        sa.Column("desired_value", sa.BigInteger(), nullable=True),
        sa.Column("minimum_value", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_indicator_edition_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_edition_id"],
            ["goal_edition.programme_id", "goal_edition.id"],
            name=op.f("fk_indicator_edition_programme_id_goal_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "indicator_id"],
            ["indicator.programme_id", "indicator.id"],
            name=op.f("fk_indicator_edition_programme_id_indicator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_indicator_edition_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_indicator_edition")),
        sa.UniqueConstraint(
            "programme_id",
            "indicator_id",
            "number",
            name=op.f("uq_indicator_edition_programme_id_indicator_id_number"),
        ),
    )
    with op.batch_alter_table("indicator_edition", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_indicator_edition_created_by_id"), ["created_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_indicator_edition_programme_id_goal_edition_id"),
            ["programme_id", "goal_edition_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_indicator_edition_programme_id_indicator_id"),
            ["programme_id", "indicator_id"],
            unique=False,
        )

    op.create_table(
        "interview",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("respondent_id", sa.Uuid(), nullable=False),
        sa.Column("guide_edition_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("held", "alone", name="mode", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_interview_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "guide_edition_id"],
            ["guide_edition.programme_id", "guide_edition.id"],
            name=op.f("fk_interview_programme_id_guide_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "respondent_id"],
            ["respondent.programme_id", "respondent.id"],
            name=op.f("fk_interview_programme_id_respondent_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_interview_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_interview")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_interview_programme_id_code")),
    )
    with op.batch_alter_table("interview", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interview_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_interview_programme_id_guide_edition_id"),
            ["programme_id", "guide_edition_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_interview_programme_id_respondent_id"),
            ["programme_id", "respondent_id"],
            unique=False,
        )

    op.create_table(
        "log_import",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("indicator_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("read_as", sa.Text(), nullable=False),
        sa.Column("rows_added", sa.Integer(), nullable=False),
        sa.Column("rows_corrected", sa.Integer(), nullable=False),
        sa.Column("rows_unchanged", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_log_import_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "indicator_id"],
            ["indicator.programme_id", "indicator.id"],
            name=op.f("fk_log_import_programme_id_indicator_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_log_import_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_log_import")),
        sa.UniqueConstraint(
            "programme_id",
            "indicator_id",
            "sha256",
            "read_as",
            name=op.f("uq_log_import_programme_id_indicator_id_sha256_read_as"),
        ),
    )
    with op.batch_alter_table("log_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_import_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_log_import_programme_id_indicator_id"),
            ["programme_id", "indicator_id"],
            unique=False,
        )

    op.create_table(
        "saving_edition",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_edition_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("per_unit_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "unit",
            sa.Enum(
                "person",
                "claim",
                "day",
                "month",
                "pp",
                "tonne",
                "currency",
                name="unit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("price_year", sa.Integer(), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid(), nullable=False),
        sa.Column("cashable_share", sa.BigInteger(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["organisation.id"], name=op.f("fk_saving_edition_beneficiary_id")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_saving_edition_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "contract_edition_id"],
            ["contract_edition.programme_id", "contract_edition.id"],
            name=op.f("fk_saving_edition_programme_id_contract_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_saving_edition_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_saving_edition")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_saving_edition_programme_id_code")),
    )
    with op.batch_alter_table("saving_edition", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_saving_edition_beneficiary_id"), ["beneficiary_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_saving_edition_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_saving_edition_programme_id_contract_edition_id"),
            ["programme_id", "contract_edition_id"],
            unique=False,
        )

    op.create_table(
        "answer",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("interview_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "interview_id"],
            ["interview.programme_id", "interview.id"],
            name=op.f("fk_answer_programme_id_interview_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_answer_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_answer")),
        sa.UniqueConstraint(
            "programme_id",
            "interview_id",
            "question",
            name=op.f("uq_answer_programme_id_interview_id_question"),
        ),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_answer_programme_id_interview_id"), ["programme_id", "interview_id"], unique=False
        )

    op.create_table(
        "contract_line",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_edition_id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("indicator_edition_id", sa.Uuid(), nullable=False),
        sa.Column("saving_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_contract_line_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "contract_edition_id"],
            ["contract_edition.programme_id", "contract_edition.id"],
            name=op.f("fk_contract_line_programme_id_contract_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_contract_line_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "indicator_edition_id"],
            ["indicator_edition.programme_id", "indicator_edition.id"],
            name=op.f("fk_contract_line_programme_id_indicator_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "saving_id"],
            ["saving_edition.programme_id", "saving_edition.id"],
            name=op.f("fk_contract_line_programme_id_saving_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_contract_line_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_contract_line")),
        sa.UniqueConstraint(
            "programme_id",
            "contract_edition_id",
            "line",
            name=op.f("uq_contract_line_programme_id_contract_edition_id_line"),
        ),
    )
    with op.batch_alter_table("contract_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_line_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contract_line_programme_id_contract_edition_id"),
            ["programme_id", "contract_edition_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_contract_line_programme_id_goal_id"), ["programme_id", "goal_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contract_line_programme_id_indicator_edition_id"),
            ["programme_id", "indicator_edition_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_contract_line_programme_id_saving_id"), ["programme_id", "saving_id"], unique=False
        )

    op.create_table(
        "measurement",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("indicator_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("log_import_id", sa.Uuid(), nullable=True),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=True),
        sa.Column("denominator", sa.BigInteger(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "typed",
                "imported",
                name="measurementsource",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_measurement_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "edition_id"],
            ["indicator_edition.programme_id", "indicator_edition.id"],
            name=op.f("fk_measurement_programme_id_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "indicator_id"],
            ["indicator.programme_id", "indicator.id"],
            name=op.f("fk_measurement_programme_id_indicator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "log_import_id"],
            ["log_import.programme_id", "log_import.id"],
            name=op.f("fk_measurement_programme_id_log_import_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "supersedes_id"],
            ["measurement.programme_id", "measurement.id"],
            name=op.f("fk_measurement_programme_id_supersedes_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_measurement_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_measurement")),
        sa.UniqueConstraint(
            "programme_id",
            "indicator_id",
            "measured_on",
            "version",
            name=op.f("uq_measurement_programme_id_indicator_id_measured_on_version"),
        ),
        sa.UniqueConstraint(
            "programme_id", "supersedes_id", name=op.f("uq_measurement_programme_id_supersedes_id")
        ),
    )
    with op.batch_alter_table("measurement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measurement_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_measurement_programme_id_edition_id"), ["programme_id", "edition_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_measurement_programme_id_indicator_id"),
            ["programme_id", "indicator_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_measurement_programme_id_log_import_id"),
            ["programme_id", "log_import_id"],
            unique=False,
        )

    op.create_table(
        "reply",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("respondent_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resulting_edition_id", sa.Uuid(), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_reply_answered_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "finding_id"],
            ["finding.programme_id", "finding.id"],
            name=op.f("fk_reply_programme_id_finding_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "respondent_id"],
            ["respondent.programme_id", "respondent.id"],
            name=op.f("fk_reply_programme_id_respondent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "resulting_edition_id"],
            ["goal_edition.programme_id", "goal_edition.id"],
            name=op.f("fk_reply_programme_id_resulting_edition_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_reply_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_reply")),
        sa.UniqueConstraint(
            "programme_id",
            "finding_id",
            "respondent_id",
            name=op.f("uq_reply_programme_id_finding_id_respondent_id"),
        ),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_answered_by_id"), ["answered_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_reply_programme_id_finding_id"), ["programme_id", "finding_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_reply_programme_id_respondent_id"), ["programme_id", "respondent_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_reply_programme_id_resulting_edition_id"),
            ["programme_id", "resulting_edition_id"],
            unique=False,
        )

    op.create_table(
        "study",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("goal_edition_id", sa.Uuid(), nullable=False),
        sa.Column("indicator_edition_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "design",
            sa.Enum(
                "post_only",
                "pre_post",
                "historical",
                "qed",
                "did",
                "other_justified",
                "rct",
                name="design",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column("signed_by_id", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signoff_revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoke_reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_study_created_by_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user.id"], name=op.f("fk_study_entered_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_edition_id"],
            ["goal_edition.programme_id", "goal_edition.id"],
            name=op.f("fk_study_programme_id_goal_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_study_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "indicator_edition_id"],
            ["indicator_edition.programme_id", "indicator_edition.id"],
            name=op.f("fk_study_programme_id_indicator_edition_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_study_programme_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["user.id"], name=op.f("fk_study_signed_by_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_study")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_study_programme_id_code")),
    )
    with op.batch_alter_table("study", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_study_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_study_entered_by_id"), ["entered_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_study_programme_id_goal_edition_id"),
            ["programme_id", "goal_edition_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_study_programme_id_goal_id"), ["programme_id", "goal_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_study_programme_id_indicator_edition_id"),
            ["programme_id", "indicator_edition_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_study_signed_by_id"), ["signed_by_id"], unique=False)

    op.create_table(
        "attestation",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=True),
        sa.Column("criterion", sa.String(length=40), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_attestation_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_attestation_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "study_id"],
            ["study.programme_id", "study.id"],
            name=op.f("fk_attestation_programme_id_study_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_attestation_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_attestation")),
    )
    with op.batch_alter_table("attestation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attestation_by_id"), ["by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_attestation_programme_id_goal_id"), ["programme_id", "goal_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_attestation_programme_id_study_id"), ["programme_id", "study_id"], unique=False
        )

    op.create_table(
        "outcome",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_line_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("achieved", sa.BigInteger(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("already_claimed", sa.Integer(), nullable=False),
        sa.Column("prerequisite_met", sa.Integer(), nullable=True),
        sa.Column("deducted", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_outcome_period_order")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_outcome_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "contract_line_id"],
            ["contract_line.programme_id", "contract_line.id"],
            name=op.f("fk_outcome_programme_id_contract_line_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_outcome_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_outcome_programme_id_code")),
        sa.UniqueConstraint(
            "programme_id",
            "contract_line_id",
            "starts_on",
            "ends_on",
            "attempt",
            name=op.f("uq_outcome_programme_id_contract_line_id_starts_on_ends_on_attempt"),
        ),
    )
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_outcome_programme_id_contract_line_id"),
            ["programme_id", "contract_line_id"],
            unique=False,
        )

    op.create_table(
        "statement",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("interview_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "nobody",
                "parties",
                "payer",
                name="audience",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "attribution",
            sa.Enum(
                "anonymous", "named", name="attribution", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_statement_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "answer_id"],
            ["answer.programme_id", "answer.id"],
            name=op.f("fk_statement_programme_id_answer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "interview_id"],
            ["interview.programme_id", "interview.id"],
            name=op.f("fk_statement_programme_id_interview_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_statement_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_statement")),
        sa.UniqueConstraint(
            "programme_id",
            "answer_id",
            "starts_at",
            "ends_at",
            name=op.f("uq_statement_programme_id_answer_id_starts_at_ends_at"),
        ),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_statement_programme_id_code")),
    )
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_statement_programme_id_answer_id"), ["programme_id", "answer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_statement_programme_id_interview_id"),
            ["programme_id", "interview_id"],
            unique=False,
        )

    op.create_table(
        "study_transfer",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("goal_edition_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_study_transfer_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_edition_id"],
            ["goal_edition.programme_id", "goal_edition.id"],
            name=op.f("fk_study_transfer_programme_id_goal_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "study_id"],
            ["study.programme_id", "study.id"],
            name=op.f("fk_study_transfer_programme_id_study_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_study_transfer_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_study_transfer")),
        sa.UniqueConstraint(
            "programme_id",
            "study_id",
            "goal_edition_id",
            name=op.f("uq_study_transfer_programme_id_study_id_goal_edition_id"),
        ),
    )
    with op.batch_alter_table("study_transfer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_study_transfer_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_study_transfer_programme_id_goal_edition_id"),
            ["programme_id", "goal_edition_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_study_transfer_programme_id_study_id"), ["programme_id", "study_id"], unique=False
        )

    op.create_table(
        "goal_source",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_goal_source_created_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["goal.programme_id", "goal.id"],
            name=op.f("fk_goal_source_programme_id_goal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "statement_id"],
            ["statement.programme_id", "statement.id"],
            name=op.f("fk_goal_source_programme_id_statement_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_goal_source_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_goal_source")),
        sa.UniqueConstraint(
            "programme_id",
            "goal_id",
            "statement_id",
            name=op.f("uq_goal_source_programme_id_goal_id_statement_id"),
        ),
    )
    with op.batch_alter_table("goal_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_source_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_goal_source_programme_id_goal_id"), ["programme_id", "goal_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_goal_source_programme_id_statement_id"),
            ["programme_id", "statement_id"],
            unique=False,
        )

    op.create_table(
        "outcome_decision",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "declare",
                "verify",
                "approve",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=True),
        sa.Column("assessment_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=True),
        sa.CheckConstraint("rung BETWEEN 0 AND 5", name=op.f("ck_outcome_decision_rung_range")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_outcome_decision_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "assessment_id"],
            ["assessment_record.programme_id", "assessment_record.id"],
            name=op.f("fk_outcome_decision_programme_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "outcome_id"],
            ["outcome.programme_id", "outcome.id"],
            name=op.f("fk_outcome_decision_programme_id_outcome_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "study_id"],
            ["study.programme_id", "study.id"],
            name=op.f("fk_outcome_decision_programme_id_study_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_outcome_decision_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_outcome_decision")),
        sa.UniqueConstraint(
            "programme_id",
            "outcome_id",
            "step",
            name=op.f("uq_outcome_decision_programme_id_outcome_id_step"),
        ),
    )
    with op.batch_alter_table("outcome_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_decision_by_id"), ["by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_outcome_decision_programme_id_assessment_id"),
            ["programme_id", "assessment_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_outcome_decision_programme_id_outcome_id"),
            ["programme_id", "outcome_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_outcome_decision_programme_id_study_id"),
            ["programme_id", "study_id"],
            unique=False,
        )

    op.create_table(
        "outcome_measurement",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column("measurement_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "measurement_id"],
            ["measurement.programme_id", "measurement.id"],
            name=op.f("fk_outcome_measurement_programme_id_measurement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "outcome_id"],
            ["outcome.programme_id", "outcome.id"],
            name=op.f("fk_outcome_measurement_programme_id_outcome_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_outcome_measurement_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_outcome_measurement")),
        sa.UniqueConstraint(
            "programme_id",
            "outcome_id",
            "measurement_id",
            name=op.f("uq_outcome_measurement_programme_id_outcome_id_measurement_id"),
        ),
    )
    with op.batch_alter_table("outcome_measurement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outcome_measurement_programme_id_measurement_id"),
            ["programme_id", "measurement_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_outcome_measurement_programme_id_outcome_id"),
            ["programme_id", "outcome_id"],
            unique=False,
        )

    op.create_table(
        "payment",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column("contract_edition_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("calculation", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["approved_by_id"], ["user.id"], name=op.f("fk_payment_approved_by_id")),
        sa.ForeignKeyConstraint(
            ["programme_id", "contract_edition_id"],
            ["contract_edition.programme_id", "contract_edition.id"],
            name=op.f("fk_payment_programme_id_contract_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "outcome_id"],
            ["outcome.programme_id", "outcome.id"],
            name=op.f("fk_payment_programme_id_outcome_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_payment_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_payment")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_payment_programme_id_code")),
        sa.UniqueConstraint("programme_id", "outcome_id", name=op.f("uq_payment_programme_id_outcome_id")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_approved_by_id"), ["approved_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_payment_programme_id_contract_edition_id"),
            ["programme_id", "contract_edition_id"],
            unique=False,
        )

    op.create_table(
        "statement_decision",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "nobody",
                "parties",
                "payer",
                name="audience",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "attribution",
            sa.Enum(
                "anonymous", "named", name="attribution", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "statement_id"],
            ["statement.programme_id", "statement.id"],
            name=op.f("fk_statement_decision_programme_id_statement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_statement_decision_programme_id")
        ),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user.id"], name=op.f("fk_statement_decision_taken_by_id")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_statement_decision")),
    )
    with op.batch_alter_table("statement_decision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_statement_decision_programme_id_statement_id"),
            ["programme_id", "statement_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_statement_decision_taken_by_id"), ["taken_by_id"], unique=False)

    op.create_table(
        "ledger_transfer",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("contract_edition_id", sa.Uuid(), nullable=True),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(payment_id IS NULL) <> (contract_edition_id IS NULL)",
            name=op.f("ck_ledger_transfer_one_reference"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "contract_edition_id"],
            ["contract_edition.programme_id", "contract_edition.id"],
            name=op.f("fk_ledger_transfer_programme_id_contract_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "payment_id"],
            ["payment.programme_id", "payment.id"],
            name=op.f("fk_ledger_transfer_programme_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_ledger_transfer_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_ledger_transfer")),
        sa.UniqueConstraint(
            "programme_id",
            "contract_edition_id",
            name=op.f("uq_ledger_transfer_programme_id_contract_edition_id"),
        ),
        sa.UniqueConstraint(
            "programme_id", "payment_id", name=op.f("uq_ledger_transfer_programme_id_payment_id")
        ),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "account",
            sa.Enum(
                "outcome_payer",
                "committed",
                "outcome_receivable",
                "investor",
                "provider",
                name="accountkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_ledger_entry_not_nothing")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_ledger_entry_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "transfer_id"],
            ["ledger_transfer.programme_id", "ledger_transfer.id"],
            name=op.f("fk_ledger_entry_programme_id_transfer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_ledger_entry_programme_id")
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint(
            "programme_id",
            "transfer_id",
            "position",
            name=op.f("uq_ledger_entry_programme_id_transfer_id_position"),
        ),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ledger_entry_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_ledger_entry_programme_id_transfer_id"),
            ["programme_id", "transfer_id"],
            unique=False,
        )
    _keep()
    op.execute(f"INSERT INTO instance_head (id, sequence, hash) VALUES (1, 0, '{GENESIS}')")  # noqa: S608 - our own constant


def _keep() -> None:
    """Let the database itself refuse to change or remove rows of append-only tables."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_keeps_{verb} BEFORE {verb.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
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
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_entry_programme_id_transfer_id"))
        batch_op.drop_index(batch_op.f("ix_ledger_entry_organisation_id"))

    op.drop_table("ledger_entry")
    op.drop_table("ledger_transfer")
    with op.batch_alter_table("statement_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statement_decision_taken_by_id"))
        batch_op.drop_index(batch_op.f("ix_statement_decision_programme_id_statement_id"))

    op.drop_table("statement_decision")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_programme_id_contract_edition_id"))
        batch_op.drop_index(batch_op.f("ix_payment_approved_by_id"))

    op.drop_table("payment")
    with op.batch_alter_table("outcome_measurement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_measurement_programme_id_outcome_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_measurement_programme_id_measurement_id"))

    op.drop_table("outcome_measurement")
    with op.batch_alter_table("outcome_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_decision_programme_id_study_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_decision_programme_id_outcome_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_decision_programme_id_assessment_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_decision_by_id"))

    op.drop_table("outcome_decision")
    with op.batch_alter_table("goal_source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_source_programme_id_statement_id"))
        batch_op.drop_index(batch_op.f("ix_goal_source_programme_id_goal_id"))
        batch_op.drop_index(batch_op.f("ix_goal_source_created_by_id"))

    op.drop_table("goal_source")
    with op.batch_alter_table("study_transfer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_study_transfer_programme_id_study_id"))
        batch_op.drop_index(batch_op.f("ix_study_transfer_programme_id_goal_edition_id"))
        batch_op.drop_index(batch_op.f("ix_study_transfer_created_by_id"))

    op.drop_table("study_transfer")
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statement_programme_id_interview_id"))
        batch_op.drop_index(batch_op.f("ix_statement_programme_id_answer_id"))
        batch_op.drop_index(batch_op.f("ix_statement_created_by_id"))

    op.drop_table("statement")
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_programme_id_contract_line_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_created_by_id"))

    op.drop_table("outcome")
    with op.batch_alter_table("attestation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attestation_programme_id_study_id"))
        batch_op.drop_index(batch_op.f("ix_attestation_programme_id_goal_id"))
        batch_op.drop_index(batch_op.f("ix_attestation_by_id"))

    op.drop_table("attestation")
    with op.batch_alter_table("study", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_study_signed_by_id"))
        batch_op.drop_index(batch_op.f("ix_study_programme_id_indicator_edition_id"))
        batch_op.drop_index(batch_op.f("ix_study_programme_id_goal_id"))
        batch_op.drop_index(batch_op.f("ix_study_programme_id_goal_edition_id"))
        batch_op.drop_index(batch_op.f("ix_study_entered_by_id"))
        batch_op.drop_index(batch_op.f("ix_study_created_by_id"))

    op.drop_table("study")
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_programme_id_resulting_edition_id"))
        batch_op.drop_index(batch_op.f("ix_reply_programme_id_respondent_id"))
        batch_op.drop_index(batch_op.f("ix_reply_programme_id_finding_id"))
        batch_op.drop_index(batch_op.f("ix_reply_answered_by_id"))

    op.drop_table("reply")
    with op.batch_alter_table("measurement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measurement_programme_id_log_import_id"))
        batch_op.drop_index(batch_op.f("ix_measurement_programme_id_indicator_id"))
        batch_op.drop_index(batch_op.f("ix_measurement_programme_id_edition_id"))
        batch_op.drop_index(batch_op.f("ix_measurement_created_by_id"))

    op.drop_table("measurement")
    with op.batch_alter_table("contract_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_line_programme_id_saving_id"))
        batch_op.drop_index(batch_op.f("ix_contract_line_programme_id_indicator_edition_id"))
        batch_op.drop_index(batch_op.f("ix_contract_line_programme_id_goal_id"))
        batch_op.drop_index(batch_op.f("ix_contract_line_programme_id_contract_edition_id"))
        batch_op.drop_index(batch_op.f("ix_contract_line_created_by_id"))

    op.drop_table("contract_line")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_programme_id_interview_id"))

    op.drop_table("answer")
    with op.batch_alter_table("saving_edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saving_edition_programme_id_contract_edition_id"))
        batch_op.drop_index(batch_op.f("ix_saving_edition_created_by_id"))
        batch_op.drop_index(batch_op.f("ix_saving_edition_beneficiary_id"))

    op.drop_table("saving_edition")
    with op.batch_alter_table("log_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_import_programme_id_indicator_id"))
        batch_op.drop_index(batch_op.f("ix_log_import_created_by_id"))

    op.drop_table("log_import")
    with op.batch_alter_table("interview", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interview_programme_id_respondent_id"))
        batch_op.drop_index(batch_op.f("ix_interview_programme_id_guide_edition_id"))
        batch_op.drop_index(batch_op.f("ix_interview_created_by_id"))

    op.drop_table("interview")
    with op.batch_alter_table("indicator_edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_indicator_edition_programme_id_indicator_id"))
        batch_op.drop_index(batch_op.f("ix_indicator_edition_programme_id_goal_edition_id"))
        batch_op.drop_index(batch_op.f("ix_indicator_edition_created_by_id"))

    op.drop_table("indicator_edition")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_published_by_id"))
        batch_op.drop_index(batch_op.f("ix_finding_programme_id_goal_id"))
        batch_op.drop_index(batch_op.f("ix_finding_programme_id_goal_edition_id"))

    op.drop_table("finding")
    with op.batch_alter_table("evidence_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_item_programme_id_goal_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_item_programme_id_goal_edition_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_item_created_by_id"))

    op.drop_table("evidence_item")
    with op.batch_alter_table("contract_party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_party_programme_id_contract_edition_id"))
        batch_op.drop_index(batch_op.f("ix_contract_party_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_contract_party_created_by_id"))

    op.drop_table("contract_party")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_taken_by_id"))
        batch_op.drop_index(batch_op.f("ix_consent_programme_id_respondent_id"))

    op.drop_table("consent")
    with op.batch_alter_table("assessment_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_record_signed_by_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_record_programme_id_goal_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_record_programme_id_goal_edition_id"))

    op.drop_table("assessment_record")
    with op.batch_alter_table("respondent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_respondent_user_id"))
        batch_op.drop_index(batch_op.f("ix_respondent_programme_id_group_id"))
        batch_op.drop_index(batch_op.f("ix_respondent_created_by_id"))

    op.drop_table("respondent")
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_indicator_programme_id_goal_id"))
        batch_op.drop_index(batch_op.f("ix_indicator_created_by_id"))

    op.drop_table("indicator")
    with op.batch_alter_table("guide_edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guide_edition_programme_id_guide_id"))
        batch_op.drop_index(batch_op.f("ix_guide_edition_created_by_id"))

    op.drop_table("guide_edition")
    with op.batch_alter_table("goal_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_review_signed_by_id"))
        batch_op.drop_index(batch_op.f("ix_goal_review_created_by_id"))

    op.drop_table("goal_review")
    with op.batch_alter_table("goal_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_link_programme_id_upper_id"))
        batch_op.drop_index(batch_op.f("ix_goal_link_programme_id_lower_id"))
        batch_op.drop_index(batch_op.f("ix_goal_link_created_by_id"))

    op.drop_table("goal_link")
    with op.batch_alter_table("goal_holder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_holder_programme_id_group_id"))
        batch_op.drop_index(batch_op.f("ix_goal_holder_programme_id_goal_id"))
        batch_op.drop_index(batch_op.f("ix_goal_holder_created_by_id"))

    op.drop_table("goal_holder")
    with op.batch_alter_table("goal_edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_edition_programme_id_goal_id"))
        batch_op.drop_index(batch_op.f("ix_goal_edition_created_by_id"))

    op.drop_table("goal_edition")
    with op.batch_alter_table("contract_edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_edition_programme_id_contract_id"))
        batch_op.drop_index(batch_op.f("ix_contract_edition_created_by_id"))

    op.drop_table("contract_edition")
    with op.batch_alter_table("contract_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_draft_programme_id_contract_id"))
        batch_op.drop_index(batch_op.f("ix_contract_draft_created_by_id"))

    op.drop_table("contract_draft")
    with op.batch_alter_table("stakeholder_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stakeholder_group_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_stakeholder_group_created_by_id"))

    op.drop_table("stakeholder_group")
    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_personal_link_respondent_id"))
        batch_op.drop_index(batch_op.f("ix_personal_link_programme_id"))
        batch_op.drop_index(batch_op.f("ix_personal_link_created_by_id"))

    op.drop_table("personal_link")
    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_partner_created_by_id"))

    op.drop_table("partner")
    op.drop_table("origin")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_user_id"))
        batch_op.drop_index(batch_op.f("ix_membership_programme_id"))
        batch_op.drop_index(batch_op.f("ix_membership_organisation_id"))

    op.drop_table("membership")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_programme_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_invited_by_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_accepted_by_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("guide", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guide_created_by_id"))

    op.drop_table("guide")
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_created_by_id"))

    op.drop_table("goal")
    op.drop_table("counter")
    with op.batch_alter_table("bond_contract", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bond_contract_created_by_id"))

    op.drop_table("bond_contract")
    op.drop_table("audit_head")
    op.drop_table("audit_event")
    with op.batch_alter_table("user_role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_role_role_id"))

    op.drop_table("user_role")
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_created_by_id"))

    op.drop_table("programme")
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_organisation_id"))

    op.drop_table("user")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_attempt_key"))
        batch_op.drop_index(batch_op.f("ix_sign_in_attempt_at"))

    op.drop_table("sign_in_attempt")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_message_sent_at"))

    op.drop_table("outbox_message")
    op.drop_table("organisation")
    op.drop_table("instance_head")
    op.drop_table("instance_event")
    with op.batch_alter_table("ended_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ended_session_at"))

    op.drop_table("ended_session")
    op.drop_table("account_role")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_change()")
