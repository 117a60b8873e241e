"""Numbers as people type them: Danish first, and asked about where two readings are possible."""

import re
from decimal import Decimal

from contracts.text import RefusedText, clean

_LONGEST = 30
_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", " ": None, "'": None, "\u2019": None})
_PLAIN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_DANISH = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_ENGLISH = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
# One separator before exactly three digits: thousands to some, a fraction to others. Nothing begins with 0 thousand.
_TWO_READINGS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_CURRENCY = re.compile(r"^(?:kr\.?|dkk)|,-[ \u00a0]?(?:kr\.?|dkk)?$|(?:kr\.?|dkk)$", re.IGNORECASE)


def without_currency(text: str) -> str:
    """Return what is typed as an amount without `kr.` or `DKK` on either side, and without the `,-` of whole kroner."""
    return _CURRENCY.sub("", text.strip()).strip()


def read_number(text: str, most_decimals: int | None = None) -> Decimal:
    """The number that a text stands for, in a field that takes `most_decimals` decimals; None stands for any number.

    `1.234` is the Danish way to write a thousand where three decimals are not possible. RefusedText
    `ambiguous-number`, with both readings, for what two people would read differently; `wrong-type` for no number.
    """
    compact = clean(text).translate(_SIGNS)
    if len(compact) > _LONGEST:
        raise RefusedText("wrong-type", "Skriv et tal.")
    if _TWO_READINGS.fullmatch(compact) and not ("." in compact and _takes_less(most_decimals)):
        raise RefusedText("ambiguous-number", _question(compact))
    number = Decimal(_without_thousands(compact))
    exponent = number.as_tuple().exponent
    if most_decimals is not None and isinstance(exponent, int) and -exponent > most_decimals:
        raise RefusedText("wrong-type", _too_many_decimals(most_decimals))
    return number


def _takes_less(most_decimals: int | None) -> bool:
    return most_decimals is not None and most_decimals < len("234")


def _without_thousands(compact: str) -> str:
    if _DANISH.fullmatch(compact):
        return compact.replace(".", "").replace(",", ".")
    if _ENGLISH.fullmatch(compact):
        return compact.replace(",", "")
    if _PLAIN.fullmatch(compact):
        return compact.replace(",", ".")
    raise RefusedText("wrong-type", "Skriv et tal.")


def _question(compact: str) -> str:
    digits = re.sub("[.,]", "", compact)
    fraction = re.sub("[.,]", ",", compact).rstrip("0").rstrip(",")
    return f"Tallet kan læses på to måder: skriv {digits} eller {fraction}."


def _too_many_decimals(most: int) -> str:
    return "Skriv et helt tal." if most == 0 else f"Skriv et tal med højst {most} decimaler."
