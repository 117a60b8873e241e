"""The event that vacancies were reported."""

from contracts.events import VacanciesChanged
from contracts.events.parties import Actor
from contracts.events.reporting import DepartmentVacancies
from reporting.subjects.models import Tilbud


def vacancies_event(tilbud: Tilbud, by: Actor) -> VacanciesChanged:
    """Return the event with the vacancies as they are now."""
    return VacanciesChanged(
        tilbud_id=tilbud.id,
        version=tilbud.vacancies_version,
        departments=[DepartmentVacancies.model_validate(each) for each in tilbud.vacancies],
        changed_at=tilbud.vacancies_at or tilbud.changed_at,
        changed_by=by,
    )
