"""The events that make an overview row, as their services tell them, and the row that comes of them."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

import contracts
from chassis.auth import Principal, Right
from chassis.database import Database
from chassis.envelope import headers_for
from chassis.subscriptions import Record
from chassis.testing import deliver, record_of
from contracts.events import (
    AuthorityAssigned,
    CaseApproved,
    CaseOpened,
    CaseReturned,
    FollowersChanged,
    SubmissionSent,
    TilbudCreated,
    TilbudPublished,
    TilsynPublished,
)
from contracts.events.base import Event
from portal.consumers import subscriptions
from portal.models import Case, Tilbud
from portal.sessions.visitor import Visitor

GOLDEN = Path(contracts.__file__).parents[2] / "golden"
BY_TOPIC = {subscription.topic_names[0]: subscription for subscription in subscriptions()}
START = datetime(2026, 11, 1, 12, tzinfo=UTC)
CVR = "99000015"
NORD = "socialtilsyn-nord"
ADDRESS = {"street": "Vej 1", "postcode": "9000", "city": "Aalborg", "municipality": "0851"}
PERSON = {"name": "Karen", "email": "k@x.example", "phone": "98000000"}
ACTOR = {"sub": "u", "name": "Dorthe", "org_name": "Blomsterengen"}


def at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


def facts(name: str = "Solsikken", cvr: str = CVR) -> dict[str, Any]:
    operator = {"cvr": cvr, "name": "Blomsterengen ApS", "kind": "private"}
    basis = "botilbud-laengerevarende"
    return {
        "name": name,
        "operator": operator,
        "address": ADDRESS,
        "primary_legal_basis": basis,
        "legal_bases": [basis],
    }


def created(tilbud_id: str, name: str = "Solsikken", cvr: str = CVR) -> TilbudCreated:
    return TilbudCreated.model_validate(
        {
            "tilbud_id": tilbud_id,
            "tilbud": facts(name, cvr),
            "leader": PERSON,
            "contact": None,
            "created_by_authority": NORD,
            "created_by": ACTOR,
            "created_at": at(0),
        }
    )


def sent(tilbud_id: str, revision: int = 1, number: int = 1) -> SubmissionSent:
    return SubmissionSent.model_validate(
        {
            "tilbud_id": tilbud_id,
            "submission_id": f"{tilbud_id}-{number}",
            "number": number,
            "revision": revision,
            "initial": number == 1,
            "form_version": "tilbud-1",
            "sent_at": at(revision * 10),
            "sent_by": ACTOR,
            "tilbud": facts("Ikke godkendt navn"),
            "leader": PERSON,
            "contact": None,
            "facts": {"legal_bases": ["x"], "primary": "x", "municipality": "0851"},
            "steps": [{"key": "contact", "data": {}}],
        }
    )


def case_of(tilbud_id: str, revision: int = 1, number: int = 1, authority: str = NORD) -> dict[str, Any]:
    case_id = f"{tilbud_id}-{number}"
    return {"tilbud_id": tilbud_id, "case_id": case_id, "revision": revision, "number": number, "authority": authority}


def opened(tilbud_id: str, revision: int = 1, number: int = 1, authority: str = NORD) -> CaseOpened:
    more = {
        "steps": ["contact"],
        "initial": True,
        "submitted_at": at(revision * 10),
        "opened_at": at(revision * 10 + 1),
    }
    case = case_of(tilbud_id, revision, number, authority)
    return CaseOpened.model_validate({**case, **more, "tilbud_name": "Solsikken", "explanation": "R1"})


def returned(tilbud_id: str, revision: int = 1) -> CaseReturned:
    more = {"decisions": [], "returned_by": ACTOR, "returned_at": at(revision * 10 + 2)}
    parties = {"tilbud_name": "Solsikken", "leader": PERSON, "contact": None}
    return CaseReturned.model_validate({**case_of(tilbud_id, revision), **more, **parties})


def approved(
    tilbud_id: str, revision: int = 2, name: str = "Solsikken Ny", number: int = 1, step: str = "contact"
) -> CaseApproved:
    more = {
        "steps": [{"key": step, "data": {}}],
        "initial": True,
        "form_version": "1",
        "decisions": [],
        "approved_by": ACTOR,
    }
    parties = {"tilbud": facts(name), "leader": PERSON, "contact": None, "approved_at": at(revision * 10 + 3)}
    return CaseApproved.model_validate({**case_of(tilbud_id, revision, number), **more, **parties})


def tilsyn(tilbud_id: str, **changes: Any) -> TilsynPublished:
    usual = {
        "tilbud_id": tilbud_id,
        "tilsyn_id": "t1",
        "version": 1,
        "accepted_number": 1,
        "authority": NORD,
        "external": True,
        "kind": "approval",
        "visited_on": None,
        "decided_on": date(2026, 11, 1),
        "decision": "approved",
        "accepted_at": at(40),
    }
    return TilsynPublished.model_validate({**usual, **changes})


def assigned(tilbud_id: str, version: int = 1, authority: str = NORD, previous: str | None = None) -> AuthorityAssigned:
    more = {"rule": "R1", "explanation": "R1", "assigned_at": at(1), "version": version}
    return AuthorityAssigned.model_validate(
        {"tilbud_id": tilbud_id, "authority": authority, "previous": previous, **more}
    )


def followers(tilbud_id: str, version: int, *subs: tuple[str, str]) -> FollowersChanged:
    rows = [{"sub": sub, "organisation": organisation} for sub, organisation in subs]
    return FollowersChanged.model_validate(
        {"tilbud_id": tilbud_id, "version": version, "followers": rows, "changed_at": at(version)}
    )


def publication(tilbud_id: str, sequence: int, *, public: bool) -> Record:
    headers = headers_for(
        TilbudPublished.ce_type, tilbud_id, source="/services/publication", sequence=sequence, traceparent=""
    )
    encoded = [(name, text.encode()) for name, text in headers.items()]
    value = None
    if public:
        document = json.loads(golden(TilbudPublished).read_text()) | {"tilbud_id": tilbud_id}
        value = json.dumps(document).encode()
    return Record("publication.tilbud.v1", 0, sequence, tilbud_id, encoded, value)


def golden(event: type[Event]) -> Path:
    return GOLDEN / f"{event.ce_type}.json"


async def hear(database: Database, *events: Any) -> None:
    for event in events:
        record = event if isinstance(event, Record) else record_of(event, source="/services/x")
        await deliver(database, BY_TOPIC[record.topic], record)


async def rows(database: Database) -> list[tuple[Any, ...]]:
    async with database.read() as session:
        tilbud = (await session.execute(select(Tilbud.__table__).order_by(Tilbud.id))).all()
        cases = (await session.execute(select(Case.__table__).order_by(Case.id))).all()
    return [tuple(row) for row in (*tilbud, *cases)]


async def the(database: Database, tilbud_id: str) -> Tilbud:
    async with database.read() as session:
        row = await session.get(Tilbud, tilbud_id)
    assert row is not None
    return row


def visitor(sub: str = "dorthe", cvr: str = CVR, *rights: str) -> Visitor:
    held = frozenset(Right(*right.split(":")) for right in rights)
    return Visitor(Principal(sub, "Navn", cvr, "Org", "substantial", held), "t", "i", csrf="c")
