"""Whose tilsyn count after a change to another kind of authority.

The release before neither writes nor reads the column.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column."""
    op.add_column("tilbud", sa.Column("approving_kinds", JSONB, nullable=False, server_default="[]"))
