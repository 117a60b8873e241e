"""Rates that are compared have rows of their own, and old versions lose the names of people.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

WITH_NAMES = "record IS NOT NULL AND NOT names_removed"


def upgrade() -> None:
    """Make room; every tilbud is due: its record then says when each figure was confirmed, and its rates are there."""
    op.create_table(
        "rates",
        sa.Column("tilbud_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("department_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("rate_unit", sa.Text, nullable=False),
        sa.Column("rate_year", sa.Integer, nullable=False),
        sa.Column("occupancy_basis", sa.Text, nullable=False),
        sa.Column("rate_oere", sa.BigInteger, nullable=False),
        sa.Column("target_groups", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("legal_bases", postgresql.ARRAY(sa.Text), nullable=False),
    )
    op.add_column("public_versions", sa.Column("names_removed", sa.Boolean, nullable=False, server_default="false"))
    op.create_index(
        "public_versions_with_names", "public_versions", ["tilbud_id", "version"], postgresql_where=sa.text(WITH_NAMES)
    )
    op.execute("UPDATE tilbud SET next_change_on = '0001-01-01'")
