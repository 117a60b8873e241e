"""The read side of the work list: open cases by age or by risk, a page at a time, and nothing is ever counted (R61)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.etags import case_etag
from approval.cases.models import OPEN, Case, CaseStep
from approval.cases.queries import OF_SUBJECT, Viewer, item_of
from approval.cases.rules import CaseState
from approval.subjects.models import Subject
from approval.work_list.rules import ORDINARY, TRIVIAL
from approval.work_list.schemas import WorkItem
from chassis.clock import day_of, today
from contracts.sanctions import is_overdue
from contracts.vocabularies import vocabulary
from web.pagination import Page, decode_cursor, encode_cursor

Sort = Literal["risk", "age"]
Risk = Literal["high", "ordinary", "trivial"]
State = Literal["awaiting", "returned"]
Decided = Literal["here", "elsewhere"]
WorkedOn = Literal["me", "colleague", "nobody"]

_AGE = (Case.submitted_at, Case.id)
# As the index has it: the highest risk first.
_BY_RISK = -Case.risk
_RISK = (_BY_RISK, *_AGE)


@dataclass(frozen=True)
class WorkFilter:
    """Which open cases are asked for: ``decided`` elsewhere are those about own tilbud that another authority decides.

    ``user`` is who asks: ``worked_on`` is seen from there.
    """

    user: str
    sort: Sort = "risk"
    q: str = ""
    state: State | None = None
    decided: Decided = "here"
    risk: Risk | None = None
    worked_on: WorkedOn | None = None
    cursor: str | None = None
    limit: int = 50


async def list_work(session: AsyncSession, viewer: Viewer, wanted: WorkFilter) -> Page[WorkItem]:
    """Return a page of open cases, the most urgent first: by risk and then by age, or by age alone."""
    statement = select(Case, Subject).join(Subject, OF_SUBJECT).where(OPEN, _whose(viewer, wanted), *_narrowing(wanted))
    order: tuple[Any, ...] = _RISK if wanted.sort == "risk" else _AGE
    if wanted.cursor:
        kinds = (int, datetime, str) if wanted.sort == "risk" else (datetime, str)
        statement = statement.where(tuple_(*order) > tuple_(*decode_cursor(wanted.cursor, *kinds)))
    rows = (await session.execute(statement.order_by(*order).limit(wanted.limit + 1))).all()
    shown = rows[: wanted.limit]
    steps = await _steps_of(session, [case.id for case, _ in shown if viewer.decides(case)])
    items = [_item(case, subject, viewer, steps.get(case.id)) for case, subject in shown]
    return Page[WorkItem](items=items, next=_cursor(wanted, shown[-1][0]) if len(rows) > wanted.limit else None)


def _cursor(wanted: WorkFilter, last: Case) -> str:
    place = (last.submitted_at, last.id)
    return encode_cursor(-last.risk, *place) if wanted.sort == "risk" else encode_cursor(*place)


def _whose(viewer: Viewer, wanted: WorkFilter) -> ColumnElement[bool]:
    """Return the condition of cases that the caller decides, or of those that others decide about the own tilbud."""
    if wanted.decided == "elsewhere":
        others = [
            and_(Case.kind == kind, Subject.authority.in_(own), Case.authority.not_in(own))
            for kind, own in viewer.approves.items()
        ]
        return or_(*others)
    decides = [and_(Case.kind == kind, Case.authority.in_(own)) for kind, own in viewer.approves.items()]
    # Said again for all kinds at once, since the indexes begin with it.
    return and_(Case.authority.in_(frozenset[str]().union(*viewer.approves.values())), or_(*decides))


def _narrowing(wanted: WorkFilter) -> list[ColumnElement[bool]]:
    risks = {"high": _BY_RISK < -ORDINARY, "ordinary": _BY_RISK == -ORDINARY, "trivial": _BY_RISK == -TRIVIAL}
    sub = Case.last_choice["by"]["sub"].astext
    works = {"me": sub == wanted.user, "colleague": sub != wanted.user, "nobody": Case.last_choice.is_(None)}
    conditions = [
        or_(Subject.name.icontains(word, autoescape=True), Subject.id.icontains(word, autoescape=True))
        for word in wanted.q.split()
    ]
    if wanted.state:
        conditions.append(Case.state == wanted.state)
    if wanted.risk:
        conditions.append(risks[wanted.risk])
    if wanted.worked_on:
        conditions.append(works[wanted.worked_on])
    return conditions


async def _steps_of(session: AsyncSession, case_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return how many steps each case has, and how many of them wait for a choice."""
    counts = (func.count(), func.count().filter(CaseStep.verdict.is_(None)))
    statement = select(CaseStep.case_id, *counts).where(CaseStep.case_id.in_(case_ids)).group_by(CaseStep.case_id)
    return {case_id: (total, left) for case_id, total, left in await session.execute(statement)}


def _item(case: Case, subject: Subject, viewer: Viewer, steps: tuple[int, int] | None) -> WorkItem:
    found = case.assessment or {}
    return WorkItem.about(
        case.kind,
        **item_of(case, subject, viewer),
        age_days=(today() - day_of(case.submitted_at)).days if case.submitted_at else 0,
        sanctions=[_deadline(each) for each in found.get("sanctions", ())],
        **(_of_own(case, subject, found, steps or (0, 0)) if viewer.decides(case) else _OF_OTHERS),
    )


# Who does not decide a case is told nothing of what it holds.
_OF_OTHERS: Mapping[str, Any] = {
    "can_decide": False,
    "risk": None,
    "risk_reasons": [],
    "changed": [],
    "trivial": False,
    "steps_total": None,
    "steps_left": None,
    "last_choice": None,
    "etag": None,
}


def _of_own(case: Case, subject: Subject, found: Mapping[str, Any], steps: tuple[int, int]) -> dict[str, Any]:
    # Nothing is decided about what has ceased: such a case is closed by who opens it.
    awaits = case.state == CaseState.AWAITING and subject.ceased is None
    total, left = steps
    labels = vocabulary("case-risks")
    return {
        "can_decide": awaits,
        "risk": _level(case.risk) if found else None,
        "risk_reasons": [{"id": each, "label": labels.label(each)} for each in found.get("reasons", ())],
        "changed": found.get("changed", []),
        "trivial": awaits and bool(found.get("trivial")),
        "steps_total": total,
        "steps_left": left,
        "last_choice": case.last_choice,
        "etag": case_etag(case),
    }


def _level(risk: int) -> Risk:
    return "high" if risk > ORDINARY else "trivial" if risk == TRIVIAL else "ordinary"


def _deadline(sanction: Mapping[str, Any]) -> dict[str, Any]:
    deadline = sanction["deadline"]
    return {**sanction, "overdue": is_overdue(date.fromisoformat(deadline) if deadline else None, today())}
