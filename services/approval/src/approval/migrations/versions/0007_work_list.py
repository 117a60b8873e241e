"""Open cases can be listed by age and by risk, and say who works on them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0004"

OPEN = sa.text("state IN ('awaiting', 'returned')")


def upgrade() -> None:
    """Add the columns. Every case is due: the worker assesses those that are open, also what an older one opens."""
    for column in (
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("assessment", JSONB(), nullable=True),
        sa.Column("assess_on", sa.Date(), server_default=sa.text("'2014-01-01'"), nullable=True),
        sa.Column("last_choice", JSONB(), nullable=True),
    ):
        op.add_column("cases", column)
    op.create_index(
        "cases_by_risk", "cases", ["authority", sa.text("(- risk)"), "submitted_at", "id"], postgresql_where=OPEN
    )
    op.create_index("cases_by_age", "cases", ["authority", "submitted_at", "id"], postgresql_where=OPEN)
    op.create_index("cases_to_assess", "cases", ["assess_on"], postgresql_where=OPEN)
