"""Every place that distances can be measured from, by postcode and by name. Pure.

A town whose streets have postcodes of their own (all below 2000) is a place by itself, in the middle of them. Another
town is its postcode. A postcode that only a large receiver has is found by its number alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import chain
from statistics import fmean
from types import MappingProxyType

from contracts.addresses import town_words
from contracts.reference import (
    Municipality,
    PostalDistrict,
    Postcode,
    find_located_postcode,
    find_postal_district,
    located_postcode,
    municipalities,
    postal_districts,
)

EARTH_RADIUS_KM = 6371.0
FIRST_OF_A_TOWN = "2000"
Words = tuple[str, ...]


class PlaceKind(StrEnum):
    """What a place is."""

    POSTCODE = "postcode"
    TOWN = "town"
    MUNICIPALITY = "municipality"


@dataclass(frozen=True)
class Place:
    """A point that distances are measured from (degrees, WGS 84), and what it is called.

    ``value`` finds it again, and so does ``label``. ``municipalities`` are the codes of the kommuner that it lies in.
    It is ``approximate`` where only its kommune is known.
    """

    value: str
    label: str
    kind: PlaceKind
    municipalities: tuple[str, ...]
    latitude: float
    longitude: float
    approximate: bool


@dataclass(frozen=True)
class NamedPlace:
    """A place with the words of its name."""

    words: Words
    place: Place


def place_of_postcode(code: str) -> Place | None:
    """Return the place of a postcode, also of one in Greenland or the Faroe Islands; None where there is none."""
    point = find_located_postcode(code)
    if point is None:
        return None
    district = find_postal_district(code)
    if district:
        return _postcode_place(code, district.name, district.municipalities, point)
    # One point stands for all of them, whatever the town.
    return _postcode_place(code, "Grønland" if point.municipality else "Færøerne", (), point)


@cache
def postcode_places() -> tuple[Place, ...]:
    """Return the place of every postcode of Denmark, in the order of the numbers."""
    return tuple(
        _postcode_place(each.postcode, each.name, each.municipalities, located_postcode(each.postcode))
        for each in sorted(postal_districts(), key=lambda each: each.postcode)
    )


@cache
def towns() -> tuple[NamedPlace, ...]:
    """Return every town that people live in."""
    by_name: dict[str, list[PostalDistrict]] = defaultdict(list)
    for district in postal_districts():
        if not located_postcode(district.postcode).approximate:
            by_name[district.name].append(district)
    return tuple(NamedPlace(_words(name), _town(name, districts)) for name, districts in by_name.items())


@cache
def kommuner() -> tuple[NamedPlace, ...]:
    """Return every kommune."""
    return tuple(NamedPlace(_words(each.name), _kommune(each)) for each in municipalities())


@cache
def by_words() -> Mapping[Words, tuple[Place, ...]]:
    """Return the places of each name; a town comes before a kommune that is called like it."""
    full_names = (NamedPlace(_words(each.full_name), _kommune(each)) for each in municipalities())
    found: dict[Words, tuple[Place, ...]] = defaultdict(tuple)
    for each in chain(towns(), kommuner(), full_names):
        found[each.words] += (each.place,)
    return MappingProxyType(dict(found))


def _words(name: str) -> Words:
    return tuple(town_words(name))


def _postcode_place(code: str, name: str, codes: Sequence[str], point: Postcode) -> Place:
    return Place(
        value=code,
        label=f"{code} {name}",
        kind=PlaceKind.POSTCODE,
        municipalities=tuple(codes),
        latitude=point.latitude,
        longitude=point.longitude,
        approximate=point.approximate,
    )


def _town(name: str, districts: Sequence[PostalDistrict]) -> Place:
    first = min(districts, key=lambda each: each.postcode)
    points = [located_postcode(each.postcode) for each in districts]
    if first.postcode >= FIRST_OF_A_TOWN or len(districts) == 1:
        return _postcode_place(first.postcode, name, first.municipalities, located_postcode(first.postcode))
    return Place(
        value=name,
        label=name,
        kind=PlaceKind.TOWN,
        municipalities=_each_once(chain.from_iterable(each.municipalities for each in districts)),
        latitude=fmean(each.latitude for each in points),
        longitude=fmean(each.longitude for each in points),
        approximate=False,
    )


def _each_once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def _kommune(of: Municipality) -> Place:
    return Place(
        value=of.full_name,
        label=of.full_name,
        kind=PlaceKind.MUNICIPALITY,
        municipalities=(of.code,),
        latitude=of.latitude,
        longitude=of.longitude,
        approximate=True,
    )
