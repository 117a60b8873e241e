"""Handovers, who can take a subject back, and what its creation said about its authority.

The release before neither writes nor reads the new columns.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table and the columns."""
    for table in ("tilbud", "assignments"):
        op.add_column(table, sa.Column("givers", JSONB, nullable=False, server_default="[]"))
    op.add_column("tilbud", sa.Column("created_facts", JSONB))
    op.create_table(
        "handovers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False, server_default="tilbud"),
        sa.Column("tilbud_id", sa.Text, nullable=False),
        sa.Column("from_authority", sa.Text, nullable=False),
        sa.Column("to_authority", sa.Text, nullable=False),
        sa.Column("taken_back", sa.Boolean, nullable=False),
        sa.Column("authority_version", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("requested_by", JSONB, nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="pending"),
        sa.Column("refused_because", sa.Text),
        sa.Column("cases", JSONB, nullable=False, server_default="[]"),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
    )
    op.create_index("handovers_of_subject", "handovers", ["tilbud_id", "requested_at"])
    op.create_index(
        "handovers_pending",
        "handovers",
        ["tilbud_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
    )
