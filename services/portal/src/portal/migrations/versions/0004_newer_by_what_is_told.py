"""Which authority, which cessation and whether a tilbud was opened again: each as the newest event says."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what stands there already gives way to the next event."""
    op.add_column("tilbud", sa.Column("ceased_told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tilsyn", sa.Column("kind", sa.Text, server_default="announced", nullable=False))
    op.add_column("cases", sa.Column("authority_sequence", sa.BigInteger, server_default="0", nullable=False))
    op.drop_column("cases", "authority_revision")
