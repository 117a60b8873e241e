"""Events about Solsikken, Valmuen and Violen, as the other services send them, and what becomes of them here."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import httpx2
from sqlalchemy import select, text

from chassis.database import Database
from chassis.subscriptions import Record
from contracts.events import (
    AuthorityAssigned,
    CaseApproved,
    CaseClosed,
    CaseOpened,
    CaseReturned,
    TilbudCeased,
    TilbudCreated,
    TilbudPublished,
    TilsynPublished,
)
from contracts.events.parties import Person, StepDecision
from contracts.testing import factories
from devstack import personas
from devstack.in_process import deliver, record_of
from notification.consumers import subscriptions
from notification.mails.models import Mail
from notification.mails.texts import Text, write

# Opens a client of the API for a token, or for nobody.
Client = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]

SOLSIKKEN, VALMUEN, VIOLEN = "CRV-6324", "CRV-6325", "CRV-6326"
NAMES = {SOLSIKKEN: "Solsikken", VALMUEN: "Valmuen", VIOLEN: "Violen"}
BLOMSTERENGEN, HAVBLIK = personas.BLOMSTERENGEN[0], personas.HAVBLIK[0]
NORD = factories.NORD
LEADER = factories.leader(name="Dorthe Kragh", email="Leder@solsikken.example")
CONTACT = factories.person(email="kontakt@solsikken.example")
REASON = "Telefonnummeret mangler"
# Where mails go.
LEADER_ADDRESS, CONTACT_ADDRESS = "leder@solsikken.example", "kontakt@solsikken.example"
DORTHE, RASMUS, SOFIE = "dorthe@blomsterengen.example", "rasmus@nord.example", "sofie@aalborg.example"


def created(
    tilbud: str = SOLSIKKEN,
    cvr: str = BLOMSTERENGEN,
    by: str = NORD,
    name: str | None = None,
    leader: Person = LEADER,
) -> TilbudCreated:
    facts = factories.tilbud_facts(name or NAMES[tilbud], cvr=cvr)
    return factories.tilbud_created(tilbud, tilbud=facts, leader=leader, contact=CONTACT, created_by_authority=by)


def assigned(
    tilbud: str = SOLSIKKEN, authority: str = NORD, version: int = 1, previous: str | None = None
) -> AuthorityAssigned:
    return factories.authority_assigned(tilbud, version, authority, previous=previous)


def opened(
    tilbud: str = SOLSIKKEN, revision: int = 1, number: int = 1, authority: str = NORD, **fields: Any
) -> CaseOpened:
    steps = ["contact", "places/hus-a", "places/hus-b"]
    named = {"authority": authority, "steps": steps, "tilbud_name": NAMES[tilbud]} | fields
    return factories.case_opened(tilbud, number, revision, of=None, **named)


def closed(tilbud: str = SOLSIKKEN, **fields: Any) -> CaseClosed:
    """A case is over undecided."""
    return factories.case_closed(tilbud, **fields)


def returned(tilbud: str = SOLSIKKEN, revision: int = 1, number: int = 1, name: str | None = None) -> CaseReturned:
    return factories.case_returned(
        tilbud,
        number,
        revision,
        tilbud_name=name or NAMES[tilbud],
        leader=LEADER,
        contact=CONTACT,
        decisions=with_reason(factories.decisions(["budget"], rejected=["contact", "places/hus"])),
        departments={"hus": "Det røde hus"},
    )


def with_reason(decisions: list[StepDecision]) -> list[StepDecision]:
    """Return the decisions with a reason of their own where something is rejected."""
    return [each.model_copy(update={"reason": each.reason and REASON}) for each in decisions]


def approved(tilbud: str = SOLSIKKEN, number: int = 1, name: str | None = None) -> CaseApproved:
    return factories.case_approved(
        tilbud,
        number,
        leader=LEADER,
        contact=CONTACT,
        tilbud=factories.tilbud_facts(name or NAMES[tilbud], cvr=BLOMSTERENGEN),
        content={"contact": {}},
    )


def tilsyn(
    tilbud: str = SOLSIKKEN, version: int = 1, decision: str = "approved", authority: str = NORD
) -> TilsynPublished:
    return factories.tilsyn_published(
        tilbud,
        version=version,
        accepted_number=version,
        authority=authority,
        decision=decision,
        conclusion="Tilbuddet har god kvalitet.",
    )


def public(tilbud: str = SOLSIKKEN, version: int = 1, steps: dict[str, Any] | None = None) -> TilbudPublished:
    fields: dict[str, Any] = {"steps": steps, "departments": []} if steps else {}
    return factories.tilbud_published(tilbud, version, name=NAMES[tilbud], **fields)


def ceased(tilbud: str = SOLSIKKEN) -> TilbudCeased:
    return factories.tilbud_ceased(tilbud)


def unpublished(tilbud: str = SOLSIKKEN, sequence: int = 1) -> Record:
    """Return the tombstone of a tilbud on the topic of public records."""
    model = record_of(public(tilbud), source="/services/publication", sequence=sequence)
    return Record(model.topic, 0, 0, tilbud, model.headers, None)


def record_for(event: Any, sequence: int = 1) -> Record:
    return event if isinstance(event, Record) else record_of(event, source="/services/other", sequence=sequence)


async def handle(database: Database, *events: Any, sequence: int = 1) -> None:
    """Hand events to the handlers of their topics, one after the other."""
    for event in events:
        record = record_for(event, sequence)
        (subscription,) = [each for each in subscriptions() if record.topic in each.topic_names]
        await deliver(database, subscription, record)


async def handle_batch(database: Database, *events: Any) -> None:
    """Hand events of one type to their handler in one batch, as they come when there are many."""
    records = [record_for(event) for event in events]
    (subscription,) = [each for each in subscriptions() if records[0].topic in each.topic_names]
    await deliver(database, subscription, *records)


async def mails(database: Database, **wanted: str) -> list[tuple[str, str]]:
    """Return type and address of each mail row, in order, that has the ``wanted`` values."""
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


async def text_of(database: Database, mail_type: str, email: str) -> Text:
    async with database.read() as session:
        mail = (await session.scalars(select(Mail).where(Mail.mail_type == mail_type, Mail.email == email))).one()
    return write(mail, "http://portal.example/")


@dataclass
class FollowedTilbud:
    """Solsikken with a follower at the operator, one at the authority and one at a kommune that looks for places."""

    database: Database
    client: Client
    identity: Any

    async def follow(self, persona: str) -> None:
        async with self.client(self.identity.token(persona)) as api:
            assert (await api.put(f"/v1/follows/tilbud/{SOLSIKKEN}")).status_code == 200

    async def turn_off(self, persona: str, mail_type: str) -> None:
        await self.choose(persona, mails={mail_type: False})

    async def choose(self, persona: str, status: int = 200, **change: Any) -> dict[str, Any]:
        """Change the preferences of a persona and return what they are."""
        async with self.client(self.identity.token(persona)) as api:
            tag = (await api.get("/v1/preferences")).headers["etag"]
            answer = await api.put("/v1/preferences", json=change, headers={"If-Match": tag})
        assert answer.status_code == status
        body: dict[str, Any] = answer.json()
        return body
