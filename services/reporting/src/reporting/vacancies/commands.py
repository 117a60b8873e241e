"""The fast lane: vacancies and waiting time are public at once and marked as not approved (P1)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from chassis.errors import FieldError, Invalid
from contracts.form.keys import DEPARTMENTS
from contracts.vacancies import FIGURES, PLACES
from reporting.fast_lane.commands import publish_figures
from reporting.fast_lane.queries import load_figures, rows_of
from reporting.fast_lane.rules import Figures, NoApprovedPlaces, Row, changed_in, refuse_misfit
from reporting.mount import TILBUD_REPORTS
from reporting.subjects.models import Tilbud
from reporting.vacancies.queries import require_unchanged
from reporting.vacancies.schemas import VacanciesBody
from reports.drafts.commands import rewrite_drafted_step
from web.auth import Principal


async def change_vacancies(
    session: AsyncSession, tilbud_id: str, body: VacanciesBody, principal: Principal, if_match: str | None
) -> Tilbud:
    """Report the figures of some departments, which must exist and fit the approved places; others keep theirs.

    ``stale`` when somebody has changed those of the same departments since.
    """
    tilbud, reporter = await TILBUD_REPORTS.lock_for_reporter(session, tilbud_id, principal)
    reporter.refuse_other_step(PLACES)
    figures = await load_figures(session, tilbud)
    named = [each.model_dump() for each in body.departments]
    refuse_misfit(named, figures)
    changed = changed_in(rows_of(tilbud), [each["department_id"] for each in named])
    require_unchanged(if_match, tilbud, changed)
    reported = _completed(named, figures)
    publish_figures(session, tilbud, reported, reporter.actor, at=now(), how="reported")
    # A draft that is sent later would bring the old figures back.
    await rewrite_drafted_step(session, TILBUD_REPORTS, tilbud, PLACES, lambda data: _with_figures(data, reported))
    await TILBUD_REPORTS.apply_change(session, tilbud)
    return tilbud


async def confirm_vacancies(
    session: AsyncSession, tilbud_id: str, departments: Collection[str | None] | None, principal: Principal
) -> Tilbud:
    """Say that the figures are still right: of the named departments, or of all."""
    tilbud, reporter = await TILBUD_REPORTS.lock_for_reporter(session, tilbud_id, principal)
    reporter.refuse_other_step(PLACES)
    figures = await load_figures(session, tilbud)
    if not figures:
        raise NoApprovedPlaces
    if departments is not None:
        _refuse_unknown(departments, figures)
        figures = [each for each in figures if each.department_id in departments]
    confirmed = [each.reported for each in figures if each.vacancies is not None]
    publish_figures(session, tilbud, confirmed, reporter.actor, at=now(), how="confirmed")
    await TILBUD_REPORTS.apply_change(session, tilbud)
    return tilbud


def _completed(named: Sequence[Row], figures: Sequence[Figures]) -> list[Row]:
    """Return what was reported, with what is known of the figures that were left out."""
    known = {each.department_id: each.reported for each in figures}
    given = [_given(each, known[each["department_id"]]) for each in named]
    return [{**known[each["department_id"]], **part} for each, part in zip(named, given, strict=True)]


def _given(named: Row, known: Row) -> Row:
    """Return what is said of a department; no note takes away none."""
    return {name: value for name, value in named.items() if value is not None and (value != "" or known.get(name))}


def _refuse_unknown(departments: Collection[str | None], figures: Sequence[Figures]) -> None:
    known = {each.department_id for each in figures}
    errors = [
        FieldError(f"/departments/{index}", "unknown-department", "Findes ikke.")
        for index, each in enumerate(departments)
        if each not in known
    ]
    if errors:
        raise Invalid(errors=errors)


def _with_figures(data: Mapping[str, Any], reported: Sequence[Row]) -> dict[str, Any]:
    parts = data.get(DEPARTMENTS)
    figures = {each["department_id"]: {name: each[name] for name in FIGURES if name in each} for each in reported}
    figures = {key: {name: value for name, value in each.items() if value is not None} for key, each in figures.items()}
    if not isinstance(parts, Mapping):
        return {**data, **figures.get(None, {})}
    return {**data, DEPARTMENTS: {key: {**part, **figures.get(key, {})} for key, part in parts.items()}}
