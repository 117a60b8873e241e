"""The overview rows in a test: events are consumed, rows are read."""

from typing import Any

from sqlalchemy import select

from chassis.database import Database
from chassis.subscriptions import Record
from contracts.testing import factories
from devstack.in_process import deliver, record_of
from portal.consumers import subscriptions
from portal.overview.models import Case, Subject

CVR = factories.OPERATOR_CVR
NORD = factories.NORD
SYD = "socialtilsyn-syd"


async def consume(database: Database, *events: Any) -> None:
    """Hand over events, or whole records, one by one in this order."""
    by_topic = {subscription.topic_names[0]: subscription for subscription in subscriptions()}
    for event in events:
        record = event if isinstance(event, Record) else record_of(event, source="/services/x")
        await deliver(database, by_topic[record.topic], record)


async def all_rows(database: Database) -> list[dict[str, Any]]:
    """Return every row of the subjects and of their cases, by column."""
    async with database.read() as session:
        subjects = (await session.execute(select(Subject.__table__).order_by(Subject.id))).all()
        cases = (await session.execute(select(Case.__table__).order_by(Case.id))).all()
    return [dict(row._mapping) for row in (*subjects, *cases)]


async def row_of(database: Database, tilbud_id: str) -> Subject:
    """Return the overview row of a tilbud."""
    async with database.read() as session:
        return await session.get_one(Subject, {"id": tilbud_id, "kind": "tilbud"})
