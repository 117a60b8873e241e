"""What the routes of the rates take and answer."""

from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel

from contracts.vocabularies import vocabulary
from publication.rates.rules import OccupancyBasis
from publication.records.api import ID_PATTERN
from publication.search.parameters import CHOICES, MAX_VALUES, Parameters

UNITS = vocabulary("rate-units").ids
Year = Annotated[int, Query(ge=2000, le=2100)]


def _repeated(values: tuple[str, ...], description: str) -> Any:
    listed = {"items": {"type": "string", "enum": list(values)}}
    return Query(default_factory=list, max_length=MAX_VALUES, description=description, json_schema_extra=listed)


class RateParameters(Parameters):
    """The parameters of the rates: a repeated one means any of its values, different ones all hold."""

    target_group: list[str] = _repeated(
        CHOICES["target_group"], "Målgruppe; en overordnet målgruppe finder også de underordnede."
    )
    legal_basis: list[str] = _repeated(CHOICES["legal_basis"], "Tilbudstype.")
    rate_unit: list[Literal[UNITS]] = _repeated(UNITS, "Takstenhed.")  # type: ignore[valid-type]
    rate_year: list[Year] = Query(default_factory=list, max_length=MAX_VALUES, description="Takstår.")
    tilbud_id: str | None = Query(
        None, max_length=200, pattern=ID_PATTERN, description="Et tilbud, hvis plads blandt de andre vises."
    )


class OwnRate(BaseModel):
    """The lowest rate of one department of the tilbud that was asked for, with its place in its box.

    ``share_below`` is how many per cent of the departments in the box have a lower rate, null where it is suppressed.
    """

    department_id: str | None
    rate_oere: int
    share_below: int | None


class RateBox(BaseModel):
    """Rates that can be compared: of one unit, one year and about the same assumed occupancy.

    ``n`` is how many departments, ``tilbud`` how many tilbud; the points of a box plot are in øre. ``suppressed``:
    fewer than five tilbud, so that nothing but what the box is for is told. ``own`` are the rates of the tilbud
    that was asked for.
    """

    rate_unit: str
    rate_unit_label: str
    rate_year: int
    occupancy_basis: OccupancyBasis
    occupancy_label: str
    suppressed: bool
    n: int | None = None
    tilbud: int | None = None
    min_oere: int | None = None
    q1_oere: int | None = None
    median_oere: int | None = None
    q3_oere: int | None = None
    max_oere: int | None = None
    own: list[OwnRate] = []
