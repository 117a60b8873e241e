"""The fast lane: vacancies and waiting time are public at once and marked as not approved (P1)."""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.outbox import emit
from contracts.vacancies import PLACES
from reporting.mount import TILBUD_REPORTS
from reporting.subjects.models import REPORT_TABLES, Tilbud
from reporting.vacancies.events import vacancies_event
from reporting.vacancies.queries import vacancies_etag
from reporting.vacancies.rules import refuse_misfit
from reporting.vacancies.schemas import VacanciesBody
from reports.actions.commands import log_action
from reports.baseline.queries import load_baseline
from web.auth import Principal
from web.etags import require_match


async def change_vacancies(
    session: AsyncSession, tilbud_id: str, body: VacanciesBody, principal: Principal, if_match: str | None
) -> Tilbud:
    """Report the vacancies of every department; they must exist and fit the approved places."""
    tilbud, reporter = await TILBUD_REPORTS.lock_for_reporter(session, tilbud_id, principal)
    reporter.refuse_other_step(PLACES)
    refuse_misfit(body.departments, await load_baseline(session, REPORT_TABLES, tilbud.id))
    require_match(if_match, vacancies_etag(tilbud))
    tilbud.vacancies = [each.model_dump() for each in body.departments]
    tilbud.vacancies_version += 1
    tilbud.vacancies_at = tilbud.changed_at = now()
    version = tilbud.vacancies_version
    log_action(session, REPORT_TABLES, tilbud.id, "vacancies-changed", reporter.actor, version=version)
    emit(session, vacancies_event(tilbud, reporter.actor), aggregate=tilbud)
    return tilbud
