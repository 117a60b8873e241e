"""Events about Solsikken, as reporting and approval send them, and what becomes of them here."""

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx2
from sqlalchemy import text

from chassis.database import Database
from chassis.subscriptions import Record
from contracts.events import (
    CaseApproved,
    CaseReturned,
    SubmissionClosed,
    SubmissionSent,
    TilbudCreated,
    TilbudPublished,
)
from contracts.testing import factories
from devstack.in_process import deliver, emitted, record_of
from jurisdiction.consumers import subscriptions

# Opens a client of the API for a token, or for nobody.
Client = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]

TILBUD = factories.TILBUD_ID
ALL_STEPS = ("company", "contact", "agreements", "budget")
HOME = factories.BASIS


def created(municipality: str = "0851", basis: str = HOME, by: str = "socialtilsyn-nord") -> TilbudCreated:
    """Solsikken was created by an authority."""
    tilbud = factories.tilbud_facts(municipality=municipality, legal_basis=basis)
    return factories.tilbud_created(tilbud=tilbud, created_by_authority=by)


def sent(
    number: int = 1, revision: int = 1, steps: Iterable[str] = ALL_STEPS, municipality: str = "0851", **facts: Any
) -> SubmissionSent:
    """A submission of Solsikken was sent; its id tells its number."""
    return factories.submission_sent(
        number=number,
        revision=revision,
        submission_id=f"case-{number}",
        content=_content(steps),
        tilbud=factories.tilbud_facts(municipality=municipality),
        facts=factories.routing_facts(municipality=municipality, **facts),
    )


def approved(
    number: int = 1, authority: str = "socialtilsyn-nord", steps: Iterable[str] = ALL_STEPS, revision: int = 1
) -> CaseApproved:
    """A case of Solsikken was approved."""
    return factories.case_approved(
        number=number, revision=revision, case_id=f"case-{number}", content=_content(steps), authority=authority
    )


def returned(number: int = 1, revision: int = 1) -> CaseReturned:
    """A case of Solsikken was returned."""
    return factories.case_returned(number=number, revision=revision, case_id=f"case-{number}")


def public(version: int = 1) -> TilbudPublished:
    """Solsikken can be seen by everybody."""
    return factories.tilbud_published(version=version)


def unpublished(sequence: int) -> Record:
    """Solsikken can be seen by everybody no longer."""
    model = record_of(public(), source="/services/publication", sequence=sequence)
    return Record(model.topic, 0, 0, TILBUD, model.headers, None)


def closed(number: int = 1, revision: int = 1) -> SubmissionClosed:
    """The reporter gave a returned case up."""
    return factories.submission_closed(number=number, revision=revision, submission_id=f"case-{number}")


def _content(steps: Iterable[str]) -> dict[str, dict[str, Any]]:
    return {step: {} for step in steps}


async def handle(database: Database, *events: Any) -> None:
    """Hand events to the handlers of their topics, one after the other."""
    for event in events:
        await handle_records(database, record_for(event))


def record_for(event: Any, sequence: int = 1) -> Record:
    if isinstance(event, Record):
        return event
    return record_of(event, source=f"/services/{event.topic.partition('.')[0]}", sequence=sequence)


async def handle_records(database: Database, *records: Record) -> None:
    """Hand records of one topic to its handlers as one batch."""
    (group,) = [each for each in subscriptions() if records[0].topic in each.topic_names]
    await deliver(database, group, *records)


async def published(database: Database) -> list[tuple[str, ...]]:
    """Return what was published, in short: what, about which case, and which authority."""
    short: list[tuple[str, ...]] = []
    for row in await emitted(database):
        data = json.loads(row["value"])
        assert row["key"] == TILBUD
        name = row["type"].split(".")[-2]
        version = data.get("version") or data.get("authority_version")
        subject = f"{data['submission_id']}/{data['revision']}" if "submission_id" in data else str(version)
        short.append((name, subject, data.get("authority") or data.get("to_authority") or data["reason"]))
    return short


async def dead_letters(database: Database) -> int:
    async with database.read() as session:
        return int(await session.scalar(text("SELECT count(*) FROM dead_letters")) or 0)
