"""Mails owed: what happened to a tilbud becomes one row for each address."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from contracts.access import authority_side
from contracts.events import AuthorityAssigned, CaseApproved, CaseOpened, CaseReturned, TilbudCreated, TilsynPublished
from contracts.events.approval import TilsynDecision
from contracts.events.parties import Verdict
from contracts.form import parse_key
from contracts.form.loading import steps_of
from contracts.reference import authority_name
from notification.mail_types import MailType
from notification.mails.models import OWED, Mail
from notification.mails.queries import followers_of
from notification.mails.rules import Recipient, one_for_each_address, people, provider, wanting
from notification.subjects.models import Tilbud

DECISIONS = {
    TilsynDecision.APPROVED: "godkendt",
    TilsynDecision.APPROVED_WITH_CONDITIONS: "godkendt med vilkår",
    TilsynDecision.NOT_APPROVED: "ikke godkendt",
    TilsynDecision.NO_DECISION: "ingen afgørelse om godkendelsen",
}


async def queue_mail(
    session: AsyncSession,
    tilbud: Tilbud,
    mail_type: MailType,
    fact: str,
    recipients: Sequence[Recipient],
    **data: Any,
) -> None:
    """Owe each of ``recipients`` a mail; ``fact`` names what happened, so that nobody gets two mails about it."""
    moment = now()
    rows = [
        {
            "tilbud_id": tilbud.id,
            "fact": fact,
            "mail_type": mail_type,
            "role": recipient.role,
            "email": recipient.email.casefold(),
            "sub": recipient.sub,
            "organisation": recipient.organisation,
            "data": {"name": tilbud.name, "provider": provider(tilbud.operator_cvr), **data},
            "state": OWED,
            "next_at": moment,
            "created_at": moment,
        }
        for recipient in one_for_each_address(recipients)
    ]
    if rows:
        await session.execute(insert(Mail).values(rows).on_conflict_do_nothing())


async def queue_creation_mails(session: AsyncSession, tilbud: Tilbud, event: TilbudCreated) -> None:
    """Tell leader and contact person of a new tilbud how to begin (R102)."""
    recipients = people(event.leader, event.contact, event.tilbud.operator.cvr)
    data = {"authority": authority_name(event.created_by_authority), "operator": event.tilbud.operator.name}
    await queue_mail(session, tilbud, MailType.TILBUD_CREATED, "created", recipients, **data)


async def queue_authority_mails(session: AsyncSession, tilbud: Tilbud, event: AuthorityAssigned) -> None:
    """Tell every follower of a change of authority, but not of the first one."""
    if not event.previous:
        return
    recipients = wanting(MailType.AUTHORITY_CHANGED, await followers_of(session, tilbud.id))
    names = {"authority": authority_name(event.authority), "previous": authority_name(event.previous)}
    await queue_mail(session, tilbud, MailType.AUTHORITY_CHANGED, f"authority/{event.version}", recipients, **names)


async def queue_opening_mails(session: AsyncSession, tilbud: Tilbud, event: CaseOpened) -> None:
    """Tell the followers at the authority that a case waits (R23)."""
    fact = f"{event.case_id}/{event.revision}/{event.authority}"
    followers = await followers_of(session, tilbud.id)
    recipients = wanting(MailType.CASE_OPENED, followers, authority_side(event.authority))
    data = {"again": event.revision > 1, "steps": titles(event.steps)}
    await queue_mail(session, tilbud, MailType.CASE_OPENED, fact, recipients, **data)


async def queue_return_mails(session: AsyncSession, tilbud: Tilbud, event: CaseReturned) -> None:
    """Tell the tilbud and its followers on the provider's side what must be corrected (R108)."""
    side = provider(tilbud.operator_cvr)
    recipients = [
        *people(event.leader, event.contact, tilbud.operator_cvr),
        *wanting(MailType.CASE_RETURNED, await followers_of(session, tilbud.id), side),
    ]
    rejected = [decision.step for decision in event.decisions if decision.verdict == Verdict.REJECT]
    data = {"authority": authority_name(event.authority), "steps": titles(rejected)}
    await queue_mail(session, tilbud, MailType.CASE_RETURNED, f"{event.case_id}/{event.revision}", recipients, **data)


async def queue_approval_mails(session: AsyncSession, tilbud: Tilbud, event: CaseApproved) -> None:
    """Tell leader and followers on the provider's side that a case is approved."""
    cvr = event.tilbud.operator.cvr
    recipients = [
        *people(event.leader, None, cvr),
        *wanting(MailType.CASE_APPROVED, await followers_of(session, tilbud.id), provider(cvr)),
    ]
    data = {
        "authority": authority_name(event.authority),
        "steps": titles([decision.step for decision in event.decisions]),
        "public": tilbud.is_public,
    }
    await queue_mail(session, tilbud, MailType.CASE_APPROVED, f"{event.case_id}/{event.revision}", recipients, **data)


async def queue_tilsyn_mails(session: AsyncSession, tilbud: Tilbud, event: TilsynPublished) -> None:
    """Tell every follower of a new or corrected tilsyn; its text is read in the portal."""
    recipients = wanting(MailType.TILSYN_PUBLISHED, await followers_of(session, tilbud.id))
    data = {
        "authority": authority_name(event.authority),
        "decision": DECISIONS[event.decision],
        "decided_on": _danish(event.decided_on),
        "corrected": event.version > 1,
    }
    # A tilsyn's id is its authority's own: another authority may use the same.
    fact = f"{event.authority}/{event.tilsyn_id}/{event.version}"
    await queue_mail(session, tilbud, MailType.TILSYN_PUBLISHED, fact, recipients, **data)


async def queue_publication_mails(session: AsyncSession, tilbud: Tilbud) -> None:
    """Tell every follower that a tilbud has become public, or no longer is (R83, R89)."""
    mail_type = MailType.BECAME_PUBLIC if tilbud.is_public else MailType.NO_LONGER_PUBLIC
    recipients = wanting(mail_type, await followers_of(session, tilbud.id))
    await queue_mail(session, tilbud, mail_type, f"public/{tilbud.public_sequence}", recipients)


def titles(keys: list[str]) -> list[str]:
    """Return the Danish titles of steps, each once: a department's steps are named after the step."""
    return list(dict.fromkeys(_titles().get(parse_key(key)[0], key) for key in keys))


@cache
def _titles() -> dict[str, str]:
    return {step.id: step.title for step in steps_of("tilbud")}


def _danish(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"
