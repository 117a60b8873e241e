"""Which searches can be saved, and when they are asked again. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from chassis.errors import FieldError, Invalid
from contracts.cpr import holds_cpr
from contracts.text import RefusedText, clean
from notification.mail_types import Frequency
from notification.mails.rules import digest_due_at

# What is told at once is asked for so often.
AT_ONCE_EVERY = timedelta(minutes=5)
# A search that finds more is none that somebody wants to hear of.
MOST_FOUND = 500
MOST_PARAMETERS = 40
# These say how an answer is shown and not what is searched for.
SHOWN_ONLY = frozenset({"limit", "cursor", "as_of", "sort"})

TOO_BROAD = f"Søgningen finder mere end {MOST_FOUND} tilbud. Vælg flere filtre."
CPR_NUMBER = "Søgningen ser ud til at indeholde et CPR-nummer. Fjern det."
EMPTY = "Skriv eller vælg mindst én ting at søge efter."


def clean_query(query: str) -> str:
    """Return what is searched for, in one spelling; Invalid when that is nothing, or cannot be read."""
    try:
        pairs = parse_qsl(query.removeprefix("?"), max_num_fields=MOST_PARAMETERS, errors="strict")
    except ValueError as error:
        raise Invalid(errors=[FieldError("/query", "invalid-format", "Søgningen kan ikke læses.")]) from error
    try:
        read = [(name, clean(value)) for name, value in pairs if name not in SHOWN_ONLY]
    except RefusedText as refused:
        raise Invalid(errors=[FieldError("/query", refused.code, refused.detail)]) from None
    kept = sorted((name, value) for name, value in read if value)
    if not kept or any("\0" in name for name, _ in kept):
        raise Invalid(errors=[FieldError("/query", "missing", EMPTY)])
    # It is kept, unlike what is only searched for.
    if any(holds_cpr(f"{name} {value}") for name, value in kept):
        raise Invalid(errors=[FieldError("/query", "cpr-number", CPR_NUMBER)])
    return urlencode(kept)


def next_run(moment: datetime, frequency: Frequency) -> datetime:
    """Return when a search is asked again."""
    return moment + AT_ONCE_EVERY if frequency is Frequency.AT_ONCE else digest_due_at(moment, frequency)


def new_ones(found: Sequence[str], seen: Sequence[str] | None) -> list[str]:
    """Return what was not there before; nothing the first time."""
    known = set(found if seen is None else seen)
    return [each for each in found if each not in known]
