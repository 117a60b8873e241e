"""When the public record of a tilbud last changed: for the sitemap and the feed of news."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, which the version before leaves empty, and the index of what is public."""
    op.add_column("tilbud", sa.Column("public_changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("tilbud_public", "tilbud", ["kind", "public_changed_at"], postgresql_where=sa.text("published"))
