"""The order of settled receipts, given when they are committed, and their end after a hundred days."""

from sqlalchemy import text

from chassis.database import Database
from chassis.periodic import try_advisory_lock

# As long as anything can still be delivered again.
KEPT_DAYS = 100
AT_ONCE = 1_000

# Numbers are drawn by one at a time and for what is committed: so no receipt ever appears behind one already listed.
# Each is drawn once and in order, however PostgreSQL joins.
_GIVE = text(
    """
    WITH settled AS MATERIALIZED (
        SELECT id FROM receipts WHERE position IS NULL AND answer IS NOT NULL
        ORDER BY received_at, id LIMIT :at_once
    ), numbered AS MATERIALIZED (SELECT id, nextval('receipt_positions') AS position FROM settled)
    UPDATE receipts SET position = numbered.position FROM numbered
    WHERE receipts.id = numbered.id RETURNING receipts.id
    """
)
_FORGET = text(
    """
    DELETE FROM receipts WHERE id IN (
        SELECT id FROM receipts
        WHERE received_at < now() - make_interval(days => :days) AND answer IS NOT NULL
        ORDER BY received_at LIMIT :at_once
    ) RETURNING id
    """
)


async def give_positions(database: Database) -> None:
    """Number the receipts that were settled since the last time."""
    given = AT_ONCE
    while given == AT_ONCE:
        async with database.begin() as session:
            if not await try_advisory_lock(session, "receipt-positions"):
                return
            given = len((await session.execute(_GIVE, {"at_once": AT_ONCE})).all())


async def forget_receipts(database: Database) -> None:
    """Delete the receipts of events that cannot come again."""
    forgotten = AT_ONCE
    while forgotten == AT_ONCE:
        async with database.begin() as session:
            forgotten = len((await session.execute(_FORGET, {"at_once": AT_ONCE, "days": KEPT_DAYS})).all())
