"""What is due is done, whatever fails beside it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from approval import due
from approval.due import do_what_is_due
from approval.subjects.models import Subject
from chassis.clock import today
from chassis.database import Database
from chassis.outbox import emit
from contracts.testing.factories import deadline_noticed
from devstack.in_process import emitted

IDS = ["CRV-1", "CRV-2", "CRV-3", "CRV-4", "CRV-5"]


class CannotBeDoneError(Exception):
    pass


@pytest.fixture
async def subjects(database: Database) -> None:
    async with database.begin() as session:
        session.add_all(Subject(id=each, kind="tilbud", usage_due=today() - timedelta(days=3)) for each in IDS)


async def days(database: Database) -> dict[str, Any]:
    async with database.read() as session:
        rows = await session.execute(select(Subject.id, Subject.usage_due, Subject.sequence))
        return {row.id: (row.usage_due, row.sequence) for row in rows}


@pytest.mark.usefixtures("subjects")
@pytest.mark.parametrize("at_once", [2, 50])
async def test_one_that_fails_is_put_off_and_holds_up_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(due, "AT_ONCE", at_once)

    async def tell(session: AsyncSession, subject: Subject) -> None:
        subject.usage_due = None
        emit(session, deadline_noticed(subject.id), aggregate=subject)
        if subject.id == "CRV-2":
            raise CannotBeDoneError

    await do_what_is_due(database, Subject.usage_due, tell)
    done = dict.fromkeys(IDS, (None, 1))
    assert await days(database) == done | {"CRV-2": (today() + timedelta(days=1), 0)}
    # Nothing is told of what was taken back.
    assert sorted(event["key"] for event in await emitted(database)) == [each for each in IDS if each != "CRV-2"]
