"""What was typed into a draft and cannot be read.

The release before neither writes nor reads the column.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column."""
    op.add_column("draft_steps", sa.Column("unread", JSONB))
