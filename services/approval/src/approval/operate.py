"""The operator's commands of ``approval``: ``python -m approval.operate``.

Cases, tilsyn and receipts are decided here. What is kept of reports, routings and authorities is compared, and
repaired when their owners republish: a case is opened and an advice sent when a fact is taken in, so the rows are
never replaced behind the handlers' back.
"""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.events import closed_event, opened_event
from approval.cases.models import Case, Routing
from approval.cases.queries import steps_of
from approval.cases.rules import CaseState, Outcome
from approval.consumers import SUBSCRIPTIONS
from approval.decisions.events import approved_event, returned_event
from approval.reports.models import Report
from approval.reports.queries import report_of
from approval.settings import ApprovalSettings
from approval.subjects.models import Tilbud
from approval.tilsyn.models import Tilsyn
from chassis.database import lock
from chassis.outbox import emit_republished
from contracts.events import TilbudCeased, TilsynPublished
from contracts.events.approval import CaseEvent
from operations.cli import Republishing, create_cli
from operations.projected_tables import ProjectedTable
from operations.shadow_tables import Projection


async def republish(session: AsyncSession, tilbud_id: str) -> int:
    """Emit the state of a tilbud's cases, tilsyn and cessation, marked as republished; return how many events.

    Receipts and advices are answers that were given: they are not told again.
    """
    tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id)
    if tilbud is None:
        return 0
    events: list[CaseEvent | TilsynPublished | TilbudCeased] = []
    of_tilbud = select(Case).where(Case.tilbud_id == tilbud_id).order_by(Case.number, Case.id)
    for case in (await session.scalars(of_tilbud)).all():
        state = await _state_of(session, case)
        events += [state] if state else []
    events += [TilsynPublished.model_validate(row.content) for row in await _latest_tilsyn(session, tilbud_id)]
    events += [TilbudCeased.model_validate(tilbud.ceased)] if tilbud.ceased else []
    return emit_republished(session, events, aggregate=tilbud)


async def _state_of(session: AsyncSession, case: Case) -> CaseEvent | None:
    """Return the event that a case stands at; None before it is opened and when no rule named anybody for it."""
    if case.revision == 0 or case.authority is None:
        return None
    if case.outcome == Outcome.GIVEN_UP:
        return closed_event(case)
    report, rows = await report_of(session, case.id, case.revision), await steps_of(session, case.id)
    if case.state == CaseState.AWAITING:
        return opened_event(case, report)
    if case.decided_by is None:
        return None
    return (approved_event if case.outcome == Outcome.APPROVED else returned_event)(case, report, rows)


async def _latest_tilsyn(session: AsyncSession, tilbud_id: str) -> list[Tilsyn]:
    statement = (
        select(Tilsyn)
        .where(Tilsyn.tilbud_id == tilbud_id)
        .ext(distinct_on(Tilsyn.authority, Tilsyn.tilsyn_id))
        .order_by(Tilsyn.authority, Tilsyn.tilsyn_id, Tilsyn.version.desc())
    )
    return sorted(await session.scalars(statement), key=lambda row: row.accepted_number)


cli = create_cli(
    ApprovalSettings.load,
    owned=Republishing(Tilbud.id, republish),
    kept=Projection(
        [each for each in SUBSCRIPTIONS if not each.raw],
        (
            ProjectedTable.of(Tilbud, "known", "authority", "authority_version", "vacancies"),
            # Only the newest revision is told again; earlier ones are history.
            ProjectedTable.of(Report, "tilbud_id", derived=("event - 'republished'",), whole=False),
            ProjectedTable.of(Routing, "tilbud_id", "authority", "explanation", whole=False),
        ),
    ),
)

if __name__ == "__main__":
    cli()
