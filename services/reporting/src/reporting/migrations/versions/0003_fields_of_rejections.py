"""A rejection can point at fields of its step."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; a decision made before points at nothing."""
    op.add_column("submission_steps", sa.Column("fields", JSONB(), nullable=True))
