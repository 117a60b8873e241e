"""From which day on tilsyn count after a change to another kind of authority.

The release before neither writes nor reads the column.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column."""
    op.add_column("tilbud", sa.Column("approving_since", sa.Date))
