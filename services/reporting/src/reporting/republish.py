"""The state of a tilbud published again: what it is, every submission as it was last sent, and its vacancies."""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import lock
from chassis.outbox import emit_republished
from contracts.events import TilbudCreated, VacanciesChanged
from contracts.events.parties import Actor
from reporting.fast_lane.events import vacancies_event
from reporting.leader_cpr.models import LeaderCpr
from reporting.mount import TILBUD_REPORTS
from reporting.subjects.models import REPORT_TABLES, Tilbud
from reporting.tilbud.events import Creation, created_event
from reports.actions.queries import last_actor
from reports.submissions.republish import submission_events


async def republish(session: AsyncSession, tilbud_id: str) -> int:
    """Emit the state of a tilbud, marked as republished; return the number of events."""
    tilbud = await lock(session, Tilbud, Tilbud.id == tilbud_id)
    if tilbud is None:
        return 0
    created = await _created(session, tilbud)
    submissions = await submission_events(session, TILBUD_REPORTS, tilbud)
    return emit_republished(session, [created, *submissions, *await _vacancies(session, tilbud)], aggregate=tilbud)


async def _created(session: AsyncSession, tilbud: Tilbud) -> TilbudCreated:
    creation = Creation.of(tilbud, await last_actor(session, REPORT_TABLES, tilbud.id, "tilbud-created"))
    return created_event(tilbud, creation, cpr_missing=await session.get(LeaderCpr, tilbud.id) is None)


async def _vacancies(session: AsyncSession, tilbud: Tilbud) -> list[VacanciesChanged]:
    if not tilbud.vacancies_version:
        return []
    by = await last_actor(session, REPORT_TABLES, tilbud.id, "vacancies-changed")
    return [vacancies_event(tilbud, Actor.model_validate(by))]
