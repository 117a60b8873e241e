"""The log of cases is only ever added to, and says more of an act: what an outcome made public."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"

# Also for whoever replays or repairs: a row that is wrong is answered by another one.
REFUSE = """
CREATE FUNCTION case_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'the log of cases is only added to' USING ERRCODE = 'insufficient_privilege';
END $$
"""


def upgrade() -> None:
    """Add the column, and refuse every change and every removal, whoever asks for it."""
    op.add_column("case_log", sa.Column("details", JSONB(), nullable=True))
    op.execute(REFUSE)
    op.execute(
        "CREATE TRIGGER case_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_log"
        " FOR EACH STATEMENT EXECUTE FUNCTION case_log_refuse()"
    )
    op.execute("ALTER TABLE case_log ENABLE ALWAYS TRIGGER case_log_append_only")
