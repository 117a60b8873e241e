"""Where a tilbud is, as its map may say it: in the middle of a postal district or, of a secret address, of the kommune.

Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.reference import find_located_postcode, find_municipality
from portal.public.record.parts import parts_of


@dataclass(frozen=True)
class Location:
    """Points as longitude and latitude; ``is_approximate`` where one of them is the middle of a kommune."""

    points: list[tuple[float, float]]
    is_approximate: bool


def location_of(tilbud: Mapping[str, Any]) -> Location:
    """Return where the departments of a public record are, or the tilbud itself; no points where nothing is known."""
    places = {(municipality, postcode) for municipality, postcode in _places(tilbud)}
    points, is_approximate = [], False
    for municipality, postcode in sorted(places):
        district = find_located_postcode(postcode) if postcode else None
        found = district or find_municipality(municipality)
        if found is not None:
            points.append((found.longitude, found.latitude))
            is_approximate = is_approximate or district is None or district.approximate
    return Location(points, is_approximate)


def _places(tilbud: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give kommune and postcode of each part; a secret postcode is not in the record."""
    own = tilbud["steps"].get("contact", {}).get("address") or {}
    for part in parts_of(tilbud):
        address = part.row.get("address") or own
        yield str(address.get("municipality") or tilbud["municipality"]), str(address.get("postcode") or "")
