"""Mail that can be ended by one click of the mail program."""

from alembic import op

revision = "reminding"
down_revision = "guardian"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.execute("ALTER TABLE outbox_message ADD COLUMN unsubscribe TEXT NOT NULL DEFAULT ''")


def downgrade() -> None:
    """Change them back."""
    op.execute("ALTER TABLE outbox_message DROP COLUMN unsubscribe")
