"""What of an address belongs together: postcode, town and kommune (R101)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Annotated

from contracts import reference
from contracts.characters import INVISIBLE
from contracts.reference import PostalDistrict, find_municipality, find_postal_district, known_municipalities
from contracts.text import Gate, RefusedText, clean

# Denmark and Greenland have four digits, the Faroe Islands three.
_POSTCODE = re.compile("[0-9]{3,4}")
_FAROES_OR_GREENLAND = re.compile("[1-9][0-9]{2}|39[0-9]{2}")
# Spreadsheets take the zero away that most codes begin with.
_CODE = re.compile(r"[0-9]{3,4}\b")
MOST_MEANT = 4
_GREENLAND = re.compile("09[56][0-9]")
_LETTERS = str.maketrans({"å": "aa", "ø": "oe", "æ": "ae", "ö": "oe", "ä": "ae", "é": "e", "ü": "y"})
_SHORT = {
    "kbh": "koebenhavn",
    "kgs": "kongens",
    "sdr": "soender",
    "ndr": "noerre",
    "nr": "noerre",
    "st": "store",
    "frb": "frederiksberg",
}
# The last word says which part of a town it is, or which of the towns of that name.
_PARTS = {
    "oest": "oe",
    "vest": "v",
    "nord": "n",
    "syd": "s",
    "nordvest": "nv",
    "nordoest": "noe",
    "sydvest": "sv",
    "sydoest": "soe",
    "centrum": "c",
    "sjaelland": "sj",
    "jylland": "j",
    "falster": "f",
    "mors": "m",
    "lolland": "l",
}


@dataclass(frozen=True)
class AddressProblem:
    """What does not belong together. ``field`` is `postcode`, `city` or `municipality`; ``detail`` has what would."""

    field: str
    code: str
    detail: str


def postcode(text: str) -> str:
    """The digits of a postcode; RefusedText for what is none. Whether it exists is `address_problems`'s question."""
    digits = clean(text)
    if not digits:
        raise RefusedText("missing", "Feltet skal udfyldes.")
    if not _POSTCODE.fullmatch(digits):
        raise RefusedText("invalid-format", "Postnummeret skal være fire cifre (tre på Færøerne).")
    return digits


def municipality_code(text: str) -> str:
    """The code of a kommune; RefusedText for what is none."""
    code = clean(text)
    if not find_municipality(code):
        raise RefusedText("unknown-value", "Kommunen findes ikke.")
    return code


def municipality_typed(text: str) -> str:
    """The code of the kommune that somebody typed by its name or its code; RefusedText with what may be meant."""
    typed = clean(text)
    code = _CODE.match(typed)
    if code and find_municipality(code[0].zfill(4)):
        return code[0].zfill(4)
    name = _name_of_municipality(typed)
    names = _codes_by_name()
    if found := names.get(name) or names.get(name.removesuffix("s")):
        return found
    near = [each for each in names if name and each.startswith(name)] or get_close_matches(name, names, MOST_MEANT)
    meant = " eller ".join(reference.municipality(names[each]).name for each in near[:MOST_MEANT])
    raise RefusedText("unknown-value", f"Kommunen findes ikke.{f' Mente du {meant}?' if meant else ''}")


def _name_of_municipality(text: str) -> str:
    words = town_words(text)
    return "".join(words[:-1] if words[-1:] == ["kommune"] else words)


@cache
def _codes_by_name() -> dict[str, str]:
    return {_name_of_municipality(each.name): each.code for each in known_municipalities()}


PostcodeText = Annotated[str, Gate(postcode, {"pattern": "^[0-9]{3,4}$"})]
MunicipalityCode = Annotated[str, Gate(municipality_code, {"pattern": "^[0-9]{4}$"})]


def address_problems(code: str, city: str, municipality: str) -> Iterator[AddressProblem]:
    """What does not fit in an address whose postcode, town and kommune code have the right form."""
    district = find_postal_district(code)
    if district:
        yield from _kommune_problems(district, municipality)
        if not is_same_town(city, district.name):
            yield AddressProblem("city", "mismatch", f"Postnummeret hører til {district.name}.")
    elif not _FAROES_OR_GREENLAND.fullmatch(code):
        yield AddressProblem("postcode", "unknown-value", "Postnummeret findes ikke.")
    elif not _GREENLAND.fullmatch(municipality):
        detail = "Postnummeret ligger på Færøerne eller i Grønland, og kommunen gør ikke."
        yield AddressProblem("municipality", "mismatch", detail)


def _kommune_problems(district: PostalDistrict, municipality: str) -> Iterator[AddressProblem]:
    if municipality in district.municipalities:
        return
    known = [each for each in map(find_municipality, district.municipalities) if each]
    names = " eller ".join(f"{each.name} ({each.code})" for each in known)
    yield AddressProblem("municipality", "mismatch", f"Postnummeret ligger i {names}. Ret kommunen eller postnummeret.")


def is_same_town(typed: str, name: str) -> bool:
    """Whether a town is the one of the postcode, also where the part of it (`Aarhus` of `Aarhus C`) is left out."""
    one, other = town_words(typed), town_words(name)
    shortest = min(len(one), len(other))
    return "".join(one) == "".join(other) or (shortest > 0 and one[:shortest] == other[:shortest])


def town_words(town: str) -> list[str]:
    """The words of a town's name, so that two ways to write it are alike: Århus and Aarhus, Aalborg Ø and Øst."""
    composed = unicodedata.normalize("NFC", INVISIBLE.sub("", town)).casefold()
    words = [_SHORT.get(word, word) for word in re.findall(r"\w+", composed.translate(_LETTERS))]
    return [*words[:-1], _PARTS.get(words[-1], words[-1])] if len(words) > 1 else words
