"""Who handed a subject over: each of them still finds it on its list.

The release before neither writes nor reads the column.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column."""
    op.add_column("tilbud", sa.Column("givers", JSONB, nullable=False, server_default="[]"))
