"""What this service remembers of a tilbud, and who is told when it changes."""

from datetime import date
from functools import cache

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.envelope import Envelope
from contracts.access import authority_side
from contracts.events import (
    AuthorityAssigned,
    CaseApproved,
    CaseOpened,
    CaseReturned,
    TilbudCreated,
    TilbudPublished,
    TilsynPublished,
)
from contracts.events.approval import TilsynDecision
from contracts.events.parties import TilbudFacts, Verdict
from contracts.form import parse_key
from contracts.form.loading import steps_of
from contracts.reference import authority_name
from notification.kinds import Kind
from notification.mails import following, owe
from notification.models import Tilbud
from notification.rules import followers, people, provider

DECISIONS = {
    TilsynDecision.APPROVED: "godkendt",
    TilsynDecision.APPROVED_WITH_CONDITIONS: "godkendt med vilkår",
    TilsynDecision.NOT_APPROVED: "ikke godkendt",
    TilsynDecision.NO_DECISION: "ingen afgørelse om godkendelsen",
}


async def take_creation(session: AsyncSession, tilbud: Tilbud, event: TilbudCreated, *, tell: bool) -> None:
    """Remember a new tilbud and tell its leader and contact person how to begin (row 102)."""
    _take_content(tilbud, event.tilbud, 0)
    _take_part(tilbud, event.created_by_authority)
    if tell:
        told = people(event.leader, event.contact, event.tilbud.operator.cvr)
        await owe(
            session,
            tilbud,
            Kind.TILBUD_CREATED,
            "created",
            told,
            authority=authority_name(event.created_by_authority),
            operator=event.tilbud.operator.name,
        )


async def take_authority(session: AsyncSession, tilbud: Tilbud, event: AuthorityAssigned, *, tell: bool) -> None:
    """Remember the authority; its followers hear of a change, but not of the first one."""
    _take_part(tilbud, event.authority)
    if event.version < tilbud.authority_version:
        return
    tilbud.authority, tilbud.authority_version = event.authority, event.version
    if tell and event.previous:
        told = followers(Kind.AUTHORITY_CHANGED, await following(session, tilbud.id))
        names = {"authority": authority_name(event.authority), "previous": authority_name(event.previous)}
        await owe(session, tilbud, Kind.AUTHORITY_CHANGED, f"authority/{event.version}", told, **names)


async def take_opening(session: AsyncSession, tilbud: Tilbud, event: CaseOpened, *, tell: bool) -> None:
    """Tell the followers at the authority that a case waits (row 23)."""
    _take_part(tilbud, event.authority)
    if tell:
        fact = f"{event.case_id}/{event.revision}/{event.authority}"
        following_here = await following(session, tilbud.id)
        told = followers(Kind.CASE_OPENED, following_here, authority_side(event.authority))
        data = {"again": event.revision > 1, "steps": titles(event.steps)}
        await owe(session, tilbud, Kind.CASE_OPENED, fact, told, **data)


async def take_return(session: AsyncSession, tilbud: Tilbud, event: CaseReturned, *, tell: bool) -> None:
    """Tell the tilbud and its followers on the provider's side what must be corrected (row 108)."""
    if tell:
        side = provider(tilbud.operator_cvr)
        told = [
            *people(event.leader, event.contact, tilbud.operator_cvr),
            *followers(Kind.CASE_RETURNED, await following(session, tilbud.id), side),
        ]
        rejected = [decision.step for decision in event.decisions if decision.verdict == Verdict.REJECT]
        data = {"authority": authority_name(event.authority), "steps": titles(rejected)}
        await owe(session, tilbud, Kind.CASE_RETURNED, f"{event.case_id}/{event.revision}", told, **data)


async def take_approval(session: AsyncSession, tilbud: Tilbud, event: CaseApproved, *, tell: bool) -> None:
    """Remember the approved name and operator, and tell leader and followers on the provider's side."""
    # A case without this step repeats the name that was approved when it was sent.
    if event.reports("contact"):
        _take_content(tilbud, event.tilbud, event.number)
    _take_part(tilbud, event.authority)
    if tell:
        cvr = event.tilbud.operator.cvr
        told = [
            *people(event.leader, None, cvr),
            *followers(Kind.CASE_APPROVED, await following(session, tilbud.id), provider(cvr)),
        ]
        data = {
            "authority": authority_name(event.authority),
            "steps": titles([decision.step for decision in event.decisions]),
            "public": tilbud.is_public,
        }
        await owe(session, tilbud, Kind.CASE_APPROVED, f"{event.case_id}/{event.revision}", told, **data)


async def take_tilsyn(session: AsyncSession, tilbud: Tilbud, event: TilsynPublished, *, tell: bool) -> None:
    """Tell every follower of a new or corrected tilsyn; its text is read in the portal."""
    _take_part(tilbud, event.authority)
    if tell:
        told = followers(Kind.TILSYN_PUBLISHED, await following(session, tilbud.id))
        data = {
            "authority": authority_name(event.authority),
            "decision": DECISIONS[event.decision],
            "decided_on": _danish(event.decided_on),
            "corrected": event.version > 1,
        }
        # A tilsyn's id is its authority's own: another authority may use the same.
        fact = f"{event.authority}/{event.tilsyn_id}/{event.version}"
        await owe(session, tilbud, Kind.TILSYN_PUBLISHED, fact, told, **data)


async def take_public(
    session: AsyncSession, tilbud: Tilbud, event: TilbudPublished | None, envelope: Envelope, *, tell: bool
) -> None:
    """Tell every follower that a tilbud became public, or with ``event`` None that it no longer is (rows 83, 89)."""
    if envelope.sequence <= tilbud.public_sequence:
        return
    before, tilbud.is_public = tilbud.is_public, event is not None
    tilbud.public_sequence = envelope.sequence
    if tell and before != tilbud.is_public:
        kind = Kind.BECAME_PUBLIC if tilbud.is_public else Kind.NO_LONGER_PUBLIC
        told = followers(kind, await following(session, tilbud.id))
        await owe(session, tilbud, kind, f"public/{envelope.sequence}", told)


def _take_content(tilbud: Tilbud, facts: TilbudFacts, number: int) -> None:
    if number >= tilbud.content_number:
        tilbud.content_number = number
        tilbud.name = facts.name
        tilbud.operator_cvr = facts.operator.cvr


def _take_part(tilbud: Tilbud, authority: str) -> None:
    if authority not in tilbud.authorities:
        tilbud.authorities = sorted({*tilbud.authorities, authority})


def titles(keys: list[str]) -> list[str]:
    """Return the Danish titles of steps, each once: a department's steps are named after the step."""
    return list(dict.fromkeys(_titles().get(parse_key(key)[0], key) for key in keys))


@cache
def _titles() -> dict[str, str]:
    return {step.id: step.title for step in steps_of("tilbud")}


def _danish(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"
