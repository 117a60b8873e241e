"""How a public record is read: its departments, what they answered, and when. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal import formats

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A department, or the tilbud itself where it has none: then ``id`` and ``name`` are empty.

    ``row`` is what the step of departments says of it.
    """

    id: str
    name: str
    row: Json
    steps: Json

    @property
    def pointer(self) -> str:
        """Return the JSON pointer of its steps in the record."""
        return f"/departments/{self.id}/steps" if self.id else "/steps"

    def answers(self, step: str) -> Json:
        """Return the answers of a step; empty where there are none."""
        found: Json = self.steps.get(step, {})
        return found


def parts_of(tilbud: Json) -> list[Part]:
    """Return the departments, or the tilbud itself where it has none."""
    rows = {row["id"]: row for row in tilbud["steps"].get("departments", {}).get("departments") or []}
    found = [Part(each["id"], each["name"], rows.get(each["id"], {}), each["steps"]) for each in tilbud["departments"]]
    return found or [Part("", "", {}, tilbud["steps"])]


def answers_of(tilbud: Json, step: str) -> Iterator[tuple[str, str, Json]]:
    """Yield the beginning of a line about it, the pointer and the answers of a step for each part of the tilbud."""
    parts = parts_of(tilbud)
    for part in parts:
        name = f"{part.name}: " if len(parts) > 1 else ""
        yield name, f"{part.pointer}/{step}", part.answers(step)


def confirmed_on(tilbud: Json, pointer: str) -> str:
    """Return the day on which a figure was stated last, as it is shown; empty where that is not known."""
    return formats.shown_date((tilbud.get("confirmed") or {}).get(pointer))


def joined(vocabulary: str, terms: Sequence[str]) -> str:
    """Return the labels of terms behind each other."""
    return ", ".join(formats.label(vocabulary, term) for term in terms)


def counted(number: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{formats.shown_number(number)} {one if number == 1 else many}"


def ages(package: Json) -> str:
    """Return the ages of a target-group package; empty where they are not known."""
    first, last = package.get("age_from"), package.get("age_to")
    if first is None or last is None:
        return ""
    return f"{first} år" if first == last else f"{first}–{last} år"


def package_words(package: Json) -> str:
    """Return in one line whom a target-group package is for."""
    groups = joined("target-groups", package.get("target_groups") or [])
    return ", ".join(filter(None, (groups, ages(package))))


def rate_words(row: Json, occupancy: float | None) -> str:
    """Return the rate of an intervention with its unit and year, and with the occupancy that it assumes (L4)."""
    if row.get("rate_oere") is None:
        return ""
    unit = formats.label("rate-units", row.get("rate_unit"))
    year = f" i {row['rate_year']}" if row.get("rate_year") else ""
    assumed = f", {formats.shown_number(occupancy)} % belægning" if occupancy is not None else ""
    return f"{formats.shown_money(row['rate_oere'])} {unit}{year}{assumed}"


def place_of(address: Json) -> str:
    """Return an address in one line: the street and the town, or the kommune alone where the rest is a secret."""
    town = " ".join(filter(None, (address.get("postcode"), address.get("city"))))
    return ", ".join(filter(None, (address.get("street"), town))) or formats.municipality_in_full(
        address.get("municipality")
    )
