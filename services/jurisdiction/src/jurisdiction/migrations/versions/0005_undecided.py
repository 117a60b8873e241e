"""What no rule could place, and how it was decided. The release before neither writes nor reads the table."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "undecided",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False, server_default="tilbud"),
        sa.Column("tilbud_id", sa.Text, nullable=False),
        sa.Column("submission_id", sa.Text),
        sa.Column("revision", sa.Integer, nullable=False, server_default="0"),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("provisional", sa.Text),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="open"),
        sa.Column("authority", sa.Text),
        sa.Column("decided_because", sa.Text),
        sa.Column("decided_by", JSONB),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
    )
    op.create_index("undecided_of_subject", "undecided", ["tilbud_id", "state"])
    op.create_index("undecided_open", "undecided", ["since", "id"], postgresql_where=sa.text("state = 'open'"))
