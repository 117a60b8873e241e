"""The operator's commands: ``python -m jurisdiction.operate``.

Who supervises and how a case was routed is decided here and never made again: another day's rules could decide
otherwise. What is kept of reports is compared, and repaired when ``reporting`` republishes.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import lock
from chassis.outbox import emit_republished
from contracts.events import AuthorityAssigned, CaseNotRouted, CaseRouted
from jurisdiction.assignments.commands import assigned
from jurisdiction.assignments.models import Assignment, Tilbud
from jurisdiction.authorities.rulebook import load_rulebook
from jurisdiction.consumers import subscriptions
from jurisdiction.routing.commands import last_routing, routed
from jurisdiction.routing.models import Submission
from jurisdiction.settings import JurisdictionSettings
from operations.cli import Republishing, create_cli
from operations.projected_tables import ProjectedTable
from operations.shadow_tables import Projection


async def republish(session: AsyncSession, tilbud_id: str) -> int:
    """Emit who supervises a tilbud and how its submissions are routed, as republished; return how many events."""
    tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id)
    if tilbud is None:
        return 0
    assignment = await session.get(Assignment, (tilbud_id, tilbud.version))
    events: list[AuthorityAssigned | CaseRouted | CaseNotRouted] = [assigned(assignment)] if assignment else []
    of_tilbud = select(Submission).where(Submission.tilbud_id == tilbud_id).order_by(Submission.number)
    for submission in (await session.scalars(of_tilbud)).all():
        routing = await last_routing(session, submission)
        events += [routed(routing)] if routing else []
    return emit_republished(session, events, aggregate=tilbud)


cli = create_cli(
    JurisdictionSettings.load,
    owned=Republishing(Tilbud.id, republish),
    kept=Projection(
        # Where the rules are switched is no matter: only what was reported is compared.
        subscriptions(load_rulebook()),
        (
            ProjectedTable.of(Submission, "tilbud_id", "number", "revision", "steps", "facts"),
            ProjectedTable.of(Tilbud, "approved"),
        ),
    ),
)

if __name__ == "__main__":
    cli()
