"""A rejection can point at fields of its step."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; a choice made before points at nothing."""
    for table in ("case_steps", "case_log"):
        op.add_column(table, sa.Column("fields", JSONB(), nullable=True))
