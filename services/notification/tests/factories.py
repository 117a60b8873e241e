"""Events about Solsikken, Valmuen and Violen, as the other services send them."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, datetime
from typing import Any

import httpx2
from sqlalchemy import text

from chassis.database import Database
from chassis.subscriptions import Record
from chassis.testing import deliver, record_of
from contracts.events import (
    AuthorityAssigned,
    CaseApproved,
    CaseOpened,
    CaseReturned,
    TilbudCreated,
    TilbudPublished,
    TilsynPublished,
)
from devstack import personas
from notification.consumers import SUBSCRIPTIONS

# Opens a client of the API for a token, or for nobody.
Client = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]

SOLSIKKEN, VALMUEN, VIOLEN = "CRV-6324", "CRV-6325", "CRV-6326"
NAMES = {SOLSIKKEN: "Solsikken", VALMUEN: "Valmuen", VIOLEN: "Violen"}
BLOMSTERENGEN, HAVBLIK = personas.BLOMSTERENGEN[0], personas.HAVBLIK[0]
NORD = "socialtilsyn-nord"
MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LEADER = {"name": "Dorthe Kragh", "email": "Leder@solsikken.example", "phone": "98100200"}
CONTACT = {"name": "Per Holm", "email": "kontakt@solsikken.example", "phone": "98100201"}
OFFICER = {"sub": "s-2", "name": "Rasmus Toft", "org_name": "Socialtilsyn Nord", "authority": NORD}


def facts(tilbud: str, cvr: str, name: str | None = None) -> dict[str, Any]:
    return {
        "name": name or NAMES[tilbud],
        "operator": {"cvr": cvr, "name": "Blomsterengen ApS", "kind": "private"},
        "address": {"street": "Blomstervej 12", "postcode": "9000", "city": "Aalborg", "municipality": "0851"},
        "primary_legal_basis": "botilbud-laengerevarende",
        "legal_bases": ["botilbud-laengerevarende"],
    }


def created(tilbud: str = SOLSIKKEN, cvr: str = BLOMSTERENGEN, by: str = NORD) -> TilbudCreated:
    return TilbudCreated.model_validate(
        {
            "tilbud_id": tilbud,
            "tilbud": facts(tilbud, cvr),
            "leader": LEADER,
            "contact": CONTACT,
            "created_by_authority": by,
            "created_by": OFFICER,
            "created_at": MOMENT,
        }
    )


def assigned(
    tilbud: str = SOLSIKKEN, authority: str = NORD, version: int = 1, previous: str | None = None
) -> AuthorityAssigned:
    return AuthorityAssigned.model_validate(
        {
            "tilbud_id": tilbud,
            "version": version,
            "authority": authority,
            "previous": previous,
            "rule": "R1",
            "explanation": "Tilbuddet ligger i Aalborg Kommune.",
            "assigned_at": MOMENT,
        }
    )


def _case(tilbud: str, revision: int, number: int, authority: str) -> dict[str, Any]:
    return {
        "tilbud_id": tilbud,
        "case_id": f"case-{number}",
        "revision": revision,
        "number": number,
        "authority": authority,
        "tilbud_name": NAMES[tilbud],
        "leader": LEADER,
        "contact": None,
    }


def decisions(**verdicts: str) -> list[dict[str, Any]]:
    return [
        {
            "step": step.replace("_", "/", 1),
            "verdict": verdict,
            "reason": "Telefonnummeret mangler" if verdict == "reject" else None,
            "decided_by": OFFICER,
            "decided_at": MOMENT,
        }
        for step, verdict in verdicts.items()
    ]


def opened(tilbud: str = SOLSIKKEN, revision: int = 1, number: int = 1, authority: str = NORD) -> CaseOpened:
    return CaseOpened.model_validate(
        {
            **_case(tilbud, revision, number, authority),
            "steps": ["contact", "places/hus-a", "places/hus-b"],
            "initial": number == 1,
            "submitted_at": MOMENT,
            "opened_at": MOMENT,
            "explanation": "Tilbuddet ligger i Aalborg Kommune.",
        }
    )


def returned(tilbud: str = SOLSIKKEN, revision: int = 1, number: int = 1) -> CaseReturned:
    return CaseReturned.model_validate(
        {
            **_case(tilbud, revision, number, NORD),
            "contact": CONTACT,
            "decisions": decisions(contact="reject", budget="approve", places_hus="reject"),
            "returned_by": OFFICER,
            "returned_at": MOMENT,
        }
    )


def approved(tilbud: str = SOLSIKKEN, number: int = 1, name: str | None = None) -> CaseApproved:
    return CaseApproved.model_validate(
        {
            **_case(tilbud, 1, number, NORD),
            "contact": CONTACT,
            "initial": number == 1,
            "form_version": "tilbud-1",
            "tilbud": facts(tilbud, BLOMSTERENGEN, name),
            "steps": [{"key": "contact", "data": {}}],
            "decisions": decisions(contact="approve"),
            "approved_by": OFFICER,
            "approved_at": MOMENT,
        }
    )


def tilsyn(
    tilbud: str = SOLSIKKEN, version: int = 1, decision: str = "approved", authority: str = NORD
) -> TilsynPublished:
    return TilsynPublished.model_validate(
        {
            "tilbud_id": tilbud,
            "tilsyn_id": "t-1",
            "version": version,
            "accepted_number": version,
            "authority": authority,
            "external": True,
            "kind": "announced",
            "visited_on": date(2026, 11, 2),
            "decided_on": date(2026, 11, 20),
            "decision": decision,
            "conclusion": "Tilbuddet har god kvalitet.",
            "accepted_at": MOMENT,
        }
    )


def public(tilbud: str = SOLSIKKEN, version: int = 1) -> TilbudPublished:
    record = {
        "id": tilbud,
        "name": NAMES[tilbud],
        "version": version,
        "authority": {"id": NORD, "name": "Socialtilsyn Nord"},
        "operator_name": "Blomsterengen ApS",
        "operator_kind": "private",
        "primary_legal_basis": "botilbud-laengerevarende",
        "legal_bases": ["botilbud-laengerevarende"],
        "municipality": "0851",
        "region": "1081",
        "tilsyn": None,
        "approved_at": MOMENT,
        "confirmed_at": MOMENT,
    }
    return TilbudPublished.model_validate({"tilbud_id": tilbud, "tilbud": record})


def gone(tilbud: str = SOLSIKKEN, sequence: int = 1) -> Record:
    """Return the tombstone of a tilbud on the topic of public records."""
    model = record_of(public(tilbud), source="/services/publication", sequence=sequence)
    return Record(model.topic, 0, 0, tilbud, model.headers, None)


def record_for(event: Any, sequence: int = 1) -> Record:
    return event if isinstance(event, Record) else record_of(event, source="/services/other", sequence=sequence)


async def take(database: Database, *events: Any, sequence: int = 1) -> None:
    """Hand events to the handlers of their topics, one after the other."""
    for event in events:
        record = record_for(event, sequence)
        (subscription,) = [each for each in SUBSCRIPTIONS if record.topic in each.topic_names]
        await deliver(database, subscription, record)


async def mails(database: Database, **wanted: str) -> list[tuple[str, str]]:
    """Return kind and address of each mail row, in order, that has the ``wanted`` values."""
    async with database.read() as session:
        rows = (await session.execute(text("SELECT * FROM mails ORDER BY id"))).all()
    return [(row.kind, row.email) for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]


async def dead_letters(database: Database) -> int:
    async with database.read() as session:
        return int(await session.scalar(text("SELECT count(*) FROM dead_letters")) or 0)


async def follow(client: Client, token: str, *tilbud: str, status: int = 200) -> None:
    async with client(token) as api:
        for each in tilbud:
            assert (await api.put(f"/v1/follows/tilbud/{each}")).status_code == status
