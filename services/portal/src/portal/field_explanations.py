"""What a page tells of a field beside its help: who sees the answer, what it is for, and where that is written (P2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.form import Audience, Field, FieldType, PublicationLane, Purpose
from portal.formats import shown_date

AUDIENCES = {Audience.PUBLIC: "Vises offentligt", Audience.AUTHORITY: "Kun tilsynsmyndigheden ser det"}
PURPOSES = {
    Purpose.VISITATION: "At finde den rette plads til en borger",
    Purpose.TILSYN: "Tilsyn med tilbuddet",
    Purpose.STATISTICS: "Statistik",
}
LANES = {
    PublicationLane.APPROVAL: "Når myndigheden har godkendt det",
    PublicationLane.FAST: "Straks, med mærket »ikke godkendt endnu«",
}

# What the form has always asked is said to be asked from no day.
FIRST_DAY = date(2014, 1, 1)


@dataclass(frozen=True)
class Explanation:
    """What is told of one field: who sees the answer, and the rest as terms with their texts."""

    audience: str
    facts: tuple[tuple[str, str], ...]


def explained(field: Field) -> Explanation:
    """Return what is told of a field."""
    return Explanation(AUDIENCES[field.audience], tuple(_facts(field)))


def _facts(field: Field) -> Iterator[tuple[str, str]]:
    if field.formula:
        yield "Beregnes", field.formula
    yield "Bruges til", PURPOSES[field.purpose]
    if field.audience is Audience.PUBLIC:
        yield "Offentliggøres", LANES[field.lane]
    yield "Kilde", field.legal_source
    if field.valid_from > FIRST_DAY:
        yield "Gælder fra", shown_date(field.valid_from)


def explained_fields(
    fields: Sequence[Field], at: date, place: str = "", path: tuple[str, ...] = ()
) -> list["PlacedField"]:
    """Return every field that people answer on that day or later, with those inside it, in the order of the page."""
    found = []
    for field in (each for each in fields if each.type is not FieldType.SLUG and (each.valid_to or at) >= at):
        found.append(PlacedField(field, f"{place}{field.id}", path))
        found += explained_fields(field.fields, at, f"{place}{field.id}.", (*path, field.label))
    return found


@dataclass(frozen=True)
class PlacedField:
    """A field with the anchor of its explanation, and the labels of what it stands in."""

    field: Field
    anchor: str
    path: tuple[str, ...]
