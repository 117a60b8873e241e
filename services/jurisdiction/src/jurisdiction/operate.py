"""The operator's commands: ``python -m jurisdiction.operate``.

Who supervises and how a case was routed is decided here and never made again: another day's rules could decide
otherwise. What is kept of reports is compared, and repaired when its owner republishes.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import lock
from chassis.outbox import emit_republished
from contracts.events.base import SubjectEvent
from jurisdiction.assignments.events import authority_assigned
from jurisdiction.assignments.models import Assignment, Subject
from jurisdiction.consumers import subscriptions
from jurisdiction.handovers.events import requested_event
from jurisdiction.handovers.queries import pending_of
from jurisdiction.rehearsals.command_line import add_reference_commands
from jurisdiction.routing.events import routing_event
from jurisdiction.routing.models import Submission
from jurisdiction.routing.queries import last_routing, submissions_of
from jurisdiction.settings import JurisdictionSettings
from operations.cli import Republishing, create_cli
from operations.projected_tables import ProjectedTable
from operations.shadow_tables import Projection


async def republish(session: AsyncSession, kind: str, subject_id: str) -> int:
    """Emit who supervises a subject, how its submissions are routed, and a handover on its way, as republished.

    Return how many events.
    """
    subject = await lock(session, Subject, Subject.kind == kind, Subject.id == subject_id)
    if subject is None:
        return 0
    period = {"kind": kind, "subject_id": subject_id, "version": subject.version}
    assignment = await session.get(Assignment, period)
    events: list[SubjectEvent] = [authority_assigned(assignment)] if assignment else []
    for submission in await submissions_of(session, subject):
        routing = await last_routing(session, submission)
        events += [routing_event(routing)] if routing else []
    pending = await pending_of(session, subject)
    events += [requested_event(pending)] if pending else []
    return emit_republished(session, events, aggregate=subject)


cli = create_cli(
    JurisdictionSettings.load,
    owned=Republishing((Subject.kind, Subject.id), republish),
    kept=Projection(
        # Where the rules are switched is no matter: only what was reported is compared.
        subscriptions(),
        (
            ProjectedTable.of(Submission, "tilbud_id", "number", "revision", "steps", "facts"),
            ProjectedTable.of(Subject, "approved", "operator_cvr", "is_public"),
        ),
    ),
)

add_reference_commands(cli, JurisdictionSettings.load)

if __name__ == "__main__":
    cli()
