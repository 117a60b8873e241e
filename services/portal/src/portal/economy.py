"""Budget and annual report side by side, as pages show them (P7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.economy import ANNUAL_REPORT, BUDGET
from portal import formats
from portal.clients import Refused, ServiceClient, segment
from web.errors import Unavailable

Json = Mapping[str, Any]
UNKNOWN = ""
SIDES = {"budget": "Budget", "report": "Årsrapport"}
STATES = {"approved": "godkendt", "sent": "sendt, ikke godkendt endnu", "drafted": "kladde, ikke sendt"}
# The figures that the portal computes, and those that are figures already; by the name of the answer.
KEY_FIGURES = {
    "wages_percent": "Lønnens andel af indtægterne",
    "property_percent": "Ejendomsudgifternes andel af indtægterne",
    "competence_percent": "Kompetenceudviklingens andel af indtægterne",
    "costs_percent": "Omkostningernes andel af indtægterne",
    "result_percent": "Resultatets andel af indtægterne",
    "solvency_percent": "Soliditetsgrad",
    "staff_turnover_percent": "Personalegennemstrømning",
}


@dataclass(frozen=True)
class ShownYear:
    """One year in the words of a page: how far each side is, its lines, and its key figures."""

    year: int
    states: list[str]
    lines: list[tuple[str, str, str, str, str]]
    key_figures: list[tuple[str, str, str]]


def shown_years(economy: Json) -> list[ShownYear]:
    """Return every year, newest first."""
    return [_shown(year) for year in economy["years"]]


async def find_year_of_case(services: ServiceClient, tilbud_id: str, case_id: str) -> list[ShownYear]:
    """Return the years that a case reports figures of; none where they cannot be had, for the case is shown anyway."""
    try:
        found = await services.get("reporting", f"/v1/tilbud/{segment(tilbud_id)}/economy")
    except (Refused, Unavailable):
        return []
    sides = [(year, year[side]) for year in found.body["years"] for side in SIDES]
    years = {year["year"]: year for year, side in sides if side and side["submission_id"] == case_id}
    return [_shown(year) for year in years.values()]


def has_figures(keys: list[str]) -> bool:
    """Return whether any of these steps has figures of a year."""
    return not {BUDGET, ANNUAL_REPORT}.isdisjoint(keys)


def _shown(year: Json) -> ShownYear:
    lines = [
        (
            line["label"],
            _money(line["budget_oere"]),
            _money(line["report_oere"]),
            _money(line["deviation_oere"], signed=True),
            _percent(line["deviation_percent"], signed=True),
        )
        for line in year["lines"]
    ]
    figures = [
        (label, *(_percent((year[side] or {"data": {}})["data"].get(name)) for side in SIDES))
        for name, label in KEY_FIGURES.items()
    ]
    known = [(label, budget, report) for label, budget, report in figures if (budget, report) != (UNKNOWN, UNKNOWN)]
    return ShownYear(year["year"], [_state(SIDES[side], year[side]) for side in SIDES], lines, known)


def _state(name: str, side: Json | None) -> str:
    if side is None:
        return f"{name}: ikke indberettet"
    at = f" {formats.shown_date(side['at'])}" if side["state"] == "approved" else ""
    return f"{name}: {STATES[side['state']]}{at}"


def _money(oere: int | None, *, signed: bool = False) -> str:
    if oere is None:
        return UNKNOWN
    return ("+" if signed and oere > 0 else "") + formats.shown_money(oere)


def _percent(value: float | None, *, signed: bool = False) -> str:
    if not isinstance(value, int | float):
        return UNKNOWN
    return ("+" if signed and value > 0 else "") + f"{formats.shown_number(value)} %"
