"""The list of one's own tilbud, and one tilbud with everything about it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.access import employer_cvr
from reporting.leader_cpr.models import LeaderCpr
from reporting.leader_cpr.queries import cpr_state
from reporting.leader_cpr.vault import CprVault
from reporting.mount import TILBUD_REPORTS
from reporting.registers.look_ups import look_ups
from reporting.subjects.access import officer_scopes
from reporting.subjects.models import Draft, Submission, Tilbud
from reporting.tilbud.rules import NoTilbud
from reporting.tilbud.schemas import (
    ApplicationView,
    OperatorView,
    ProductionUnits,
    ProductionUnitView,
    TilbudItem,
    TilbudView,
)
from reporting.tilsyn.queries import statuses_of
from reporting.vacancies.queries import view_vacancies
from reports.baseline.queries import view_baseline
from reports.content.rules import OPEN_STATES
from reports.schemas import named_authority
from reports.submissions.queries import list_locks, list_submissions
from web.auth import Principal
from web.pagination import Page, decode_cursor, encode_cursor

_HAS_CPR = exists().where(LeaderCpr.tilbud_id == Tilbud.id)
# Transferred, and not approved by its authority yet (R105).
AWAITS_APPROVAL = and_(Tilbud.application_id.is_not(None), ~_HAS_CPR)
# Changed, and not sent (R19).
HAS_DRAFT = exists().where(Draft.subject_id == Tilbud.id, Draft.replaced_at.is_(None))


async def list_tilbud(
    session: AsyncSession,
    principal: Principal,
    q: str | None,
    cursor: str | None,
    limit: int,
    conditions: Sequence[ColumnElement[bool]] = (),
) -> Page[TilbudItem]:
    """Return the tilbud of the caller's organisation and of the authorities that the caller works for.

    Only those are listed for which all ``conditions`` hold. ``no-tilbud`` for somebody who has none and is no officer
    (R6).
    """
    mine = _mine(principal)
    if not officer_scopes(principal) and not await session.scalar(select(mine.exists())):
        raise NoTilbud
    found = _matching(mine.where(*conditions), q)
    total = await session.scalar(select(func.count()).select_from(found.subquery()))
    if cursor:
        place = decode_cursor(cursor, str, str)
        found = found.where(tuple_(Tilbud.name, Tilbud.id) > tuple_(*place))
    statement = found.order_by(Tilbud.name, Tilbud.id).limit(limit + 1)
    rows = list((await session.execute(statement)).scalars())
    items = await _items(session, rows[:limit])
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(items=items, next=encode_cursor(last.name, last.id) if last else None, total=total)


async def view_tilbud(
    session: AsyncSession,
    tilbud: Tilbud,
    vault: CprVault,
    steps: frozenset[str] | None = None,
    as_of: datetime | None = None,
) -> TilbudView:
    """Return everything about ``tilbud``, with what is approved of ``steps`` (None for all) now or ``as_of`` then."""
    baseline = await view_baseline(session, TILBUD_REPORTS, tilbud, as_of)
    if steps is not None:
        baseline.steps = {step: data for step, data in baseline.steps.items() if step in steps}
    cpr = await session.get(LeaderCpr, tilbud.id)
    return TilbudView(
        id=tilbud.id,
        name=tilbud.name,
        operator=_operator(tilbud),
        address=tilbud.address,
        primary_legal_basis=tilbud.primary_legal_basis,
        legal_bases=tilbud.legal_bases,
        leader=tilbud.leader,
        contact=tilbud.contact,
        leader_cpr=cpr_state(tilbud.id, cpr, vault),
        authority=named_authority(tilbud.authority),
        authority_assigned=tilbud.authority_version > 0,
        created_by_authority=tilbud.created_by_authority,
        created_at=tilbud.created_at,
        application=_application(tilbud, is_approved=cpr is not None),
        status=(await statuses_of(session, [tilbud]))[tilbud.id],
        ceased_on=tilbud.ceased_on,
        as_of=as_of,
        baseline=baseline,
        locks=await list_locks(session, TILBUD_REPORTS, tilbud.id),
        submissions=await list_submissions(session, TILBUD_REPORTS, tilbud.id),
        vacancies=view_vacancies(tilbud),
    )


async def list_production_units(tilbud: Tilbud) -> ProductionUnits:
    """Return the production units of the company that runs ``tilbud``."""
    answer = await look_ups().production_units(tilbud.cvr)
    items = [ProductionUnitView.model_validate(each, from_attributes=True) for each in answer.found or ()]
    return ProductionUnits(looked_up=not answer.is_silent, items=items)


def _mine(principal: Principal) -> Select[Tilbud]:
    supervised = Tilbud.authority.in_(officer_scopes(principal))
    operated = and_(Tilbud.cvr == employer_cvr(principal.rights, principal.cvr), Tilbud.cvr != "")
    return select(Tilbud).where(or_(supervised, operated))


def _matching(statement: Select[Tilbud], q: str | None) -> Select[Tilbud]:
    if not q:
        return statement
    hits = or_(Tilbud.name.icontains(q, autoescape=True), Tilbud.id.icontains(q, autoescape=True))
    return statement.where(hits)


async def _items(session: AsyncSession, rows: Sequence[Tilbud]) -> list[TilbudItem]:
    statuses = await statuses_of(session, rows)
    counts = await _open_submissions(session, [row.id for row in rows])
    return [
        TilbudItem(
            id=row.id,
            name=row.name,
            cvr=row.cvr,
            operator_name=row.company_name or "",
            primary_legal_basis=row.primary_legal_basis,
            municipality=row.address["municipality"],
            authority=named_authority(row.authority),
            status=statuses[row.id],
            open_submissions=counts.get(row.id, 0),
            changed_at=row.changed_at,
        )
        for row in rows
    ]


async def _open_submissions(session: AsyncSession, tilbud_ids: Sequence[str]) -> dict[str, int]:
    counting = (
        select(Submission.subject_id, func.count())
        .where(Submission.subject_id.in_(tilbud_ids), Submission.state.in_(OPEN_STATES))
        .group_by(Submission.subject_id)
    )
    return dict((await session.execute(counting)).all())


def _application(tilbud: Tilbud, *, is_approved: bool) -> ApplicationView | None:
    if tilbud.application_id is None:
        return None
    authority = tilbud.application_authority or tilbud.created_by_authority
    return ApplicationView(authority=authority, application_id=tilbud.application_id, approved=is_approved)


def _operator(tilbud: Tilbud) -> OperatorView:
    return OperatorView(
        cvr=tilbud.cvr,
        name=tilbud.company_name or "",
        form=tilbud.company_form or "",
        looked_up=tilbud.company_name is not None,
        kind=tilbud.operator_kind,
        municipality=tilbud.operator_municipality,
        region=tilbud.operator_region,
    )
