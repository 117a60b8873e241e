"""The place that a text means, and the places that it may become while it is typed. Pure."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from itertools import product

from contracts.addresses import is_same_town, town_words
from contracts.reference import find_postal_district
from publication.places.gazetteer import (
    NamedPlace,
    Place,
    PlaceKind,
    Words,
    by_words,
    kommuner,
    place_of_postcode,
    postcode_places,
    towns,
)

MAX_LENGTH = 60
MAX_CHOICES = 20
MAX_SUGGESTIONS = 5
# Only places with a postcode of their own have a point.
NEAREST = "Er det en landsby uden eget postnummer, så skriv den nærmeste by eller postnummeret."
# So alike is a name that was misspelt: "Aalbrog", "Svenborg".
ALIKE = 0.75
# A shorter piece begins too many names to mean one of them.
MIN_PIECE = 4
WHOLE = 100
CENTRE = "c"
KOMMUNE = "kommune"
# What only tells one town from others of its name.
_TELLS_APART = frozenset({"fyn", "thy", "sj"})
_DIGITS = re.compile("[0-9]+")
# "9000Aalborg", "DK9000": a postcode begins or ends where letters do.
_JOINED = re.compile(r"(?<![^\W\d_])(dk)(?=[0-9])|(?<![0-9])([0-9]{4})(?=[^\W\d_])", re.IGNORECASE)
# An address with the number of a house ends with its postcode and town.
_END_OF_ADDRESS = re.compile(r"(?<![\d.-])[0-9]{4}\s+\D+$")
# What people call places that addresses call otherwise.
_CALLED = {
    "copenhagen": "København",
    "noerrebro": "København N",
    "oesterbro": "København Ø",
    "vesterbro": "København V",
    "amager": "København S",
    "sydhavnen": "København SV",
    "nordvest": "København NV",
    "christianshavn": "København K",
}


class PlaceProblem(Exception):
    """The text names no place, or several. ``code`` is stable, ``detail`` Danish without what was typed.

    ``choices`` are what could be written instead.
    """

    def __init__(self, code: str, detail: str, choices: Sequence[str] = ()) -> None:
        super().__init__(code)
        self.code, self.detail, self.choices = code, detail, tuple(choices)


def find_place(text: str) -> Place:
    """Return the place that ``text`` means: a postcode, a town, both together, or a kommune; else PlaceProblem."""
    numbers, words = _read(text)
    if len(numbers) > 1 and (end := _END_OF_ADDRESS.search(text)):
        numbers, words = _read(end[0])
    if numbers:
        return _of_postcode(numbers, words)
    if words:
        return _of_name(words)
    raise PlaceProblem("missing", "Skriv en by eller et postnummer.")


def places_beginning(text: str) -> Iterator[Place]:
    """Give the places that ``text`` may become: by the begin of the name first, then by that of another word of it."""
    numbers, words = _read(text)
    if len(numbers) == 1:
        yield from (each for each in postcode_places() if each.value.startswith(numbers[0]) and _has(each, words))
    elif words and not numbers:
        yield from (each.place for each in _sorted_names() if _begins(each.words, words))
        yield from (each.place for each in _sorted_names() if _goes_on(each.words, words))


def _read(text: str) -> tuple[list[str], Words]:
    """Return the numbers of ``text``, and its words."""
    parts = town_words(_JOINED.sub(r"\g<0> ", text))
    numbers = [part for part in parts if part.isascii() and _DIGITS.fullmatch(part)]
    words = [part for part in parts if part not in numbers]
    if numbers and words[:1] == ["dk"]:
        words = words[1:]
    return numbers, tuple(words)


def _of_postcode(numbers: Sequence[str], words: Words) -> Place:
    place = place_of_postcode(numbers[0]) if len(numbers) == 1 else None
    if place is None:
        raise PlaceProblem("unknown-postcode", "Postnummeret findes ikke.")
    district = find_postal_district(place.value)
    if district and words and not is_same_town(" ".join(words), district.name):
        raise PlaceProblem("mismatch", f"Postnummeret hører til {district.name}.", [place.label])
    return place


def _of_name(words: Words) -> Place:
    words = tuple(town_words(_CALLED.get(" ".join(words), " ".join(words))))
    found = by_words().get(words, ())
    if any(each.kind != PlaceKind.MUNICIPALITY for each in found):
        return found[0]
    # A city's name alone is the middle of the city, where there is one; its kommune reaches far.
    found = by_words().get((*words, CENTRE), ()) or found
    if not found and words[-1] == KOMMUNE:
        found = tuple(each.place for each in kommuner() if _begins(each.words, words[:-1]))
    found = found or _of_part(words)
    if not found:
        alike = _alike(words)
        *others, last = alike or [""]
        meant = f" Mente du {' eller '.join(filter(None, (', '.join(others), last)))}?" if alike else ""
        raise PlaceProblem("unknown-place", f"Vi kender ikke stedet.{meant} {NEAREST}", alike)
    if len(found) > 1:
        choices = [each.label for each in found][:MAX_CHOICES]
        detail = f"Der er flere steder med det navn. Skriv et af dem: {', '.join(choices)}."
        raise PlaceProblem("ambiguous-place", detail, choices)
    return found[0]


def _of_part(words: Words) -> tuple[Place, ...]:
    """Return the towns, else the kommuner, whose name goes on behind ``words``; else those that end with them."""
    for shortest, fits, names in product((WHOLE, MIN_PIECE), (_begins, _goes_on), (towns(), kommuner())):
        found = tuple(each.place for each in names if fits(each.words, words, shortest))
        if found:
            return found
    return ()


def _begins(name: Words, words: Words, shortest: int = 1) -> bool:
    """Return whether ``name`` begins with ``words``, of which the last may be a piece of at least ``shortest``."""
    *whole, last = words
    if list(name[: len(whole)]) != whole or len(name) <= len(whole):
        return False
    here = name[len(whole)]
    return here == last or (len(last) >= shortest and here.startswith(last))


def _goes_on(name: Words, words: Words, shortest: int = 1) -> bool:
    """Return whether ``name`` has ``words`` behind its first word, and they say which town it is."""
    rests = (name[at:] for at in range(1, len(name)))
    return not _begins(name, words, shortest) and any(
        _begins(rest, words, shortest) for rest in rests if len(rest[0]) > 1 and rest[0] not in _TELLS_APART
    )


def _has(place: Place, words: Words) -> bool:
    return not words or _begins(tuple(town_words(place.label))[1:], words)


@cache
def _sorted_names() -> tuple[NamedPlace, ...]:
    return (*sorted(towns(), key=lambda each: each.words), *sorted(kommuner(), key=lambda each: each.words))


def _alike(words: Words) -> list[str]:
    joined = "".join(words)
    names = {"".join(each.words): each.place.label for each in reversed(_sorted_names())}
    return [names[each] for each in get_close_matches(joined, names, MAX_SUGGESTIONS, ALIKE)]
