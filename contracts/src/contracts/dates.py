"""Which days a date can be, the same through every entrance: a slip of the finger makes another century."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from contracts.text import RefusedText

_MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
)
_ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
LAST_YEAR = date.max.year


@dataclass(frozen=True)
class DateRange:
    """The days from `first` to `years_ahead` whole years after the day on which it is asked."""

    first: date
    years_ahead: int

    def last(self, asked_on: date) -> date:
        """The last day of the range."""
        year = min(asked_on.year + self.years_ahead, LAST_YEAR)
        try:
            return asked_on.replace(year=year)
        except ValueError:
            return date(year, 2, 28)

    def refuse_outside(self, day: date, asked_on: date) -> None:
        """Raise RefusedText `out-of-range` for a day outside the range."""
        last = self.last(asked_on)
        if not self.first <= day <= last:
            raise RefusedText("out-of-range", f"Datoen skal ligge fra {shown(self.first)} til {shown(last)}.")


# Tilsyn began with the law; a deadline, an end and the founding of something lie nearer than one might type.
TILSYN_BEGAN = date(2014, 1, 1)
TILSYN_DAYS = DateRange(TILSYN_BEGAN, 0)
DEADLINES = DateRange(TILSYN_BEGAN, 10)
FORM_DATES = DateRange(date(2000, 1, 1), 10)


def shown(day: date) -> str:
    """The day as it is written in Danish."""
    return f"{day.day}.{day.month}.{day.year}"


def parse_day(value: object) -> date | None:
    """The date of a YYYY-MM-DD text; None for anything else, a day that does not exist included."""
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _only_a_day(value: object) -> date:
    """Let in what is written as a day: no time of day and no number of seconds, which Pydantic would take too."""
    day = value if isinstance(value, date) else parse_day(value)
    if day is None:
        raise PydanticCustomError("invalid-date", "Datoen findes ikke. Skriv den som ÅÅÅÅ-MM-DD.")
    return day


def _within(first: date, last: date) -> Callable[[date], date]:
    def checked(day: date) -> date:
        if not first <= day <= last:
            detail = f"Datoen skal ligge fra {shown(first)} til {shown(last)}."
            raise PydanticCustomError("out-of-range", "{detail}", {"detail": detail})
        return day

    return checked


Day = Annotated[date, BeforeValidator(_only_a_day)]
# These know no today: what must not lie in the future is asked where the event is judged.
TilsynDay = Annotated[Day, AfterValidator(_within(TILSYN_BEGAN, date(2100, 12, 31)))]


def in_words(day: date) -> str:
    """A day as a sentence has it: 20. november 2026."""
    return f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"
