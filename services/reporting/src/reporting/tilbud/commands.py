"""Creating a tilbud: by an officer, or from an application that a supervision system transferred."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Principal
from chassis.clock import now
from chassis.outbox import emit
from contracts.access import Privilege
from contracts.events import ApplicationAccepted, TilbudCreated
from contracts.events.parties import Actor, Person
from contracts.events.reporting import Application
from reporting.actions.commands import note
from reporting.leader_cpr.vault import CprVault, checked_cpr
from reporting.models import TILBUD_NUMBERS, Tilbud
from reporting.subjects.access import actor_of
from reporting.subjects.companies import company
from reporting.subjects.facts import created_facts
from reporting.tilbud.rules import refuse_unknown
from reporting.tilbud.schemas import CreateTilbud


@dataclass(frozen=True)
class Founding:
    """Who created a tilbud, and from which application."""

    authority: str
    by: Actor | None = None
    application: Application | None = None

    @classmethod
    def of(cls, tilbud: Tilbud, by: Actor | None) -> Self:
        """Return how ``tilbud`` came about, as its row says."""
        application = None
        if tilbud.application_id:
            authority = str(tilbud.application_authority)
            application = Application(authority=authority, application_id=tilbud.application_id)
        return cls(tilbud.created_by_authority, by, application)


async def create(session: AsyncSession, body: CreateTilbud, principal: Principal, vault: CprVault) -> str:
    """Create a tilbud under the authority that gave the caller the right, and return its id (row 101)."""
    authority = min(principal.scopes(Privilege.CREATE_TILBUD))
    refuse_unknown(body)
    number = checked_cpr(body.leader.cpr, "/leader/cpr")
    moment = now()
    tilbud = Tilbud(
        id=await _next_id(session),
        name=body.name,
        address=body.address.model_dump(),
        cvr=body.operator.cvr,
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
    _announce(session, tilbud, Founding(authority, actor_of(principal, authority)))
    return tilbud.id


async def create_from_application(session: AsyncSession, event: ApplicationAccepted) -> None:
    """Create the tilbud of a transferred application, once; the leader's CPR number is still missing (row 105)."""
    operator = company(event.cvr)
    values = {
        "id": await _next_id(session),
        "name": event.name,
        "address": event.address.model_dump(),
        "cvr": event.cvr,
        "operator_kind": operator.kind,
        "operator_municipality": operator.municipality,
        "operator_region": operator.region,
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
        _announce(session, tilbud, Founding.of(tilbud, None))


def _announce(session: AsyncSession, tilbud: Tilbud, founding: Founding) -> None:
    note(session, tilbud.id, "tilbud-created", founding.by, authority=founding.authority)
    emit(session, created_event(tilbud, founding, cpr_missing=founding.application is not None), aggregate=tilbud)


def created_event(tilbud: Tilbud, founding: Founding, *, cpr_missing: bool) -> TilbudCreated:
    """Return what everybody hears of a tilbud that was created."""
    return TilbudCreated(
        tilbud_id=tilbud.id,
        tilbud=created_facts(tilbud),
        leader=Person.model_validate(tilbud.leader),
        contact=Person.model_validate(tilbud.contact) if tilbud.contact else None,
        created_by_authority=founding.authority,
        created_by=founding.by,
        created_at=tilbud.created_at,
        leader_cpr_missing=cpr_missing,
        application=founding.application,
    )


async def _next_id(session: AsyncSession) -> str:
    return f"CRV-{await session.scalar(TILBUD_NUMBERS)}"
