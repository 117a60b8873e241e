"""The search follows its rows: what changed is told, and rows say which ages belong to which target groups.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

# The number is that of the transaction: whoever reads from the oldest one that was open misses none that commits late.
TELL = """
CREATE FUNCTION search_rows_tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO public.search_changes (tilbud_id, changed_in)
  SELECT DISTINCT tilbud_id, pg_current_xact_id()::text::bigint FROM touched ORDER BY tilbud_id
  ON CONFLICT (tilbud_id) DO UPDATE SET changed_in = excluded.changed_in;
  RETURN NULL;
END $$
"""
ON = "CREATE TRIGGER search_rows_told_{name} AFTER {event} ON search_rows REFERENCING {kind} TABLE AS touched"
EVENTS = (("inserted", "INSERT", "NEW"), ("updated", "UPDATE", "NEW"), ("deleted", "DELETE", "OLD"))


def upgrade() -> None:
    """Make room and tell of each change; every tilbud is due: its rows then have what is new in them."""
    op.create_table(
        "search_changes",
        sa.Column("tilbud_id", sa.Text, primary_key=True),
        sa.Column("changed_in", sa.BigInteger, nullable=False),
    )
    op.create_index("search_changes_in", "search_changes", ["changed_in"])
    # It stands for the table itself: a reader sees by it that the table was emptied or put back.
    op.execute("INSERT INTO search_changes VALUES ('', 0)")
    texts = postgresql.ARRAY(sa.Text)
    op.add_column("search_rows", sa.Column("group_ages", texts, nullable=False, server_default="{}"))
    op.add_column("search_rows", sa.Column("rates", postgresql.JSONB, nullable=False, server_default="{}"))
    op.execute(TELL)
    for name, event, kind in EVENTS:
        trigger = ON.format(name=name, event=event, kind=kind)
        op.execute(f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION search_rows_tell()")
    op.execute("UPDATE tilbud SET next_change_on = '0001-01-01'")
