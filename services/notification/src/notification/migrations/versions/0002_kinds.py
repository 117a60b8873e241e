"""A subject is named by kind and id: what is here already is about tilbud.

Tables and columns keep their names, and the kind has a default, so that the release before runs on them unchanged.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# In the table of mails ``kind`` is the type of the mail.
COLUMNS = {"tilbud": "kind", "follows": "kind", "mails": "subject_kind"}
# The kind comes last: the release before looks rows up without it.
KEYS = {"tilbud": ["id", "kind"], "follows": ["tilbud_id", "sub", "kind"]}


def upgrade() -> None:
    """Add the kind everywhere, and to the keys whose ids are unique within a kind only."""
    for table, column in COLUMNS.items():
        op.add_column(table, sa.Column(column, sa.Text, nullable=False, server_default="tilbud"))
    for table, columns in KEYS.items():
        op.drop_constraint(f"{table}_pkey", table, type_="primary")
        op.create_primary_key(f"{table}_pkey", table, columns)
    op.drop_constraint("mails_once", "mails", type_="unique")
    op.create_unique_constraint("mails_once", "mails", ["tilbud_id", "fact", "kind", "email", "subject_kind"])
