"""Uses of tilbud without approval are registered, and approvals without use are followed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the tables. Every tilbud with approved content is looked at once."""
    op.create_table(
        "emergency_uses",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tilbud_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("extended_because", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),
    )
    op.create_index("emergency_uses_by_authority", "emergency_uses", ["authority", "last_day", "id"])
    op.create_index("emergency_uses_by_tilbud", "emergency_uses", ["kind", "tilbud_id"])
    due = sa.text("due_on IS NOT NULL")
    op.create_index("emergency_uses_by_due", "emergency_uses", ["due_on", "id"], postgresql_where=due)
    op.create_table(
        "unused_approvals",
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("tilbud_id", sa.Text(), primary_key=True),
        sa.Column("unused_since", sa.Date(), nullable=False),
        sa.Column("lapses_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),
    )
    op.create_index("unused_approvals_by_age", "unused_approvals", ["unused_since", "tilbud_id"])
    op.add_column("tilbud", sa.Column("usage_due", sa.Date(), nullable=True))
    op.execute("UPDATE tilbud SET usage_due = DATE '2014-01-01' WHERE accepted_tilsyn > 0")
    due = sa.text("usage_due IS NOT NULL")
    op.create_index("tilbud_by_usage_due", "tilbud", ["usage_due", "id"], postgresql_where=due)
