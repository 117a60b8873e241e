"""What was told of vacancies in the fast lane."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; what was told before comes with the next change, or when it is republished."""
    op.add_column("tilbud", sa.Column("vacancies", JSONB(), nullable=True))
