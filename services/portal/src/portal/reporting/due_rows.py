"""What is due, as a list of things to do with the page where each is done. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.formats import shown_date

VACANCIES = "vacancies"
PAGES = {
    "annual-report": "/trin/annual-report",
    "budget": "/trin/budget",
    "rates": "/trin/interventions",
    "legal-basis": "/trin/company",
    VACANCIES: "/ledige-pladser",
    "draft": "/opsummering",
}
SINCE = {
    VACANCIES: "Bekræftet {}",
    "returned-case": "Sendt tilbage {}",
    "leader-cpr": "Oprettet {}",
    "draft": "Gemt {}",
}


@dataclass(frozen=True)
class DueRow:
    """One thing to do: ``href`` is where, ``when`` since when it waits or by which day it has to be done."""

    tilbud_id: str
    tilbud_name: str
    todo: str
    href: str
    when: str
    state: str
    can_confirm: bool


def due_rows(items: Iterable[Mapping[str, Any]]) -> list[DueRow]:
    """Return the rows of what reporting says is due."""
    return [_row(item) for item in items]


def _row(item: Mapping[str, Any]) -> DueRow:
    what, base = str(item["what"]), f"/indberet/tilbud/{item['tilbud_id']}"
    page = f"/sager/{item['submission_id']}" if item["submission_id"] else PAGES.get(what, "")
    times = [SINCE[what].format(shown_date(item["since"]))] if item["since"] and what in SINCE else []
    if item["deadline"]:
        times.append(f"frist {shown_date(item['deadline'])}" if times else f"Frist {shown_date(item['deadline'])}")
    return DueRow(
        tilbud_id=item["tilbud_id"],
        tilbud_name=item["tilbud_name"],
        todo=item["todo"],
        href=base + page,
        when=", ".join(times),
        state=item["state"],
        can_confirm=what == VACANCIES,
    )
