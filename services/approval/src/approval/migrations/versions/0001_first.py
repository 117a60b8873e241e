"""The tables of approval's first version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import create_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the chassis' tables and then our own."""
    create_tables(op)
    op.create_table(
        "applications",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=True),
        sa.Column("tilbud_id", sa.Text(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("authority", "application_id"),
    )
    op.create_table(
        "receipts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("answer", JSONB(), nullable=True),
        sa.Column("waiting", JSONB(), nullable=True),
        sa.Column("tilbud_id", sa.Text(), nullable=True),
        sa.Column("application_id", sa.Text(), nullable=True),
        sa.Column("park_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "receipts_awaited",
        "receipts",
        ["authority", "application_id"],
        unique=False,
        postgresql_where=sa.text("application_id IS NOT NULL"),
    )
    op.create_index("receipts_by_event", "receipts", ["authority", "source", "event_id"], unique=True)
    op.create_index(
        "receipts_parked", "receipts", ["park_until"], unique=False, postgresql_where=sa.text("park_until IS NOT NULL")
    )
    op.create_table(
        "tilbud",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("known", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("operator_cvr", sa.Text(), server_default="", nullable=False),
        sa.Column("facts_number", sa.Integer(), server_default="-1", nullable=False),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("authority_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("accepted_tilsyn", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ceased", JSONB(), nullable=True),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_tilbud_authority"), "tilbud", ["authority"], unique=False)
    op.create_index(op.f("ix_tilbud_operator_cvr"), "tilbud", ["operator_cvr"], unique=False)
    op.create_table(
        "approved_steps",
        sa.Column("tilbud_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", JSONB(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tilbud_id"],
            ["tilbud.id"],
        ),
        sa.PrimaryKeyConstraint("tilbud_id", "step", "number"),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tilbud_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("initial", sa.Boolean(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", JSONB(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tilbud_id"],
            ["tilbud.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("cases_by_authority", "cases", ["authority", "state", "submitted_at", "id"], unique=False)
    op.create_index("cases_by_tilbud", "cases", ["tilbud_id", "submitted_at", "id"], unique=False)
    op.create_table(
        "reports",
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tilbud_id", sa.Text(), nullable=False),
        sa.Column("event", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tilbud_id"],
            ["tilbud.id"],
        ),
        sa.PrimaryKeyConstraint("submission_id", "revision"),
    )
    op.create_index(op.f("ix_reports_tilbud_id"), "reports", ["tilbud_id"], unique=False)
    op.create_table(
        "routings",
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tilbud_id", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tilbud_id"],
            ["tilbud.id"],
        ),
        sa.PrimaryKeyConstraint("submission_id", "revision"),
    )
    op.create_index(op.f("ix_routings_tilbud_id"), "routings", ["tilbud_id"], unique=False)
    op.create_table(
        "tilsyn",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("tilsyn_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tilbud_id", sa.Text(), nullable=False),
        sa.Column("accepted_number", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("created_by", JSONB(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tilbud_id"],
            ["tilbud.id"],
        ),
        sa.PrimaryKeyConstraint("authority", "tilsyn_id", "version"),
    )
    op.create_index("tilsyn_by_id", "tilsyn", ["tilsyn_id"], unique=False)
    op.create_index("tilsyn_by_tilbud", "tilsyn", ["tilbud_id", "decided_on", "accepted_number"], unique=False)
    op.create_table(
        "case_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("by", JSONB(), nullable=True),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_log_by_case", "case_log", ["case_id", "id"], unique=False)
    op.create_table(
        "case_steps",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", JSONB(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed", JSONB(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "step"),
    )
