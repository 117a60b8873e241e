"""Files that belong to an answer, and the submissions that hold them.

The release before neither writes nor reads the tables.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0009"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "files",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("tilbud_id", sa.String(), sa.ForeignKey("tilbud.id"), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("unread_pages", JSONB(), nullable=False),
        sa.Column("confirmed_by", JSONB(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", JSONB(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("tilbud_id", "step", "field", "digest", name="files_content"),
    )
    op.create_table(
        "sent_files",
        sa.Column("file_id", sa.String(), sa.ForeignKey("files.id"), primary_key=True),
        sa.Column("submission_id", sa.String(), sa.ForeignKey("submissions.id"), primary_key=True),
    )
