"""What has to be reported, and when it is looked at next.

The release before neither writes nor reads them. A tilbud that it changes in between is looked at on its day, and then
its duties are made anew from what is approved.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table, and let every tilbud be looked at as soon as a worker runs."""
    op.create_table(
        "duties",
        sa.Column("tilbud_id", sa.String, sa.ForeignKey("tilbud.id"), primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("since", sa.Date),
        sa.Column("deadline", sa.Date),
        sa.Column("year", sa.Integer),
        sa.Column("noticed", sa.String),
        sa.Column("noticed_on", sa.Date),
    )
    op.add_column("tilbud", sa.Column("duties_due", sa.Date))
    op.execute("UPDATE tilbud SET duties_due = DATE '2026-01-01' WHERE last_version > 0")
    op.create_index("tilbud_duties_due", "tilbud", ["duties_due"])
