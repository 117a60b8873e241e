"""Rows say what kind of subject they are about; the key of a subject is its id and its kind.

Everything that is there is about tilbud. Tables and columns keep their names, so that the version before this one
goes on working: what it writes is about tilbud too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# In ``tilsyn``, ``kind`` says how the tilsyn came about.
KIND_COLUMN = {"cases": "kind", "tilsyn": "subject_kind", "followers": "kind"}
# The kind comes last: the version before looks rows up without it.
KEYS = {
    "tilbud": ["id", "kind"],
    "tilsyn": ["tilbud_id", "tilsyn_id", "subject_kind"],
    "followers": ["tilbud_id", "sub", "kind"],
}


def upgrade() -> None:
    """Add the column, and make keys of it where an id names a subject."""
    # The row of the subject is what everybody locks first.
    op.execute(f"LOCK TABLE {', '.join(('tilbud', *KIND_COLUMN))} IN ACCESS EXCLUSIVE MODE")
    for table, column in {"tilbud": "kind", **KIND_COLUMN}.items():
        op.add_column(table, sa.Column(column, sa.Text(), server_default="tilbud", nullable=False))
    for table in KIND_COLUMN:
        op.drop_constraint(f"{table}_tilbud_id_fkey", table, type_="foreignkey")
    for table, columns in KEYS.items():
        op.drop_constraint(f"{table}_pkey", table, type_="primary")
        op.create_primary_key(f"{table}_pkey", table, columns)
    # The version before this one names these two columns when it writes.
    op.create_index("tilsyn_of_tilbud", "tilsyn", ["tilbud_id", "tilsyn_id"], unique=True)
    for table, column in KIND_COLUMN.items():
        op.create_foreign_key(
            f"{table}_{column}_tilbud_id_fkey", table, "tilbud", [column, "tilbud_id"], ["kind", "id"]
        )
