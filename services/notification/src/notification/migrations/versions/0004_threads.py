"""Mails about the same matter know each other, so that many of them become few. The release before has no threads."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add what a mail is about, and when one that waits is due."""
    op.add_column("mails", sa.Column("thread", sa.Text))
    op.add_column("mails", sa.Column("due_at", sa.DateTime(timezone=True)))
    op.create_index("mails_thread", "mails", ["tilbud_id", "thread", "email"])
