"""How dates, numbers and names of things look on a Danish page."""

from collections.abc import Sequence
from datetime import date, datetime

from chassis.clock import COPENHAGEN, day_of, today
from contracts import reference
from contracts.dates import in_words
from contracts.sanctions import is_overdue
from contracts.vocabularies import vocabulary


def shown_date(value: date | datetime | str | None) -> str:
    """Return a date as 22.11.2026; a time is shown as the Danish day that it falls on."""
    if not value:
        return ""
    return _day(_parsed(value)).strftime("%d.%m.%Y")


def long_date(value: date | datetime | str) -> str:
    """Return a date as a sentence has it: 22. november 2026; a time is shown as the Danish day that it falls on."""
    return in_words(_day(_parsed(value)))


def iso_date(value: date | datetime | str) -> str:
    """Return a date as an address has it: 2026-11-22; a time stands for the Danish day that it falls on."""
    return _day(_parsed(value)).isoformat()


def shown_time(value: datetime | str | None) -> str:
    """Return a time as 22.11.2026 kl. 14.05, in Danish time."""
    if not value:
        return ""
    moment = _parsed(value)
    return moment.astimezone(COPENHAGEN).strftime("%d.%m.%Y kl. %H.%M") if isinstance(moment, datetime) else ""


def listed(texts: Sequence[str]) -> str:
    """Return texts as a sentence lists them: a, b og c."""
    return " og ".join(filter(None, (", ".join(texts[:-1]), *texts[-1:])))


def shown_day(value: date | datetime | str | None) -> str:
    """Return a date as in a sentence: 12. november, with the year where it is another than today's.

    What is no date is shown as it is.
    """
    try:
        moment = _parsed(value) if value else None
    except ValueError:
        return str(value)
    if moment is None:
        return ""
    day = _day(moment)
    return in_words(day).removesuffix(f" {today().year}")


def _day(moment: date | datetime) -> date:
    if not isinstance(moment, datetime):
        return moment
    return day_of(moment) if moment.tzinfo else moment.date()


def _parsed(value: date | datetime | str) -> date | datetime:
    if not isinstance(value, str):
        return value
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


def shown_number(value: float) -> str:
    """Return a number with a decimal comma and dots between thousands."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
    return text.translate(str.maketrans(",.", ".,"))


def shown_money(oere: int) -> str:
    """Return an amount in øre as kroner, with øre only where there are some."""
    kroner, rest = divmod(abs(oere), 100)
    sign = "-" if oere < 0 else ""
    return f"{sign}{shown_number(kroner)}{f',{rest:02}' if rest else ''} kr."


def label(vocabulary_id: str, term: str | None) -> str:
    """Return the Danish label of a term; an id that is not known is shown as it is."""
    known = vocabulary(vocabulary_id)
    return known.label(term) if term and term in known else term or ""


def authority_name(authority_id: str | None) -> str:
    """Return the name of an authority, or nothing where there is none."""
    return reference.authority_name(authority_id) if authority_id else ""


def municipality_name(code: str | None) -> str:
    """Return the name of a kommune; a code that is not known is shown as it is."""
    found = reference.find_municipality(code) if code else None
    return found.name if found else code or ""


def municipality_names() -> tuple[str, ...]:
    """Return what is suggested where a kommune is typed, in Danish order."""
    return tuple(each.name for each in (*reference.municipalities_by_name(), *reference.outside_division()))


def municipality_in_full(code: str | None) -> str:
    """Return the name of a kommune as a sentence has it, as in Københavns Kommune; nothing where it is not known."""
    found = reference.find_municipality(code) if code else None
    return found.full_name if found else ""


def legal_basis_name(basis_id: str | None) -> str:
    """Return name and paragraph of a legal basis; an id that is not known is shown as it is."""
    found = reference.find_legal_basis(basis_id) if basis_id else None
    return found.label if found else basis_id or ""


def is_past_deadline(deadline: str) -> bool:
    """Return whether the deadline of a sanction, as the services write a date, has passed today."""
    return is_overdue(date.fromisoformat(deadline), today())


def is_date_or_blank(text: str) -> bool:
    """Return whether a date field of a browser can show ``text``; what it cannot is shown in a field for text."""
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False
