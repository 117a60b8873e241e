"""Rows say what kind of subject they are about; the key of a subject is its id and its kind.

Everything that is there is about tilbud. Tables and columns keep their names, so that the version before this one
goes on working: what it writes is about tilbud too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

OF_SUBJECT = ("cases", "reports", "routings", "approved_steps", "tilsyn")
# The kind comes last: the version before looks rows up without it.
KEYS = {
    "tilbud": ["id", "kind"],
    "approved_steps": ["tilbud_id", "step", "number", "kind"],
    "tilsyn": ["authority", "tilsyn_id", "version", "kind"],
}


def upgrade() -> None:
    """Add the column, and make keys of it where an id names a subject."""
    # The row of the subject is what everybody locks first.
    op.execute(f"LOCK TABLE {', '.join(('tilbud', *OF_SUBJECT, 'receipts'))} IN ACCESS EXCLUSIVE MODE")
    for table in ("tilbud", *OF_SUBJECT, "receipts"):
        op.add_column(table, sa.Column("kind", sa.Text(), server_default="tilbud", nullable=False))
    for table in OF_SUBJECT:
        op.drop_constraint(f"{table}_tilbud_id_fkey", table, type_="foreignkey")
    for table, columns in KEYS.items():
        op.drop_constraint(f"{table}_pkey", table, type_="primary")
        op.create_primary_key(f"{table}_pkey", table, columns)
    for table in OF_SUBJECT:
        op.create_foreign_key(f"{table}_kind_tilbud_id_fkey", table, "tilbud", ["kind", "tilbud_id"], ["kind", "id"])
