"""Sanctions that stand are listed by their deadlines; a tilbud says when it is looked at next."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table. Every tilbud with a tilsyn is due at once: the worker lists what its tilsyn say."""
    op.create_table(
        "standing_sanctions",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tilbud_id", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("tilsyn_id", sa.Text(), nullable=False),
        sa.Column("sanction", sa.Text(), nullable=False),
        sa.Column("sanction_id", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("noticed_for", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),
    )
    op.create_index("standing_sanctions_by_tilbud", "standing_sanctions", ["kind", "tilbud_id"])
    op.create_index("standing_sanctions_by_due", "standing_sanctions", ["due_on", "id"])
    op.add_column("tilbud", sa.Column("sanctions_due", sa.Date(), nullable=True))
    op.execute("UPDATE tilbud SET sanctions_due = DATE '2014-01-01' WHERE accepted_tilsyn > 0")
    due = sa.text("sanctions_due IS NOT NULL")
    op.create_index("tilbud_by_sanctions_due", "tilbud", ["sanctions_due", "id"], postgresql_where=due)
