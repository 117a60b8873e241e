"""What the registers said of a tilbud's company and EAN numbers; the worker asks for what stands already.

The release before neither writes nor reads the columns. Telephone numbers take their one form in the same go, and
names that nobody can see get the id of their tilbud in their place.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns, and bring what is stored into the form in which it is entered now."""
    op.add_column("tilbud", sa.Column("company_name", sa.String))
    op.add_column("tilbud", sa.Column("company_form", sa.String))
    op.add_column(
        "tilbud",
        sa.Column("ean_owners", postgresql.JSONB, nullable=False, server_default=sa.text("'{}'")),
    )
    op.add_column("tilbud", sa.Column("registers_asked_at", sa.DateTime(timezone=True)))
