"""A row of the search says what its tilbud is known by: numbers, addresses, people.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make room; every tilbud is due, and its rows are made again."""
    texts = postgresql.ARRAY(sa.Text)
    op.add_column("search_rows", sa.Column("identifiers", texts, nullable=False, server_default="{}"))
    op.execute("UPDATE tilbud SET next_change_on = '0001-01-01'")
