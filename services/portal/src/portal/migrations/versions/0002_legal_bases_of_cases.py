"""A case knows the legal bases that were reported, so that its page shows the fields that were asked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    empty = sa.text("'[]'::jsonb")
    op.add_column("cases", sa.Column("legal_bases", JSONB, nullable=False, server_default=empty))
