"""A session can be renewed while one works, and what was typed when one has ended is kept for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what the version before leaves empty, and the table."""
    op.add_column("sessions", sa.Column("refresh_token", sa.LargeBinary, nullable=True))
    op.add_column("sessions", sa.Column("renew_at", TIME, nullable=True))
    op.create_table(
        "kept_forms",
        sa.Column("id_hash", sa.LargeBinary, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("fields", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", TIME, nullable=False),
    )
    op.create_index("ix_kept_forms_owner", "kept_forms", ["owner"])
    op.create_index("ix_kept_forms_kept_at", "kept_forms", ["kept_at"])
