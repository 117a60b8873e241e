"""The read side: lists and views of tilbud."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Principal
from chassis.clock import today
from chassis.pagination import Page, decode_cursor, encode_cursor
from chassis.problems import Problem
from contracts.form import department_ids, form, join
from contracts.reference import authority_name
from contracts.tilsyn import Status, status_of
from reporting.content.rules import DEPARTMENTS, Data, State, in_order
from reporting.drafts.queries import load_baseline
from reporting.leader_cpr.commands import cpr_state
from reporting.leader_cpr.vault import CprVault
from reporting.models import (
    Action,
    ApprovedStep,
    LeaderCpr,
    StepLock,
    Submission,
    SubmissionStep,
    Tilbud,
)
from reporting.subjects.access import officer_scopes
from reporting.subjects.companies import company
from reporting.tilbud.schemas import (
    ActionView,
    AuthorityName,
    Baseline,
    DecisionView,
    HistoryItem,
    Lock,
    OperatorView,
    SubmissionView,
    TilbudItem,
    TilbudPage,
    TilbudView,
    VacanciesView,
)
from reporting.tilsyn.queries import tilsyn_of

OPEN = (State.AWAITING, State.RETURNED)


async def list_tilbud(
    session: AsyncSession, principal: Principal, q: str | None, cursor: str | None, limit: int
) -> TilbudPage:
    """Return the tilbud of the caller's organisation and of the authorities that the caller works for.

    Problem ``no-tilbud`` for somebody who has none and is no officer (row 6).
    """
    mine = _mine(principal)
    if not officer_scopes(principal) and not await session.scalar(select(mine.exists())):
        raise Problem("no-tilbud", _why_no_tilbud())
    found = _matching(mine, q)
    total = await session.scalar(select(func.count()).select_from(found.subquery()))
    if cursor:
        place = decode_cursor(cursor, str, str)
        found = found.where(tuple_(Tilbud.name, Tilbud.id) > tuple_(*place))
    statement = found.order_by(Tilbud.name, Tilbud.id).limit(limit + 1)
    rows = list((await session.execute(statement)).scalars())
    items = await _items(session, rows[:limit])
    last = rows[limit - 1] if len(rows) > limit else None
    return TilbudPage(items=items, next=encode_cursor(last.name, last.id) if last else None, total=total)


def _why_no_tilbud() -> str:
    return (
        "Din organisations CVR-nummer er ikke registreret som driftsherre for noget tilbud. "
        "Kontakt den tilsynsmyndighed, der skal godkende tilbuddet: den opretter det under jeres CVR-nummer."
    )


def _mine(principal: Principal) -> Select[Tilbud]:
    scopes = officer_scopes(principal)
    supervised = Tilbud.authority.in_(scopes)
    operated = and_(Tilbud.cvr == principal.cvr, Tilbud.cvr != "")
    return select(Tilbud).where(or_(supervised, operated))


def _matching(statement: Select[Tilbud], q: str | None) -> Select[Tilbud]:
    if not q or not q.strip():
        return statement
    words = q.strip()
    hits = or_(Tilbud.name.icontains(words, autoescape=True), Tilbud.id.icontains(words, autoescape=True))
    return statement.where(hits)


async def _items(session: AsyncSession, rows: Sequence[Tilbud]) -> list[TilbudItem]:
    ids = [row.id for row in rows]
    statuses = await statuses_of(session, rows)
    counting = (
        select(Submission.tilbud_id, func.count())
        .where(Submission.tilbud_id.in_(ids), Submission.state.in_(OPEN))
        .group_by(Submission.tilbud_id)
    )
    counts: dict[str, int] = dict((await session.execute(counting)).all())
    return [
        TilbudItem(
            id=row.id,
            name=row.name,
            cvr=row.cvr,
            operator_name=company(row.cvr).name,
            primary_legal_basis=row.primary_legal_basis,
            municipality=row.address["municipality"],
            authority=named_authority(row.authority),
            status=statuses[row.id],
            open_submissions=counts.get(row.id, 0),
            changed_at=row.changed_at,
        )
        for row in rows
    ]


async def statuses_of(session: AsyncSession, rows: Sequence[Tilbud]) -> dict[str, Status]:
    """Return the tilsynsstatus of each tilbud (B.7)."""
    tilsyn = await tilsyn_of(session, [row.id for row in rows])
    return {row.id: status_of(tilsyn.get(row.id, []), ceased_on=row.ceased_on, today=today()) for row in rows}


def named_authority(authority_id: str) -> AuthorityName:
    """Return an authority by id and name."""
    return AuthorityName(id=authority_id, name=authority_name(authority_id))


async def view_tilbud(
    session: AsyncSession, tilbud: Tilbud, vault: CprVault, as_of: datetime | None = None
) -> TilbudView:
    """Return everything about ``tilbud``; with ``as_of`` the approved data as it was at that moment."""
    company_row = company(tilbud.cvr)
    return TilbudView(
        id=tilbud.id,
        name=tilbud.name,
        operator=OperatorView(
            cvr=tilbud.cvr,
            name=company_row.name,
            form=company_row.form,
            kind=tilbud.operator_kind,
            municipality=tilbud.operator_municipality,
            region=tilbud.operator_region,
        ),
        address=tilbud.address,
        primary_legal_basis=tilbud.primary_legal_basis,
        legal_bases=tilbud.legal_bases,
        leader=tilbud.leader,
        contact=tilbud.contact,
        leader_cpr=cpr_state(tilbud.id, await session.get(LeaderCpr, tilbud.id), vault),
        authority=named_authority(tilbud.authority),
        authority_assigned=tilbud.authority_version > 0,
        created_by_authority=tilbud.created_by_authority,
        created_at=tilbud.created_at,
        status=(await statuses_of(session, [tilbud]))[tilbud.id],
        ceased_on=tilbud.ceased_on,
        as_of=as_of,
        baseline=await _baseline(session, tilbud, as_of),
        locks=await _locks(session, tilbud.id),
        submissions=await _submissions(session, tilbud),
        vacancies=view_vacancies(tilbud),
    )


async def _baseline(session: AsyncSession, tilbud: Tilbud, as_of: datetime | None) -> Baseline:
    parts = await load_baseline(session, tilbud.id, as_of)
    approved = select(func.max(Submission.version), func.max(Submission.settled_at)).where(
        Submission.tilbud_id == tilbud.id, Submission.version.is_not(None)
    )
    if as_of:
        approved = approved.where(Submission.settled_at <= as_of)
    version, approved_at = (await session.execute(approved)).one()
    return Baseline(version=version or 0, approved_at=approved_at, steps=whole_steps(tilbud, parts))


def whole_steps(tilbud: Tilbud, parts: dict[str, Data]) -> dict[str, Data]:
    """Join approved step keys to whole steps, for the departments that are approved."""
    definition = form(tilbud.primary_legal_basis, today(), tilbud.legal_bases)
    departments = department_ids(parts.get(DEPARTMENTS))
    whole = {step: join(definition, step, parts, departments) for step in definition.step_ids}
    return {step: data for step, data in whole.items() if data}


async def _locks(session: AsyncSession, tilbud_id: str) -> list[Lock]:
    statement = (
        select(StepLock.key, StepLock.submission_id, Submission.state)
        .join(Submission, Submission.id == StepLock.submission_id)
        .where(StepLock.tilbud_id == tilbud_id)
    )
    rows = {key: (submission_id, state) for key, submission_id, state in await session.execute(statement)}
    return [Lock(step=key, submission_id=rows[key][0], state=rows[key][1]) for key in in_order(rows)]


async def _submissions(session: AsyncSession, tilbud: Tilbud) -> list[SubmissionView]:
    rows = await session.execute(
        select(Submission).where(Submission.tilbud_id == tilbud.id).order_by(Submission.number.desc())
    )
    steps = await _steps_of(session, tilbud.id)
    return [_submission_view(row, steps.get(row.id, {})) for row in rows.scalars()]


async def _steps_of(session: AsyncSession, tilbud_id: str) -> dict[str, dict[str, Any]]:
    columns = (
        SubmissionStep.submission_id,
        SubmissionStep.key,
        SubmissionStep.verdict,
        SubmissionStep.reason,
        SubmissionStep.decided_by,
        SubmissionStep.decided_at,
    )
    statement = select(*columns).join(Submission, Submission.id == SubmissionStep.submission_id)
    found: dict[str, dict[str, Any]] = {}
    for row in await session.execute(statement.where(Submission.tilbud_id == tilbud_id)):
        found.setdefault(row.submission_id, {})[row.key] = row
    return found


def _submission_view(row: Submission, steps: Mapping[str, Any]) -> SubmissionView:
    keys = in_order(steps)
    decided = [steps[key] for key in keys if steps[key].verdict]
    return SubmissionView(
        id=row.id,
        number=row.number,
        state=row.state,
        revision=row.revision,
        initial=row.initial,
        steps=keys,
        sent_at=row.sent_at,
        sent_by=row.sent_by,
        authority=named_authority(row.authority) if row.authority else None,
        return_reason=row.return_reason,
        settled_at=row.settled_at,
        decisions=[
            DecisionView(
                step=each.key,
                verdict=each.verdict,
                reason=each.reason,
                decided_by=each.decided_by,
                decided_at=each.decided_at,
            )
            for each in decided
        ],
    )


async def list_history(session: AsyncSession, tilbud: Tilbud) -> list[HistoryItem]:
    """Return every approved version, newest first: who approved what, and when."""
    statement = select(Submission).where(Submission.tilbud_id == tilbud.id, Submission.version.is_not(None))
    rows = (await session.execute(statement.order_by(Submission.version.desc()))).scalars()
    steps = await _approved_keys(session, tilbud.id)
    return [
        HistoryItem(
            version=row.version or 0,
            submission_id=row.id,
            approved_at=row.settled_at or row.sent_at,
            approved_by=row.settled_by,
            sent_by=row.sent_by,
            authority=named_authority(row.authority) if row.authority else None,
            steps=in_order(steps.get(row.number, [])),
        )
        for row in rows
    ]


async def _approved_keys(session: AsyncSession, tilbud_id: str) -> dict[int, list[str]]:
    statement = select(ApprovedStep.number, ApprovedStep.key).where(ApprovedStep.tilbud_id == tilbud_id)
    found: dict[int, list[str]] = {}
    for number, key in await session.execute(statement):
        found.setdefault(number, []).append(key)
    return found


def view_vacancies(tilbud: Tilbud) -> VacanciesView:
    """Return the vacancies as they were reported last."""
    return VacanciesView(
        version=tilbud.vacancies_version,
        changed_at=tilbud.vacancies_at,
        departments=tilbud.vacancies,
    )


async def list_actions(session: AsyncSession, tilbud: Tilbud, cursor: str | None, limit: int) -> Page[ActionView]:
    """Return the action log of ``tilbud``, newest first."""
    statement = select(Action).where(Action.tilbud_id == tilbud.id)
    if cursor:
        statement = statement.where(Action.id < decode_cursor(cursor, int)[0])
    rows = list((await session.execute(statement.order_by(Action.id.desc()).limit(limit + 1))).scalars())
    items = [ActionView(at=row.at, what=row.what, by=row.by, details=row.details) for row in rows[:limit]]
    return Page(items=items, next=encode_cursor(rows[limit - 1].id) if len(rows) > limit else None)
