"""What a later version of a form asks that an earlier one did not. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.form import Field


@dataclass(frozen=True)
class NewField:
    """A question that a form has since a day: its ids from the step inwards, with slashes, and its label."""

    path: str
    label: str
    since: date


def fields_since(fields: Sequence[Field], day: date, place: str = "") -> Iterator[NewField]:
    """Yield each of ``fields``, or of those within them, that is asked only after ``day``.

    ``place`` has the ids around them, each behind a slash.
    """
    for each in fields:
        if each.valid_from > day:
            yield NewField(f"{place}/{each.id}", each.label, each.valid_from)
        else:
            yield from fields_since(each.fields, day, f"{place}/{each.id}")
