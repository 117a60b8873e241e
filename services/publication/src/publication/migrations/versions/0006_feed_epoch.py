"""The feed has an epoch, which changes when its history was restored, and says at once what was withdrawn.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Begin an epoch; ``history`` is known once a worker has looked at it."""
    op.add_column("feed_head", sa.Column("epoch", sa.Text, nullable=False, server_default=sa.text("gen_random_uuid()")))
    op.add_column("feed_head", sa.Column("history", sa.Text))
    # Whether a tilbud was removed after one of its versions.
    op.create_index(
        "public_versions_removals",
        "public_versions",
        ["tilbud_id", "version"],
        postgresql_where=sa.text("record IS NULL"),
    )
