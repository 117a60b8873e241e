"""Numbers and ids that somebody else gives: companies, places of work, payment addresses, ids of outside systems."""

import re
from typing import Annotated

from stdnum import ean as ean_numbers
from stdnum.dk import cvr as cvr_numbers

from contracts.cpr import id_holds_cpr
from contracts.text import Gate, RefusedText, clean

LONGEST_ID = 200
_DIGITS = re.compile("[0-9 ]+")
_CVR = re.compile("[0-9]{8}")
_P_NUMBER = re.compile("1[0-9]{9}")
_EAN = re.compile("[0-9]{13}")


def cvr(text: str) -> str:
    """The eight digits of a company's number; RefusedText when they do not add up."""
    number = _digits(text)
    # No company has a number of zeros, though they add up.
    if not (_CVR.fullmatch(number) and cvr_numbers.is_valid(number) and not number.startswith("0")):
        raise RefusedText("invalid-format", "CVR-nummeret skal være otte cifre og er ikke gyldigt.")
    return number


def p_number(text: str) -> str:
    """The ten digits of a production unit's number."""
    number = _digits(text)
    if not _P_NUMBER.fullmatch(number):
        raise RefusedText("invalid-format", "P-nummeret skal være ti cifre og begynde med 1.")
    return number


def ean(text: str) -> str:
    """The thirteen digits of an EAN number (GLN); RefusedText when they do not add up."""
    number = _digits(text)
    if not (_EAN.fullmatch(number) and ean_numbers.is_valid(number) and int(number)):
        raise RefusedText("invalid-format", "EAN-nummeret skal være 13 cifre og er ikke gyldigt.")
    return number


def outside_id(text: str) -> str:
    """An id that an outside system gave, letter by letter: it is compared and never read.

    So nothing is changed, and what would have to be changed, or cannot be shown, is refused.
    """
    if not 0 < len(text) <= LONGEST_ID:
        raise RefusedText("invalid-format", f"Id'et skal være 1 til {LONGEST_ID} tegn.")
    if clean(text) != text:
        raise RefusedText("invalid-format", "Id'et har tegn, der ikke kan ses.")
    if id_holds_cpr(text):
        raise RefusedText("cpr-number", "Et CPR-nummer kan ikke bruges som id.")
    return text


def _digits(text: str) -> str:
    """The text without blanks between its digits; other texts as they are."""
    number = clean(text)
    if not number:
        raise RefusedText("missing", "Feltet skal udfyldes.")
    return number.replace(" ", "") if _DIGITS.fullmatch(number) else number


Cvr = Annotated[str, Gate(cvr, {"pattern": "^[0-9]{8}$"})]
PNumber = Annotated[str, Gate(p_number, {"pattern": "^1[0-9]{9}$"})]
Ean = Annotated[str, Gate(ean, {"pattern": "^[0-9]{13}$"})]
OutsideId = Annotated[str, Gate(outside_id, {"minLength": 1, "maxLength": LONGEST_ID})]
