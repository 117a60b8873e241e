"""The operator's commands of ``approval``: ``python -m approval.operate``.

Cases, tilsyn and receipts are decided here. What is stored of reports, routings and authorities is compared, and
repaired when their owners republish: a case is opened and an advice sent when a fact is handled, so the rows are
never replaced behind the handlers' back.
"""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from approval.cases.events import closed_event, opened_event
from approval.cases.models import Case, Routing
from approval.cases.queries import departments_in, steps_of
from approval.cases.rules import CaseState, Outcome
from approval.consumers import subscriptions
from approval.control_samples.queries import newest_state
from approval.decisions.events import approved_event, returned_event
from approval.kinds import KINDS
from approval.settings import ApprovalSettings
from approval.subjects.models import Subject
from approval.submissions.models import Report
from approval.submissions.queries import report_of
from approval.tilsyn.models import Tilsyn
from chassis.database import lock
from chassis.outbox import emit_republished
from contracts.events.base import SubjectEvent
from operations.cli import Republishing, create_cli
from operations.projected_tables import ProjectedTable
from operations.shadow_tables import Projection


async def republish(session: AsyncSession, kind: str, subject_id: str) -> int:
    """Emit the state of a subject's cases, tilsyn, cessation and newest control sample, marked; return how many.

    Receipts and advices are answers that were given: they are not repeated.
    """
    subject = await lock(session, Subject, Subject.kind == kind, Subject.id == subject_id)
    if subject is None:
        return 0
    samples = await newest_state(session, subject)
    events = [*await _cases_of(session, subject), *await _tilsyn_of(session, subject), *samples]
    return emit_republished(session, events, aggregate=subject)


async def _cases_of(session: AsyncSession, subject: Subject) -> list[SubjectEvent]:
    own = select(Case).where(Case.kind == subject.kind, Case.subject_id == subject.id)
    states = [await _state_of(session, case) for case in await session.scalars(own.order_by(Case.number, Case.id))]
    return [state for state in states if state]


async def _state_of(session: AsyncSession, case: Case) -> SubjectEvent | None:
    """Return the event that a case stands at; None before it is opened and when no rule named anybody for it."""
    if case.revision == 0 or case.authority is None:
        return None
    if case.outcome in {Outcome.GIVEN_UP, Outcome.CEASED}:
        return closed_event(case)
    report, rows = await report_of(session, case.id, case.revision), await steps_of(session, case.id)
    if case.state == CaseState.AWAITING:
        return opened_event(case, report)
    if case.decided_by is None:
        return None
    if case.outcome == Outcome.APPROVED:
        return approved_event(case, report, rows)
    return returned_event(case, report, rows, await departments_in(session, case, report))


async def _tilsyn_of(session: AsyncSession, subject: Subject) -> list[SubjectEvent]:
    events = KINDS[subject.kind].events
    stored = [(events.tilsyn_published, row.content) for row in await _latest_tilsyn(session, subject)]
    stored += [(events.ceased, subject.ceased)] if subject.ceased else []
    return [model.model_validate(content) for model, content in stored if model]


async def _latest_tilsyn(session: AsyncSession, subject: Subject) -> list[Tilsyn]:
    statement = (
        select(Tilsyn)
        .where(Tilsyn.kind == subject.kind, Tilsyn.subject_id == subject.id)
        .ext(distinct_on(Tilsyn.authority, Tilsyn.tilsyn_id))
        .order_by(Tilsyn.authority, Tilsyn.tilsyn_id, Tilsyn.version.desc())
    )
    return sorted(await session.scalars(statement), key=lambda row: row.accepted_number)


def projection() -> Projection:
    """Return what is stored of others' facts about subjects of every kind."""
    return Projection(
        [each for each in subscriptions() if not each.raw],
        (
            ProjectedTable.of(Subject, "known", "authority", "authority_version", "vacancies"),
            # Only the newest revision is republished; earlier ones are history.
            ProjectedTable.of(Report, "kind", "tilbud_id", derived=("event - 'republished'",), whole=False),
            ProjectedTable.of(Routing, "kind", "tilbud_id", "authority", "explanation", whole=False),
        ),
    )


cli = create_cli(
    ApprovalSettings.load,
    owned=Republishing((Subject.kind, Subject.id), republish),
    kept=projection(),
)

if __name__ == "__main__":
    cli()
