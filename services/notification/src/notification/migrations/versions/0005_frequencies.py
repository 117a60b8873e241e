"""Mails of a day or a week, addresses that are asked and stopped, links that end mails, and what is public in figures.

All of it is new beside what is there, and the release before leaves it alone: it sends at once to whoever follows.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and the tables."""
    for column in (sa.Column("figures", JSONB), sa.Column("decision", JSONB), sa.Column("ceased_on", sa.Date)):
        op.add_column("tilbud", column)
    op.add_column("users", sa.Column("wanted_email", sa.Text))
    op.add_column("users", sa.Column("wanted_key", sa.Text))
    op.add_column("users", sa.Column("frequency", JSONB, nullable=False, server_default="{}"))
    op.add_column("users", sa.Column("paused_at", INSTANT))
    op.add_column("mails", sa.Column("frequency", sa.Text))
    op.add_column("mails", sa.Column("message_id", sa.Text))
    collected = sa.text("state = 'collected'")
    op.create_index("mails_collected", "mails", ["due_at", "sub"], postgresql_where=collected)
    op.create_index("mails_message_id", "mails", ["message_id"])
    op.create_table(
        "stopped_addresses",
        sa.Column("email", sa.Text, primary_key=True),
        sa.Column("stopped_at", INSTANT, nullable=False),
        sa.Column("smtp_code", sa.Integer),
    )
    op.create_table(
        "ended_follows",
        sa.Column("tilbud_id", sa.Text, primary_key=True),
        sa.Column("sub", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True, server_default="tilbud"),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("followed_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
    )
