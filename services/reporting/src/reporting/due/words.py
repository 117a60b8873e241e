"""What to do about what is due, in Danish, and where. Pure."""

from contracts.events.reporting import DutyKind
from reporting.due.schemas import StandsStill

WHAT_TO_DO: dict[str, str] = {
    DutyKind.ANNUAL_REPORT: "Indberet årsrapporten for {year}.",
    DutyKind.BUDGET: "Indberet budgettet for {year}.",
    DutyKind.RATES: "Indberet taksterne for {year}.",
    DutyKind.VACANCIES: "Bekræft, at ledige pladser og ventetid stadig er rigtige, eller ret dem.",
    DutyKind.LEGAL_BASIS: "Forny tilbudstypen, der udløber, eller tag den af.",
    StandsStill.RETURNED_CASE: "Ret sagen, som myndigheden har sendt tilbage, og send den igen.",
    StandsStill.LEADER_CPR: "Tilsynsmyndigheden skal registrere lederens CPR-nummer, før der kan indberettes.",
    StandsStill.DRAFT: "Send kladden, eller start en ny.",
}
LINKS: dict[str, str] = {
    DutyKind.ANNUAL_REPORT: "/draft/steps/annual-report",
    DutyKind.BUDGET: "/draft/steps/budget",
    DutyKind.RATES: "/draft/steps/interventions",
    DutyKind.VACANCIES: "/vacancies",
    DutyKind.LEGAL_BASIS: "/draft/steps/company",
    StandsStill.RETURNED_CASE: "",
    StandsStill.LEADER_CPR: "/leader-cpr",
    StandsStill.DRAFT: "/draft",
}


def todo(what: str, year: int | None, first_missing: int | None = None) -> str:
    """Return what to do; for who is years behind, also which year was the last that came."""
    words = WHAT_TO_DO[what].format(year=year)
    if first_missing and year != first_missing:
        words += f" Det seneste år, der er indberettet, er {first_missing - 1}."
    return words


def link(what: str, tilbud_id: str) -> str:
    """Return the address of what it is about."""
    return f"/v1/tilbud/{tilbud_id}{LINKS[what]}"
