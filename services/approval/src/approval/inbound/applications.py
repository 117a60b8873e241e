"""Applications that a supervision system transfers: each becomes one tilbud, whose id its receipt carries (R105)."""

import hashlib

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from approval.inbound import receipts
from approval.inbound.models import Application, InboundReceipt
from chassis.clock import now
from chassis.database import lock
from chassis.errors import FieldError
from chassis.outbox import emit
from chassis.problems import Problem
from contracts.events import ApplicationAccepted, TilbudCreated
from contracts.events.external import ApplicationTransferred


async def locked(session: AsyncSession, authority: str, event: ApplicationTransferred) -> Application:
    """Return the row of an application, held by this transaction."""
    row = {"authority": authority, "application_id": event.application_id}
    await session.execute(insert(Application).values(row).on_conflict_do_nothing())
    statement = select(Application).where(
        Application.authority == authority, Application.application_id == event.application_id
    )
    return (await session.execute(statement.with_for_update())).scalar_one()


def _hash(event: ApplicationTransferred) -> str:
    return hashlib.sha256(event.model_dump_json().encode()).hexdigest()


def accept(
    session: AsyncSession,
    receipt: InboundReceipt,
    application: Application,
    event: ApplicationTransferred,
) -> None:
    """Hand the application on; its receipt waits until ``reporting`` has made the tilbud.

    The same application under another event id gets the same tilbud; Problem when its content is another.
    """
    fingerprint = _hash(event)
    if application.content_hash not in {None, fingerprint}:
        detail = "Ansøgningen er allerede overført med et andet indhold."
        raise Problem("already-handled", detail, [FieldError("/application_id", "used", detail)])
    if application.tilbud_id:
        receipts.accept(session, receipt, application.tilbud_id)
        return
    receipt.application_id = event.application_id
    if application.accepted_at is None:
        application.content_hash, application.accepted_at = fingerprint, now()
        emit(session, _accepted(receipt.authority, event), aggregate=None)


def _accepted(authority: str, event: ApplicationTransferred) -> ApplicationAccepted:
    content = event.model_dump(mode="json")
    return ApplicationAccepted.model_validate(content | {"authority": authority, "accepted_at": now()})


async def became(session: AsyncSession, event: TilbudCreated) -> None:
    """Answer everybody who waits for the tilbud that this application became."""
    if event.application is None:
        return
    origin = event.application
    application = await lock(
        session,
        Application,
        Application.authority == origin.authority,
        Application.application_id == origin.application_id,
    )
    if application is None:
        return
    application.tilbud_id = event.tilbud_id
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
            receipts.accept(session, receipt, event.tilbud_id)
