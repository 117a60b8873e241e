"""Uploads that report one step of many tilbud.

The release before neither writes nor reads the tables.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "bulk_reports",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("sub", sa.String(), nullable=False),
        sa.Column("principal", JSONB(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
    )
    op.create_index("bulk_reports_own", "bulk_reports", ["sub", "id"])
    unfinished = sa.text("finished_at IS NULL")
    op.create_index("bulk_reports_open", "bulk_reports", ["id"], postgresql_where=unfinished)
    report = sa.ForeignKey("bulk_reports.id", ondelete="CASCADE")
    op.create_table(
        "bulk_report_entries",
        sa.Column("report_id", sa.String(), report, primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("tilbud_id", sa.String(), nullable=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("errors", JSONB(), nullable=False, server_default="[]"),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
    )
    table = "bulk_report_entries"
    waiting, saved = sa.text("outcome IS NULL"), sa.text("etag IS NOT NULL")
    op.create_index("bulk_report_entries_open", table, ["report_id", "position"], postgresql_where=waiting)
    op.create_index("bulk_report_entries_saved", table, ["tilbud_id", "step", "etag"], postgresql_where=saved)
