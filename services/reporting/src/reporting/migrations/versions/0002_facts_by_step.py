"""What identifies a tilbud is as new as its own step; the cessation reported last; the status as everywhere."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.drop_column("tilbud", "facts_number")
    op.add_column("tilbud", sa.Column("ceased_told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tilsyn_seen", sa.Column("kind", sa.String(), server_default="announced", nullable=False))
    op.add_column("tilsyn_seen", sa.Column("intensified_from", sa.Date(), nullable=True))
    # Until its tilsyn is published again, an intensified one counts from the day of its decision.
    op.execute("UPDATE tilsyn_seen SET intensified_from = decided_on WHERE intensified_until IS NOT NULL")
