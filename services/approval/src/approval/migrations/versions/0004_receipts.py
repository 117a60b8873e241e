"""Receipts can be listed and forgotten, say what their event was about, and hold nothing that a content can be guessed
from; tilsyn are counted by day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns. The digest of a refused content goes: it was one without a key."""
    for column in (
        sa.Column("event_type", sa.Text(), nullable=True),
        sa.Column("tilsyn_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
    ):
        op.add_column("receipts", column)
    op.execute("CREATE SEQUENCE receipt_positions")
    op.create_index("receipts_by_position", "receipts", ["authority", "position"])
    op.create_index(
        "receipts_without_position",
        "receipts",
        ["received_at", "id"],
        postgresql_where=sa.text("position IS NULL AND answer IS NOT NULL"),
    )
    op.create_index("receipts_by_age", "receipts", ["received_at"])
    op.add_column("tilbud", sa.Column("tilsyn_day", sa.Date(), nullable=True))
    op.add_column("tilbud", sa.Column("tilsyn_that_day", sa.Integer(), server_default="0", nullable=False))
    op.execute("UPDATE receipts SET content_hash = '' WHERE answer ->> 'accepted' = 'false'")
