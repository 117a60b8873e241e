"""Open cases can be listed by age and by risk, and say who works on them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"

OPEN = sa.text("state IN ('awaiting', 'returned')")
UNASSESSED = sa.text("state IN ('awaiting', 'returned') AND assessment IS NULL")


def upgrade() -> None:
    """Add the columns. No case is assessed yet: the worker does it, also with what an older one opens."""
    op.add_column("cases", sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("cases", sa.Column("assessment", JSONB(), nullable=True))
    op.add_column("cases", sa.Column("last_choice", JSONB(), nullable=True))
    op.create_index(
        "cases_by_risk", "cases", ["authority", sa.text("(- risk)"), "submitted_at", "id"], postgresql_where=OPEN
    )
    op.create_index("cases_by_age", "cases", ["authority", "submitted_at", "id"], postgresql_where=OPEN)
    op.create_index("cases_to_assess", "cases", ["kind", "tilbud_id"], postgresql_where=UNASSESSED)
    op.add_column("tilbud", sa.Column("assess_on", sa.Date(), nullable=True))
    due = sa.text("assess_on IS NOT NULL")
    op.create_index("tilbud_to_assess", "tilbud", ["assess_on"], postgresql_where=due)
