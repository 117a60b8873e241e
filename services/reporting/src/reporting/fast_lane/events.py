"""The event that vacancies were reported."""

from contracts.events import VacanciesChanged
from contracts.events.parties import Actor
from contracts.events.reporting import DepartmentVacancies
from reporting.fast_lane.rules import complete_rows
from reporting.subjects.models import Tilbud


def vacancies_event(tilbud: Tilbud, by: Actor) -> VacanciesChanged:
    """Return the event with the vacancies as they are now."""
    changed_at = tilbud.vacancies_at or tilbud.changed_at
    rows = complete_rows(tilbud.vacancies, tilbud.vacancies_version, changed_at)
    names = DepartmentVacancies.model_fields
    return VacanciesChanged(
        tilbud_id=tilbud.id,
        version=tilbud.vacancies_version,
        departments=[
            DepartmentVacancies.model_validate({name: each[name] for name in names if name in each}) for each in rows
        ],
        changed_at=changed_at,
        changed_by=by,
    )
