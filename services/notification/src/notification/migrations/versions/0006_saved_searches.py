"""Saved searches. The release before does not ask them, and they wait until this one runs again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("frequency", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("seen", JSONB),
        sa.Column("runs", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_index("saved_searches_email", "saved_searches", ["email"])
    due = sa.text("confirmed_at IS NOT NULL AND ended_at IS NULL")
    op.create_index("saved_searches_due", "saved_searches", ["next_at"], postgresql_where=due)
