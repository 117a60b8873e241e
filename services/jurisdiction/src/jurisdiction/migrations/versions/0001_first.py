"""The first tables: tilbud with their authority, submissions with how they were routed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import create_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    create_tables(op)
    op.create_table(
        "tilbud",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("authority", sa.Text),
        sa.Column("decided_number", sa.Integer, nullable=False, server_default="0"),
        sa.Column("approved", JSONB, nullable=False, server_default="{}"),
        sa.Column("moved", JSONB),
        sa.Column("sequence", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "assignments",
        sa.Column("tilbud_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("previous", sa.Text),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("legal_source", sa.Text),
        sa.Column("explanation", sa.Text, nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("tilbud_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("known_on", sa.Date),
        sa.Column("sent_on", sa.Date),
        sa.Column("steps", JSONB, nullable=False),
        sa.Column("facts", JSONB),
    )
    op.create_index("submissions_tilbud_id", "submissions", ["tilbud_id"])
    op.create_table(
        "routings",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("tilbud_id", sa.Text, nullable=False),
        sa.Column("submission_id", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("authority", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("valid_on", sa.Date, nullable=False),
        sa.Column("decision", JSONB),
        sa.Column("routed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("routings_submission", "routings", ["submission_id", "revision"])
