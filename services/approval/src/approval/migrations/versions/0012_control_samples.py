"""Control samples of the national operator, with every act in them.

The release before neither writes nor reads the tables and the column.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"

REFUSE = """
CREATE FUNCTION control_sample_acts_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'the acts of a control sample are only added to' USING ERRCODE = 'insufficient_privilege';
END $$
"""


def upgrade() -> None:
    """Add the tables, and the day on which a tilbud's sample is looked at."""
    op.create_table(
        "control_samples",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tilbud_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("steps", JSONB(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("marked_on", sa.Date(), nullable=True),
        sa.Column("marking_reason", sa.Text(), nullable=True),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),
    )
    own = ["kind", "tilbud_id"]
    op.create_index("control_samples_by_number", "control_samples", [*own, "number"], unique=True)
    still_open = sa.text("state <> 'closed'")
    op.create_index("control_samples_open", "control_samples", own, unique=True, postgresql_where=still_open)
    op.create_index("control_samples_by_day", "control_samples", ["listed_on", "id"])
    op.create_table(
        "control_sample_acts",
        sa.Column("sample_id", sa.Text(), sa.ForeignKey("control_samples.id"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_by", JSONB(), nullable=False),
    )
    op.execute(REFUSE)
    op.execute(
        "CREATE TRIGGER control_sample_acts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON control_sample_acts"
        " FOR EACH STATEMENT EXECUTE FUNCTION control_sample_acts_refuse()"
    )
    op.execute("ALTER TABLE control_sample_acts ENABLE ALWAYS TRIGGER control_sample_acts_append_only")
    op.add_column("tilbud", sa.Column("samples_due", sa.Date(), nullable=True))
    due = sa.text("samples_due IS NOT NULL")
    op.create_index("tilbud_by_samples_due", "tilbud", ["samples_due", "id"], postgresql_where=due)
