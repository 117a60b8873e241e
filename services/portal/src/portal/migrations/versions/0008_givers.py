"""Who handed a subject over, since each of them still finds it; and whether a case waits for somebody to decide it.

The release before neither writes nor reads the columns.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("tilbud", sa.Column("givers", JSONB, nullable=False, server_default="[]"))
    op.add_column("cases", sa.Column("not_routed", sa.Boolean, nullable=False, server_default=sa.text("false")))
