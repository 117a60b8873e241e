"""The fast lane: vacancies and waiting time are public at once and marked as not approved (P1)."""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Principal
from chassis.clock import now
from chassis.errors import FieldError
from chassis.etags import etag, require_match
from chassis.outbox import emit
from chassis.problems import Problem
from contracts.events import VacanciesChanged
from contracts.events.parties import Actor
from contracts.events.reporting import DepartmentVacancies
from contracts.form import department_ids
from contracts.vacancies import PLACES
from reporting.actions.commands import note
from reporting.content.rules import DEPARTMENTS, Data
from reporting.drafts.commands import locked_for
from reporting.drafts.queries import load_baseline
from reporting.models import Tilbud
from reporting.tilbud.schemas import VacanciesBody, VacancyBody


def vacancies_etag(tilbud: Tilbud) -> str:
    """Return the ETag of the vacancies of ``tilbud``."""
    return etag("vacancies", tilbud.id, tilbud.vacancies_version)


async def change_vacancies(
    session: AsyncSession, tilbud_id: str, body: VacanciesBody, principal: Principal, if_match: str | None
) -> Tilbud:
    """Report the vacancies of every department; they must exist and fit the approved places."""
    tilbud, reporter = await locked_for(session, tilbud_id, principal)
    refuse_misfit(body.departments, await load_baseline(session, tilbud.id))
    require_match(if_match, vacancies_etag(tilbud))
    tilbud.vacancies = [each.model_dump() for each in body.departments]
    tilbud.vacancies_version += 1
    tilbud.vacancies_at = tilbud.changed_at = now()
    note(session, tilbud.id, "vacancies-changed", reporter.actor, version=tilbud.vacancies_version)
    emit(session, vacancies_event(tilbud, reporter.actor), aggregate=tilbud)
    return tilbud


def vacancies_event(tilbud: Tilbud, by: Actor) -> VacanciesChanged:
    """Return what everybody hears of the vacancies as they are now."""
    return VacanciesChanged(
        tilbud_id=tilbud.id,
        version=tilbud.vacancies_version,
        departments=[DepartmentVacancies.model_validate(each) for each in tilbud.vacancies],
        changed_at=tilbud.vacancies_at or tilbud.changed_at,
        changed_by=by,
    )


def refuse_misfit(reported: list[VacancyBody], baseline: dict[str, Data]) -> None:
    """Raise ``conflict`` before the first approval, ``invalid`` for other departments or more than the places."""
    departments = department_ids(baseline.get(DEPARTMENTS))
    keys: dict[str | None, str] = {each: f"{PLACES}/{each}" for each in departments}
    keys = keys or {None: PLACES}
    if not any(key in baseline for key in keys.values()):
        raise Problem("conflict", "Ledige pladser kan meldes, når pladserne er godkendt første gang.")
    errors = []
    for index, each in enumerate(reported):
        if each.department_id not in keys:
            errors.append(FieldError(f"/departments/{index}/department_id", "unknown-department", "Findes ikke."))
        elif each.vacancies > _approved_places(baseline, keys[each.department_id]):
            detail = "Der kan ikke være flere ledige pladser end godkendte."
            errors.append(FieldError(f"/departments/{index}/vacancies", "exceeds", detail))
    if len({each.department_id for each in reported}) != len(reported):
        errors.append(FieldError("/departments", "not-unique", "Den samme afdeling står to gange."))
    if errors:
        raise Problem("invalid", "Et eller flere felter er ikke gyldige.", errors)


def _approved_places(baseline: dict[str, Data], key: str) -> int:
    places = baseline.get(key, {}).get("approved_places")
    return places if isinstance(places, int) else 0
