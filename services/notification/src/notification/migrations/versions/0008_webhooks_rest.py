"""A webhook that does not answer rests. The release before calls it all the same."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add until when a webhook rests, and find the calls of one."""
    op.add_column("webhooks", sa.Column("rests_until", sa.DateTime(timezone=True)))
    due = sa.text("next_at IS NOT NULL")
    op.create_index("webhook_calls_due_of", "webhook_calls", ["webhook_id", "next_at"], postgresql_where=due)
