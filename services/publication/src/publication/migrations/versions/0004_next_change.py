"""The row of a tilbud says when its record changes by the day alone, as when an intensified tilsyn begins or ends.

Every row is due at once: the worker makes each record again by the rules of this version, and only differences are
appended. So is a row that an older version adds while both run.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the day and find the rows that are due by it."""
    op.add_column("tilbud", sa.Column("next_change_on", sa.Date, server_default="0001-01-01"))
    op.create_index(
        "tilbud_next_change_on", "tilbud", ["next_change_on"], postgresql_where=sa.text("next_change_on IS NOT NULL")
    )
