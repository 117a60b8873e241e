"""Applications that a supervision system transfers: each becomes one tilbud, whose id its receipt carries (R105)."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from approval.inbound import receipts
from approval.inbound.fingerprints import fingerprint, is_same
from approval.inbound.models import Application, InboundReceipt
from approval.inbound.rules import DAILY_APPLICATIONS, ApplicationAlreadyTransferred, TooManyApplications
from chassis.clock import now
from chassis.database import lock
from chassis.outbox import emit
from contracts.events import ApplicationAccepted
from contracts.events.external import ApplicationTransferred
from contracts.events.reporting import Application as Origin


async def lock_application(session: AsyncSession, authority: str, event: ApplicationTransferred) -> Application:
    """Return the row of an application, locked; the first event about it creates it."""
    row = {"authority": authority, "application_id": event.application_id}
    await session.execute(insert(Application).values(row).on_conflict_do_nothing())
    statement = select(Application).where(
        Application.authority == authority, Application.application_id == event.application_id
    )
    return (await session.execute(statement.with_for_update())).scalar_one()


async def accept_application(
    session: AsyncSession,
    receipt: InboundReceipt,
    application: Application,
    event: ApplicationTransferred,
) -> None:
    """Hand the application on; its receipt waits until ``reporting`` has created the tilbud.

    The same application under another event id gets the same tilbud; ApplicationAlreadyTransferred when its content
    is another, TooManyApplications when the authority has transferred its share today.
    """
    content = event.model_dump_json().encode()
    if not is_same(session, application.content_hash or "", content):
        raise ApplicationAlreadyTransferred
    if application.tilbud_id is None and application.accepted_at is None:
        await _require_room_today(session, receipt.authority)
    receipt.event_type = event.ce_type
    if application.tilbud_id:
        receipts.accept(session, receipt, application.tilbud_id)
        return
    receipt.application_id = event.application_id
    if application.accepted_at is None:
        application.content_hash, application.accepted_at = fingerprint(session, content), now()
        emit(session, _accepted(receipt.authority, event), aggregate=None)


async def _require_room_today(session: AsyncSession, authority: str) -> None:
    """Each application makes a tilbud: raise TooManyApplications before a sender's mistake makes thousands."""
    lately = (Application.authority == authority, Application.accepted_at > now() - timedelta(days=1))
    accepted = await session.scalar(select(func.count()).select_from(Application).where(*lately))
    if (accepted or 0) >= DAILY_APPLICATIONS:
        raise TooManyApplications


def _accepted(authority: str, event: ApplicationTransferred) -> ApplicationAccepted:
    content = event.model_dump(mode="json")
    return ApplicationAccepted.model_validate(content | {"authority": authority, "accepted_at": now()})


async def answer_waiting(session: AsyncSession, origin: Origin, tilbud_id: str) -> None:
    """Answer every event that waits for the tilbud that an application became."""
    application = await lock(
        session,
        Application,
        Application.authority == origin.authority,
        Application.application_id == origin.application_id,
    )
    if application is None:
        return
    application.tilbud_id = tilbud_id
    waiting = (
        select(InboundReceipt)
        .where(
            InboundReceipt.authority == origin.authority,
            InboundReceipt.application_id == origin.application_id,
        )
        .order_by(InboundReceipt.id)
        .with_for_update()
    )
    for receipt in await session.scalars(waiting):
        if receipt.answer is None:
            receipts.accept(session, receipt, tilbud_id)
