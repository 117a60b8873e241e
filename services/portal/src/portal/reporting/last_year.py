"""The figures of the year before in the fields of a budget (P5): shown to be confirmed, and not saved before."""

import re
from dataclasses import replace
from typing import Any

from contracts.economy import ANNUAL_REPORT, BUDGET
from contracts.form import Field
from portal.clients import ServiceClient, segment
from portal.form.form_data import FormData
from portal.form.values import to_texts
from portal.reporting.step_page import StepPage

YEAR = "/year"
LAST_YEAR = "last-year"
# What reporting takes for the year of a budget.
BUDGET_YEAR = re.compile(r"201[4-9]|20[2-9]\d")
SOURCES = {ANNUAL_REPORT: "årsrapporten", BUDGET: "budgettet"}


async def with_last_year(services: ServiceClient, step_page: StepPage, typed: FormData) -> tuple[StepPage, FormData]:
    """Return the fields with the figures of the year before where nothing else was typed, and a note at each.

    A budget that is saved for the same year keeps its figures; of one for another year, or of none, those give way
    that nobody has touched. There are no notes where no earlier year is known.
    """
    saved = step_page.fields()
    is_typed = typed.texts(YEAR) != saved.texts(YEAR) and BUDGET_YEAR.fullmatch(typed.text(YEAR))
    wanted = {"year": typed.text(YEAR)} if is_typed else None
    path = f"/v1/tilbud/{segment(step_page.tilbud['id'])}/economy/suggested-budget"
    found = await services.find("reporting", path, wanted)
    if found is None or not found.body["answers"]:
        return step_page, typed
    year = found.body["year"]
    is_same_year = step_page.data.get("year") == year
    known = {f"/{each['field']}": each for each in found.body["answers"]}
    fields, notes = typed, {}
    for field in step_page.step.fields:
        pointer = f"/{field.id}"
        is_open = not typed.texts(pointer) or (not is_same_year and typed.texts(pointer) == saved.texts(pointer))
        if field.is_filled_by_portal or not is_open:
            continue
        if pointer == YEAR:
            fields = _answered(fields, field, year)
        elif pointer in known:
            fields = _answered(fields, field, known[pointer]["value"])
            notes[pointer] = _note(known[pointer])
        elif field.id in found.body["asked_again"]:
            fields = fields.without({pointer})
    return replace(step_page, notes=notes), fields


def _answered(fields: FormData, field: Field, answer: Any) -> FormData:
    pointer = f"/{field.id}"
    own = [(pointer, text) for text in to_texts(field, answer)]
    return FormData.of([*fields.without({pointer}).pairs, *own])


def _note(answer: dict[str, Any]) -> str:
    source = SOURCES[answer["step"]]
    return f"Hentet fra {source} for {answer['year']}. Ikke bekræftet endnu: Ret tallet, eller gem det, som det er."
