"""A webhook that does not answer rests, a saved search that is refused ends later. The release before does neither."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add until when a webhook rests and since when a search is refused, and find the calls of one webhook."""
    op.add_column("saved_searches", sa.Column("refused_since", sa.DateTime(timezone=True)))
    op.add_column("webhooks", sa.Column("rests_until", sa.DateTime(timezone=True)))
    due = sa.text("next_at IS NOT NULL")
    op.create_index("webhook_calls_due_of", "webhook_calls", ["webhook_id", "next_at"], postgresql_where=due)
