"""Reference data: municipalities, regions, legal bases, authorities, postcodes.

Read once from the CSV files beside this one. A look-up by name (``municipality``) of an unknown id raises KeyError;
``find_municipality`` and its like return None, for ids that somebody else wrote.
"""

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TypeVar

from contracts.reference.models import (
    LOW,
    Act,
    Authority,
    AuthorityKind,
    LegalBasis,
    Municipality,
    PostalDistrict,
    Postcode,
    PostcodePoint,
    Region,
    Row,
)

__all__ = [
    "Act",
    "Authority",
    "AuthorityKind",
    "LegalBasis",
    "Municipality",
    "PostalDistrict",
    "Postcode",
    "Region",
    "authorities",
    "authority",
    "authority_name",
    "find_authority",
    "find_legal_basis",
    "find_located_postcode",
    "find_municipality",
    "find_postal_district",
    "find_region",
    "is_tilbud_basis",
    "legal_bases",
    "legal_basis",
    "located_postcode",
    "municipalities",
    "municipalities_by_name",
    "municipality",
    "outside_division",
    "postal_districts",
    "postcode",
    "postcodes",
    "region",
    "regions",
]

_LAST_LETTERS = str.maketrans({"æ": "{", "ø": "|", "å": "}"})
_POSTCODE = re.compile("[0-9]{4}")
_GREENLAND = re.compile("39[0-9]{2}")
_FAROES = re.compile("[1-9][0-9]{2}")

RowT = TypeVar("RowT", bound=Row)


def municipalities() -> tuple[Municipality, ...]:
    """The 98 kommuner, in the order of their codes. Christiansø is not one of them."""
    return tuple(each for each in _municipalities().values() if each.inside_division)


def outside_division() -> tuple[Municipality, ...]:
    """What has a code like a kommune and stands outside the regions: Christiansø and the kommuner of Greenland."""
    return tuple(each for each in _municipalities().values() if not each.inside_division)


def municipalities_by_name() -> tuple[Municipality, ...]:
    """The kommuner in the order of a list for people: æ, ø and å last, and Aabenraa at the front."""
    return tuple(sorted(municipalities(), key=lambda each: danish_order(each.name)))


def danish_order(name: str) -> str:
    """What names are sorted by, so that æ, ø and å come after z; aa stays where it is typed."""
    return name.casefold().translate(_LAST_LETTERS)


def municipality(code: str) -> Municipality:
    """The kommune with that four-digit code; also one that stands outside the division, as Christiansø (0411)."""
    return _municipalities()[code]


def known_municipalities() -> tuple[Municipality, ...]:
    """Every kommune, with the places outside the division into kommuner and regions."""
    return tuple(_municipalities().values())


def find_municipality(code: str) -> Municipality | None:
    """The kommune with that code, those outside the division included; None when there is none."""
    return _municipalities().get(code)


def regions() -> tuple[Region, ...]:
    """The regions that are switched on: five."""
    return tuple(each for each in _regions().values() if each.enabled)


def region(region_id: str) -> Region:
    """The region with that id (its four-digit code), also one that is not switched on yet."""
    return _regions()[region_id]


def known_regions() -> tuple[Region, ...]:
    """Every region, those that are not switched on yet too."""
    return tuple(_regions().values())


def find_region(region_id: str) -> Region | None:
    """The region with that id, also one that is not switched on yet; None when there is none."""
    return _regions().get(region_id)


def legal_bases() -> tuple[LegalBasis, ...]:
    """Every legal basis, foster families included: twenty."""
    return tuple(_legal_bases().values())


def legal_basis(legal_basis_id: str) -> LegalBasis:
    """The legal basis with that id, for instance `botilbud-laengerevarende`."""
    return _legal_bases()[legal_basis_id]


def find_legal_basis(legal_basis_id: str) -> LegalBasis | None:
    """The legal basis with that id; None when there is none."""
    return _legal_bases().get(legal_basis_id)


def is_tilbud_basis(legal_basis_id: str) -> bool:
    """Whether the id is that of a legal basis which a tilbud may have: not unknown, and no foster family."""
    basis = find_legal_basis(legal_basis_id)
    return basis is not None and not basis.is_plejefamilie


def authorities() -> tuple[Authority, ...]:
    """All who supervise: five socialtilsyn, 98 kommuner, five regions."""
    return tuple(_authorities().values())


def authority(authority_id: str) -> Authority:
    """The authority with that id: `socialtilsyn-nord`, `kommune-0851`, `region-1081`."""
    return _authorities()[authority_id]


def find_authority(authority_id: str) -> Authority | None:
    """The authority with that id; None when there is none."""
    return _authorities().get(authority_id)


def authority_name(authority_id: str) -> str:
    """The name of the authority with that id; the id itself stands in for one that this data lacks."""
    known = find_authority(authority_id)
    return known.name if known else authority_id


def known_socialtilsyn() -> tuple[Authority, ...]:
    """Return every socialtilsyn, in the order of its file."""
    return _socialtilsyn()


def postcodes() -> tuple[Postcode, ...]:
    """The postcodes of the larger towns, a few for each kommune; ``postal_districts`` has all of the country's."""
    return tuple(_postcodes().values())


def postcode(code: str) -> Postcode:
    """The postcode of a larger town; KeyError also for a real one that is none."""
    return _postcodes()[code]


def postal_districts() -> tuple[PostalDistrict, ...]:
    """Every postcode of Denmark, also those without a known place."""
    return tuple(_postal_districts().values())


def find_postal_district(code: str) -> PostalDistrict | None:
    """The postcode with its town and kommuner; None when Denmark has none of that number."""
    return _postal_districts().get(code)


def located_postcode(code: str) -> Postcode:
    """The postcode with its point, for distances; KeyError when the text is no postcode of a known district."""
    located = find_located_postcode(code)
    if located is None:
        raise KeyError(code)
    return located


def find_located_postcode(code: str) -> Postcode | None:
    """The postcode with its point, for distances; None when the text is no postcode of a known district.

    Where nobody has told the point, as of the postcodes of large receivers, the middle of the kommune stands for it,
    and the answer is `approximate`. One point stands for all of Greenland, and one for the Faroe Islands.
    """
    if _FAROES.fullmatch(code):
        return _places_outside()["100"]
    if _GREENLAND.fullmatch(code):
        return _places_outside()["3900"]
    return _located_postcodes().get(code)


def _read(name: str, model: type[RowT]) -> list[RowT]:
    text = files("contracts.reference").joinpath(name).read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return [model.model_validate({key: value for key, value in row.items() if value}) for row in rows]


@cache
def _municipalities() -> Mapping[str, Municipality]:
    rows = sorted(_read("municipalities.csv", Municipality), key=lambda each: each.code)
    return MappingProxyType({each.code: each for each in rows})


@cache
def _regions() -> Mapping[str, Region]:
    return MappingProxyType({each.id: each for each in _read("regions.csv", Region)})


@cache
def _legal_bases() -> Mapping[str, LegalBasis]:
    return MappingProxyType({each.id: each for each in _read("legal_bases.csv", LegalBasis)})


@cache
def _postcodes() -> Mapping[str, Postcode]:
    return MappingProxyType({each.postcode: each for each in _read("postcodes.csv", Postcode)})


@cache
def _located_postcodes() -> Mapping[str, Postcode]:
    """Every postcode of Denmark with its point."""
    found = {each.postcode: each for each in _read("postcode_points.csv", PostcodePoint)}
    districts = _postal_districts().values()
    told = {each.postcode: _told(each, found.get(each.postcode)) for each in districts}
    return MappingProxyType({**told, **_postcodes()})


def _told(district: PostalDistrict, point: PostcodePoint | None) -> Postcode:
    middle = municipality(district.municipalities[0])
    place = point or middle
    return Postcode(
        postcode=district.postcode,
        name=district.name,
        municipality=middle.code,
        latitude=place.latitude,
        longitude=place.longitude,
        confidence="medium" if point else LOW,
        valid_from=district.valid_from,
        source=place.source,
    )


@cache
def _places_outside() -> Mapping[str, Postcode]:
    """A place in the Faroe Islands and one in Greenland: far from all others, whichever it is."""
    return MappingProxyType({each.postcode: each for each in _read("places_outside.csv", Postcode)})


@cache
def _postal_districts() -> Mapping[str, PostalDistrict]:
    return MappingProxyType({each.postcode: each for each in _read("postal_districts.csv", PostalDistrict)})


@cache
def _socialtilsyn() -> tuple[Authority, ...]:
    return tuple(_read("socialtilsyn.csv", Authority))


@cache
def _authorities() -> Mapping[str, Authority]:
    rows = [*known_socialtilsyn()]
    rows += [Authority.of_kommune(each) for each in municipalities()]
    rows += [Authority.of_region(each) for each in regions()]
    return MappingProxyType({each.id: each for each in rows})
