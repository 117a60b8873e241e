"""Creating the tilbud of a transferred application."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from contracts.events import ApplicationAccepted
from reporting.registers.look_ups import look_ups
from reporting.subjects.models import Tilbud
from reporting.tilbud.commands import announce, next_id
from reporting.tilbud.events import Creation


async def create_from_application(session: AsyncSession, event: ApplicationAccepted) -> None:
    """Create the tilbud of a transferred application, once; the leader's CPR number is still missing (R105)."""
    operator = (await look_ups().company(event.cvr)).found
    values = {
        "id": await next_id(session),
        "name": event.name,
        "address": event.address.model_dump(),
        "cvr": event.cvr,
        "company_name": operator.name if operator else None,
        "company_form": operator.form if operator else None,
        # Who is no kommune and no region is private; a number that CVR could not answer for says so on the page.
        "operator_kind": operator.kind if operator else "private",
        "operator_municipality": operator.municipality if operator else None,
        "operator_region": operator.region if operator else None,
        "primary_legal_basis": event.primary_legal_basis,
        "legal_bases": event.legal_bases,
        "leader": event.leader.model_dump(),
        "contact": event.contact.model_dump() if event.contact else None,
        "authority": event.authority,
        "created_by_authority": event.authority,
        "created_at": now(),
        "changed_at": now(),
        "application_authority": event.authority,
        "application_id": event.application_id,
    }
    statement = insert(Tilbud).values(values).on_conflict_do_nothing(constraint="tilbud_application")
    tilbud = (await session.execute(statement.returning(Tilbud))).scalar_one_or_none()
    if tilbud is not None:
        announce(session, tilbud, Creation.of(tilbud, None))
