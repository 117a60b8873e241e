"""Handovers as they were settled, and which authorities had a case before the one that has it now.

The release before neither writes nor reads them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0008"

# The log knows who had a case before there was a column for it.
_HAD_BEFORE = """
    UPDATE cases SET former_authorities = had.authorities
    FROM (
        SELECT case_log.case_id, jsonb_agg(DISTINCT case_log.authority) AS authorities
        FROM case_log JOIN cases ON cases.id = case_log.case_id AND cases.authority <> case_log.authority
        GROUP BY case_log.case_id
    ) AS had
    WHERE had.case_id = cases.id
"""


def upgrade() -> None:
    """Add the table and the column."""
    op.add_column("cases", sa.Column("former_authorities", JSONB, nullable=False, server_default="[]"))
    op.execute(_HAD_BEFORE)
    op.create_table(
        "handovers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False, server_default="tilbud"),
        sa.Column("tilbud_id", sa.Text, nullable=False),
        sa.Column("from_authority", sa.Text, nullable=False),
        sa.Column("to_authority", sa.Text, nullable=False),
        sa.Column("applied", sa.Boolean, nullable=False),
        sa.Column("refused_because", sa.Text),
        sa.Column("cases", JSONB, nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),
    )
