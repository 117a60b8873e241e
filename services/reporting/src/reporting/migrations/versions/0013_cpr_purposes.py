"""Under which key a CPR number is encrypted, what for it was looked at, and a log of that which is only added to.

The release before writes rows without the columns.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"

# Also for whoever repairs something: the tilbud can rely on what it reads here.
REFUSE = """
CREATE FUNCTION cpr_accesses_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'the log of who saw a CPR number is only added to' USING ERRCODE = 'insufficient_privilege';
END $$
"""


def upgrade() -> None:
    """Add the columns, and refuse every change and every removal of the log, whoever asks for it."""
    op.add_column("leader_cprs", sa.Column("key_id", sa.String, nullable=True))
    op.add_column("cpr_accesses", sa.Column("purpose", sa.String, nullable=True))
    op.add_column("cpr_accesses", sa.Column("note", sa.String, nullable=True))
    op.execute(REFUSE)
    op.execute(
        "CREATE TRIGGER cpr_accesses_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cpr_accesses"
        " FOR EACH STATEMENT EXECUTE FUNCTION cpr_accesses_refuse()"
    )
    op.execute("ALTER TABLE cpr_accesses ENABLE ALWAYS TRIGGER cpr_accesses_append_only")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON cpr_accesses FROM PUBLIC, CURRENT_USER")
