"""Reading the log of cases for its files."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from approval.case_log.schemas import LoggedAct
from approval.cases.models import Case, CaseLog
from approval.cases.queries import Viewer, refuse_closed, visible_case
from approval.cases.schemas import ActorView
from chassis.clock import COPENHAGEN

MOST_ROWS = 50_000


async def acts_on_case(session: AsyncSession, viewer: Viewer, case_id: str) -> list[LoggedAct]:
    """Return every act on a case, to who may open it."""
    case, subject = await visible_case(session, viewer, case_id)
    await refuse_closed(session, viewer, case, subject)
    return await _acts(session, _ALL.where(CaseLog.case_id == case_id))


async def acts_of_authorities(
    session: AsyncSession, viewer: Viewer, first: date, last: date, after: int
) -> list[LoggedAct]:
    """Return the acts at the caller's authorities from the Danish day ``first`` to ``last``, in order.

    They begin behind the act ``after`` and are at most MOST_ROWS.
    """
    own = set[str]().union(*viewer.approves.values())
    begin = datetime.combine(first, time.min, COPENHAGEN)
    end = datetime.combine(last + timedelta(days=1), time.min, COPENHAGEN)
    mine = _ALL.where(CaseLog.authority.in_(own), CaseLog.at >= begin, CaseLog.at < end, CaseLog.id > after)
    return await _acts(session, mine.limit(MOST_ROWS))


_ALL = select(CaseLog, Case.kind, Case.subject_id).join(Case, Case.id == CaseLog.case_id).order_by(CaseLog.id)


async def _acts(session: AsyncSession, statement: Select[CaseLog, str, str]) -> list[LoggedAct]:
    return [_act(row, kind, subject_id) for row, kind, subject_id in await session.execute(statement)]


def _act(row: CaseLog, kind: str, subject_id: str) -> LoggedAct:
    by = ActorView.of(row.by)
    return LoggedAct(
        id=row.id,
        at=row.at,
        case_id=row.case_id,
        kind=kind,
        subject_id=subject_id,
        revision=row.revision,
        act=row.act,
        authority=row.authority,
        step=row.step,
        verdict=row.verdict,
        reason=row.reason,
        by_name=by.name if by else None,
        by_organisation=by.org_name if by else None,
        publication=(row.details or {}).get("publication"),
    )
