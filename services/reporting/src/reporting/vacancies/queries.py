"""The vacancies as they were reported last."""

from reporting.subjects.models import Tilbud
from reporting.vacancies.schemas import VacanciesView
from web.etags import etag


def vacancies_etag(tilbud: Tilbud) -> str:
    """Return the ETag of the vacancies of ``tilbud``."""
    return etag("vacancies", tilbud.id, tilbud.vacancies_version)


def view_vacancies(tilbud: Tilbud) -> VacanciesView:
    """Return the vacancies as they were reported last."""
    return VacanciesView(
        version=tilbud.vacancies_version,
        changed_at=tilbud.vacancies_at,
        departments=tilbud.vacancies,
    )
