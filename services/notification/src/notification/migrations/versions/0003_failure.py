"""A mail that was not delivered says why. What was given up before does not, and the release before runs on it too."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the reason."""
    op.add_column("mails", sa.Column("failure", sa.Text))
