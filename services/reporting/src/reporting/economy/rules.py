"""Which figures count for a year, and what a new budget begins with. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from contracts.economy import ANNUAL_REPORT, BUDGET, compared_lines
from reporting.economy.schemas import EconomyLine, EconomyYear, SuggestedAnswer, SuggestedBudget, YearSource

LABELS = {
    "income": "Indtægter i alt",
    "staff-wages": "Løn til personale uden leder",
    "leader-wages": "Løn til leder",
    "board-fees": "Honorar til bestyrelse",
    "competence-costs": "Kompetenceudvikling",
    "property-costs": "Ejendomsudgifter",
    "remaining-costs": "Administration og øvrige omkostninger",
    "result": "Årets resultat",
}
YEAR = "year"
# What is about one year alone is asked again.
ASKED_AGAIN = ("rate_audited", "rate_audited_on", "rate_auditor", "rate_statement")
Sources = Mapping[str, Mapping[int, YearSource]]


def by_year(found: Iterable[tuple[str, YearSource]]) -> dict[str, dict[int, YearSource]]:
    """Return the figures of each step by year; those that come later take the place of those before."""
    years: dict[str, dict[int, YearSource]] = {BUDGET: {}, ANNUAL_REPORT: {}}
    for step, source in found:
        year = source.data.get(YEAR)
        if isinstance(year, int):
            years[step][year] = source
    return years


def economy_years(sources: Sources) -> list[EconomyYear]:
    """Return every year with its two sides, newest first."""
    years = sorted({*sources[BUDGET], *sources[ANNUAL_REPORT]}, reverse=True)
    return [_year(each, sources[BUDGET].get(each), sources[ANNUAL_REPORT].get(each)) for each in years]


def suggested_budget(sources: Sources, fields: Sequence[str], year: int | None, this_year: int) -> SuggestedBudget:
    """Return what the budget of ``year``, or of the one after the newest, begins with: nothing without figures.

    The accounts count before a budget, and a later year before an earlier one.
    """
    newest = max((*sources[BUDGET], *(each + 1 for each in sources[ANNUAL_REPORT])), default=this_year)
    target = year or newest + (newest in sources[BUDGET])
    known = [
        (step, each, sources[step][each].data)
        for step in (ANNUAL_REPORT, BUDGET)
        for each in sorted(sources[step], reverse=True)
        if each < target
    ]
    answers = [
        found
        for field in fields
        if field not in (YEAR, *ASKED_AGAIN)
        for found in [_first(field, known)]
        if found is not None
    ]
    return SuggestedBudget(year=target, answers=answers, asked_again=[each for each in ASKED_AGAIN if each in fields])


def _first(field: str, known: Iterable[tuple[str, int, Mapping[str, Any]]]) -> SuggestedAnswer | None:
    for step, year, data in known:
        if data.get(field) is not None:
            return SuggestedAnswer(field=field, value=data[field], step=step, year=year)
    return None


def _year(year: int, budget: YearSource | None, report: YearSource | None) -> EconomyYear:
    lines = [
        EconomyLine(
            id=line.id,
            label=LABELS[line.id],
            budget_oere=line.budget_oere,
            report_oere=line.report_oere,
            deviation_oere=line.deviation_oere,
            deviation_percent=line.deviation_percent,
        )
        for line in compared_lines(budget.data if budget else None, report.data if report else None)
    ]
    return EconomyYear(year=year, budget=budget, report=report, lines=lines)
