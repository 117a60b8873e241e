"""Why a subject is no longer public, in the mail that says so. Decision and removal come by two topics."""

from typing import Any

from sqlalchemy import cast, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from notification.mail_types import MailType
from notification.mails.models import COLLECTED, OWED, Mail
from notification.mails.phrases import danish_date
from notification.subjects.models import Subject
from notification.subjects.removals import removal


def reason_of(subject: Subject) -> dict[str, str]:
    """Return why a subject is not public, as its mail says it; empty where that is not known yet."""
    found = removal(subject.decision, subject.ceased_on)
    return {"why": found.why, "day": danish_date(found.day)} if found else {}


async def explain_removal(session: AsyncSession, subject: Subject, _: Any) -> None:
    """Say the reason in the mails about the removal of a subject that wait without one."""
    reason = reason_of(subject)
    if subject.is_public or not reason:
        return
    waiting = (
        Mail.subject_kind == subject.kind,
        Mail.subject_id == subject.id,
        Mail.mail_type == MailType.NO_LONGER_PUBLIC,
        Mail.state.in_({OWED, COLLECTED}),
        ~Mail.data.has_key("why"),
    )
    await session.execute(update(Mail).where(*waiting).values(data=Mail.data.op("||")(cast(reason, JSONB))))
