"""Mails owed: what happened to a subject becomes one row for each address."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.clock import now
from contracts.access import authority_side
from contracts.events.parties import Verdict
from contracts.reference import authority_name
from notification.follows.models import Follow
from notification.kinds import KINDS, provider_organisation
from notification.mail_types import Failure, Frequency, MailType, Role
from notification.mails.models import COLLECTED, OWED, SUPERSEDED, Mail
from notification.mails.phrases import danish_date, decision_words, failure_words, sanction_lines, step_titles
from notification.mails.queries import followers_of, in_thread, moments_of_thread, others_told
from notification.mails.removal import explain_removal
from notification.mails.rules import (
    AT_ONCE_WITHIN,
    Fact,
    Recipient,
    by_address,
    digest_due_at,
    due_at,
    followers_wanting,
    people,
    people_at,
)
from notification.subjects.models import Subject
from notification.webhooks.commands import queue_calls


async def queue_mail(
    session: AsyncSession,
    subject: Subject,
    mail_type: MailType,
    fact: Fact,
    recipients: Sequence[Recipient],
    **data: Any,
) -> None:
    """Owe each of ``recipients`` a mail about ``fact``; nobody gets two about it.

    A kind of subject without this type of mail has none. Where there were many in the thread, the mail waits and takes
    the place of one that waits already. Who wants the news of a day or a week together has it collected.
    """
    if mail_type not in KINDS[subject.kind].mail_types or not recipients:
        return
    await queue_calls(session, subject, mail_type, fact.id, {each.sub for each in recipients if each.sub})
    moment = now()
    earlier = await moments_of_thread(session, subject, fact.thread, moment - AT_ONCE_WITHIN)
    rows = []
    for email, recipient in by_address(recipients).items():
        rows.append(
            {
                "subject_kind": subject.kind,
                "subject_id": subject.id,
                "fact": fact.id,
                "thread": fact.thread,
                "mail_type": mail_type,
                "role": recipient.role,
                "email": email,
                "sub": recipient.sub,
                "organisation": recipient.organisation,
                "data": {"name": subject.name, "provider": provider_organisation(subject.operator_cvr), **data},
                "created_at": moment,
                **_when(recipient, moment, earlier.get(email, ()), fact.held),
            }
        )
    # Rows beside the statement go in several statements where one would have too many parameters.
    added = insert(Mail).on_conflict_do_nothing().returning(Mail.id)
    owed = (await session.scalars(added, rows)).all()
    if any(row["due_at"] and row["state"] == OWED for row in rows):
        await _supersede(session, subject, fact.thread, owed)


def _when(recipient: Recipient, moment: datetime, earlier: Sequence[datetime], held: timedelta) -> dict[str, Any]:
    """Return the state of a new mail, and when it is due."""
    if recipient.frequency is not Frequency.AT_ONCE:
        due = digest_due_at(moment, recipient.frequency)
        return {"state": COLLECTED, "frequency": recipient.frequency, "next_at": due, "due_at": due}
    waits_until = due_at(moment, earlier)
    next_at = waits_until or moment + held
    return {"state": OWED, "frequency": None, "next_at": next_at, "due_at": waits_until}


async def _supersede(session: AsyncSession, subject: Subject, thread: str, owed: Sequence[int]) -> None:
    """Drop the mails of a thread that wait for the addresses of those that are ``owed`` now."""
    newer = aliased(Mail)
    waiting = (
        *in_thread(subject, thread),
        Mail.state == OWED,
        Mail.due_at.is_not(None),
        Mail.id.not_in(owed),
        exists().where(newer.id.in_(owed), newer.email == Mail.email),
    )
    await session.execute(update(Mail).where(*waiting).values(state=SUPERSEDED, settled_at=now()))


async def queue_creation_mails(session: AsyncSession, subject: Subject, event: Any) -> None:
    """Tell leader and contact person of a new subject how to begin (R102)."""
    kind = KINDS[subject.kind]
    content = kind.content(event)
    if content is not None:
        recipients = people(kind.people(event), content.operator_cvr)
        data = {"authority": authority_name(event.created_by_authority), "operator": content.operator_name}
        await queue_mail(session, subject, MailType.TILBUD_CREATED, Fact("created", "created"), recipients, **data)


async def queue_authority_mails(session: AsyncSession, subject: Subject, event: Any) -> None:
    """Tell the people of the subject and every follower of a change of authority, but not of the first one."""
    if not event.previous:
        return
    recipients = [
        *people_at(subject.people, subject.operator_cvr),
        *followers_wanting(MailType.AUTHORITY_CHANGED, await followers_of(session, subject)),
    ]
    names = {
        "authority": authority_name(event.authority),
        "previous": authority_name(event.previous),
        "because": event.explanation,
    }
    fact = Fact(f"authority/{event.version}", "authority")
    await queue_mail(session, subject, MailType.AUTHORITY_CHANGED, fact, recipients, **names)


async def queue_undecided_mails(session: AsyncSession, subject: Subject, event: Any) -> None:
    """Tell those concerned that no rule names who decides a report: its people, its operator and its authority."""
    sides = {authority_side(subject.authority or ""), provider_organisation(subject.operator_cvr)}
    followers = followers_wanting(MailType.AUTHORITY_UNDECIDED, await followers_of(session, subject))
    recipients = [
        *people_at(subject.people, subject.operator_cvr),
        *(follower for follower in followers if follower.organisation in sides),
    ]
    fact = Fact(f"{event.submission_id}/{event.revision}/undecided", event.submission_id)
    await queue_mail(session, subject, MailType.AUTHORITY_UNDECIDED, fact, recipients, reason=event.reason)


async def queue_opening_mails(session: AsyncSession, subject: Subject, event: Any) -> None:
    """Tell the followers at the authority that a case waits (R23), and others what is unusual about it."""
    fact = Fact(f"{event.case_id}/{event.revision}/{event.authority}", event.case_id)
    followers = await followers_of(session, subject)
    kind = KINDS[subject.kind]
    own_side = kind.reporting_side(subject.operator_cvr, event.authority)
    concerned = people(kind.people(event), subject.operator_cvr)
    if previous := kind.moved_from(event):
        told = [
            *concerned,
            *followers_wanting(MailType.CASE_MOVED, followers, own_side),
            *followers_wanting(MailType.CASE_MOVED, followers, authority_side(previous)),
        ]
        names = {"authority": authority_name(event.authority), "previous": authority_name(previous)}
        moved = Fact(f"moved/{fact.id}", event.case_id)
        await queue_mail(session, subject, MailType.CASE_MOVED, moved, told, **names)
    elif reported_by := kind.reported_by(event):
        told = [*concerned, *followers_wanting(MailType.REPORTED_ON_BEHALF, followers, own_side)]
        sent = Fact(f"on-behalf/{event.case_id}/{event.revision}", event.case_id)
        steps = step_titles(subject.kind, event.steps)
        await queue_mail(
            session,
            subject,
            MailType.REPORTED_ON_BEHALF,
            sent,
            told,
            authority=authority_name(reported_by),
            steps=steps,
        )
    recipients = followers_wanting(MailType.CASE_OPENED, followers, authority_side(event.authority))
    data = {"again": event.revision > 1, "steps": step_titles(subject.kind, event.steps)}
    await queue_mail(session, subject, MailType.CASE_OPENED, fact, recipients, **data)


async def queue_closing_mails(session: AsyncSession, subject: Subject, event: Any) -> None:
    """Tell the followers at the authority that the reporter has closed a case (R78).

    When the authority closed it since the subject has ceased, the people of the subject and the followers on the
    reporting side are told.
    """
    kind = KINDS[subject.kind]
    is_ceased = kind.is_ceased(event)
    side = kind.reporting_side(subject.operator_cvr, event.authority) if is_ceased else authority_side(event.authority)
    recipients = [
        *(people(kind.people(event), subject.operator_cvr) if is_ceased else ()),
        *followers_wanting(MailType.CASE_CLOSED, await followers_of(session, subject), side),
    ]
    data = {"authority": authority_name(event.authority), "ceased": is_ceased}
    fact = Fact(f"closed/{event.case_id}", event.case_id)
    await queue_mail(session, subject, MailType.CASE_CLOSED, fact, recipients, **data)


async def queue_return_mails(session: AsyncSession, subject: Subject, event: Any) -> None:
    """Tell the people of the subject, and its followers on the reporting side, what must be corrected (R108)."""
    kind = KINDS[subject.kind]
    side = kind.reporting_side(subject.operator_cvr, event.authority)
    recipients = [
        *people(kind.people(event), subject.operator_cvr),
        *followers_wanting(MailType.CASE_RETURNED, await followers_of(session, subject), side),
    ]
    rejected = [decision.step for decision in event.decisions if decision.verdict == Verdict.REJECT]
    data = {"authority": authority_name(event.authority), "case": event.case_id}
    data |= {"steps": step_titles(subject.kind, rejected, getattr(event, "departments", {}))}
    fact = Fact(f"{event.case_id}/{event.revision}", event.case_id)
    await queue_mail(session, subject, MailType.CASE_RETURNED, fact, recipients, **data)


async def queue_approval_mails(session: AsyncSession, subject: Subject, event: Any) -> None:
    """Tell the leader of the subject, and its followers on the reporting side, that a case is approved."""
    kind = KINDS[subject.kind]
    content = kind.content(event)
    cvr = content.operator_cvr if content else subject.operator_cvr
    side = kind.reporting_side(cvr, event.authority)
    recipients = [
        *people({Role.LEADER: kind.people(event).get(Role.LEADER)}, cvr),
        *followers_wanting(MailType.CASE_APPROVED, await followers_of(session, subject), side),
    ]
    data = {
        "authority": authority_name(event.authority),
        "steps": step_titles(subject.kind, [decision.step for decision in event.decisions]),
        "public": subject.is_public,
    }
    fact = Fact(f"{event.case_id}/{event.revision}", event.case_id)
    await queue_mail(session, subject, MailType.CASE_APPROVED, fact, recipients, **data)


async def queue_tilsyn_mails(session: AsyncSession, subject: Subject, event: Any) -> None:
    """Tell every follower of a new or corrected tilsyn, with its sanctions; their texts are read in the portal."""
    recipients = followers_wanting(MailType.TILSYN_PUBLISHED, await followers_of(session, subject))
    data = {
        "authority": authority_name(event.authority),
        "decision": decision_words(event.decision),
        "decided_on": danish_date(event.decided_on),
        "corrected": event.version > 1,
        "intensified": event.intensified is not None,
        "sanctions": sanction_lines(event),
    }
    # A tilsyn's id is its authority's own: another authority may use the same.
    fact = Fact(f"{event.authority}/{event.tilsyn_id}/{event.version}", "tilsyn")
    await queue_mail(session, subject, MailType.TILSYN_PUBLISHED, fact, recipients, **data)
    await explain_removal(session, subject, event)


async def queue_undelivered_mails(session: AsyncSession, mail: Mail, failure: Failure) -> None:
    """Tell those who can mend an address that ``mail``, to the leader or the contact person, was not delivered.

    They are the other of the two, and who follows the subject at its authority or its operator. Nobody is told of a
    mail to a follower, nor of one that says this, nor of one that could not be written.
    """
    untold = (
        mail.role == Role.FOLLOWER,
        mail.mail_type == MailType.MAIL_UNDELIVERED,
        failure == Failure.UNWRITABLE,
    )
    subject = await session.get(Subject, {"kind": mail.subject_kind, "id": mail.subject_id})
    if subject is None or any(untold):
        return
    sides = {authority_side(subject.authority or ""), provider_organisation(subject.operator_cvr)}
    followers = followers_wanting(MailType.MAIL_UNDELIVERED, await followers_of(session, subject))
    recipients = [
        *await others_told(session, mail),
        *(follower for follower in followers if follower.organisation in sides),
    ]
    fact = Fact(f"undelivered/{mail.fact}/{mail.role}", f"undelivered/{mail.role}")
    data = {"addressee": mail.role, "reason": failure_words(failure)}
    await queue_mail(session, subject, MailType.MAIL_UNDELIVERED, fact, recipients, **data)


async def drop_waiting(session: AsyncSession, *of: ColumnElement[bool]) -> None:
    """Let the mails to followers that wait be none: whoever gets them has ended them."""
    waiting = (Mail.role == Role.FOLLOWER, Mail.state.in_({OWED, COLLECTED}))
    await session.execute(update(Mail).where(*waiting, *of).values(state=SUPERSEDED, settled_at=now()))


async def drop_unfollowed(session: AsyncSession, mails: Sequence[Mail]) -> list[Mail]:
    """Return the ``mails`` that are still wanted; one about what its reader has ceased to follow becomes none."""
    about = {
        mail.id: (mail.subject_kind, mail.subject_id, mail.sub)
        for mail in mails
        if mail.role == Role.FOLLOWER and mail.subject_id and mail.sub
    }
    key = (Follow.kind, Follow.subject_id, Follow.sub)
    rows = await session.execute(select(*key).where(tuple_(*key).in_(set(about.values()))))
    followed = {(kind, subject_id, sub) for kind, subject_id, sub in rows}
    unwanted = {mail_id for mail_id, each in about.items() if each not in followed}
    await drop_waiting(session, Mail.id.in_(unwanted))
    return [mail for mail in mails if mail.id not in unwanted]
