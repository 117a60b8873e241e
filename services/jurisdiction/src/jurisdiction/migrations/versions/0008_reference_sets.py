"""Sets of reference data that the operator loads. The release before neither writes nor reads the table."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"

REFUSE = """
CREATE FUNCTION reference_sets_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'sets of reference data are only added to' USING ERRCODE = 'insufficient_privilege';
END $$
"""


def upgrade() -> None:
    """Add the table, and refuse every change and every removal, whoever asks for it."""
    op.create_table(
        "reference_sets",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("changes", JSONB, nullable=False),
        sa.Column("reference_versions", JSONB, nullable=False),
        sa.Column("loaded_by", sa.Text, nullable=False),
        sa.Column("os_user", sa.Text, nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(REFUSE)
    op.execute(
        "CREATE TRIGGER reference_sets_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reference_sets"
        " FOR EACH STATEMENT EXECUTE FUNCTION reference_sets_refuse()"
    )
    op.execute("ALTER TABLE reference_sets ENABLE ALWAYS TRIGGER reference_sets_append_only")
