"""The addresses of leader and contact person, for mails about facts that do not name them.

The release before neither writes nor reads the column.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column."""
    op.add_column("tilbud", sa.Column("people", JSONB))
