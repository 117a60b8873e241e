"""Whose tilsyn count after a change to another kind of authority.

The release before neither writes nor reads the columns.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("tilbud", sa.Column("approving_kinds", JSONB, nullable=False, server_default="[]"))
    op.add_column("assignments", sa.Column("approving_kinds", JSONB, nullable=False, server_default="[]"))
