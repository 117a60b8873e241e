"""The row of a tilbud says when its version began, so that the next one need not look for it.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Take the moment from the public history."""
    op.add_column("tilbud", sa.Column("changed_at", sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE tilbud SET changed_at = last.valid_from FROM public_versions last"
        " WHERE (last.tilbud_id, last.version) = (tilbud.id, tilbud.version)"
    )
