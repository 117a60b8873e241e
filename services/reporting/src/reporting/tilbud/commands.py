"""Creating a tilbud."""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.outbox import emit
from contracts.kinds import TILBUD
from reporting.leader_cpr.rules import checked_cpr
from reporting.leader_cpr.vault import CprVault
from reporting.registers.commands import company_of
from reporting.subjects.models import REPORT_TABLES, TILBUD_NUMBERS, Tilbud
from reporting.tilbud.events import Creation, created_event
from reporting.tilbud.rules import refuse_unknown
from reporting.tilbud.schemas import CreateTilbud
from reports.actions.commands import log_action
from reports.reporters import actor_of
from web.auth import Principal


def creator_of(principal: Principal) -> str:
    """Return the authority that the caller creates for."""
    return min(principal.scopes(TILBUD.privileges.create))


async def create_tilbud(session: AsyncSession, body: CreateTilbud, principal: Principal, vault: CprVault) -> str:
    """Create a tilbud under the authority that gave the caller the right, and return its id (R101)."""
    authority = creator_of(principal)
    refuse_unknown(body)
    number = checked_cpr(body.leader.cpr, "/leader/cpr")
    operator = await company_of(body.operator.cvr, "/operator/cvr")
    moment = now()
    tilbud = Tilbud(
        id=await next_id(session),
        name=body.name,
        address=body.address.model_dump(),
        cvr=body.operator.cvr,
        company_name=operator.name if operator else None,
        company_form=operator.form if operator else None,
        operator_kind=body.operator.kind.value,
        operator_municipality=body.operator.municipality,
        operator_region=body.operator.region,
        primary_legal_basis=body.primary_legal_basis,
        legal_bases=body.legal_bases,
        leader=body.leader.model_dump(exclude={"cpr"}),
        contact=body.contact.model_dump() if body.contact else None,
        authority=authority,
        created_by_authority=authority,
        created_at=moment,
        changed_at=moment,
    )
    session.add(tilbud)
    await session.flush()
    session.add(vault.row(tilbud.id, number, moment))
    announce(session, tilbud, Creation(authority, actor_of(principal, authority)))
    return tilbud.id


def announce(session: AsyncSession, tilbud: Tilbud, creation: Creation) -> None:
    """Tell everybody that ``tilbud`` was created; one that comes from an application lacks its leader's CPR number."""
    log_action(session, REPORT_TABLES, tilbud.id, "tilbud-created", creation.by, authority=creation.authority)
    event = created_event(tilbud, creation, cpr_missing=creation.application is not None)
    emit(session, event, aggregate=tilbud)


async def next_id(session: AsyncSession) -> str:
    """Return the id of the next new tilbud."""
    return f"CRV-{await session.scalar(TILBUD_NUMBERS)}"
