"""The vacancies as they were reported last."""

from sqlalchemy.ext.asyncio import AsyncSession

from reporting.fast_lane.queries import load_figures, rows_of
from reporting.subjects.models import Tilbud
from reporting.vacancies.schemas import DepartmentVacancies, FiguresView, VacanciesFigures, VacanciesView
from web.etags import etag, require_match


def vacancies_etag(tilbud: Tilbud) -> str:
    """Return the ETag of the vacancies of ``tilbud``."""
    return _etag_at(tilbud, tilbud.vacancies_version)


def require_unchanged(if_match: str | None, tilbud: Tilbud, changed: int) -> None:
    """Take any ETag since the version ``changed``: what came later is about other departments."""
    versions = range(changed, tilbud.vacancies_version)
    if if_match is None or not any(_etag_at(tilbud, version) in if_match for version in versions):
        require_match(if_match, vacancies_etag(tilbud))


def view_vacancies(tilbud: Tilbud) -> VacanciesView:
    """Return the vacancies as they were reported last."""
    return VacanciesView(
        version=tilbud.vacancies_version,
        changed_at=tilbud.vacancies_at,
        departments=[DepartmentVacancies.model_validate(each) for each in rows_of(tilbud)],
    )


async def view_figures(session: AsyncSession, tilbud: Tilbud) -> VacanciesFigures:
    """Return the vacancies with what is public now of every department."""
    figures = [FiguresView.model_validate(each, from_attributes=True) for each in await load_figures(session, tilbud)]
    return VacanciesFigures(**dict(view_vacancies(tilbud)), figures=figures)


def _etag_at(tilbud: Tilbud, version: int) -> str:
    return etag("vacancies", tilbud.id, version)
