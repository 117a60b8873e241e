"""Maps: Denmark's outline with a circle for each kommune and the number of places in it, or where one tilbud is. Pure.

The outline is Natural Earth's (public domain), as the npm package ``world-atlas`` has it. Bornholm stands in a frame
nearer than it lies, as on most maps of Denmark. Circles are moved apart until each can be hit with a finger.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

from contracts.reference import find_municipality, municipality
from portal.assets import ATLAS
from portal.public.search_page import Facet, Search

DENMARK = "208"
WEST, EAST, NORTH, SOUTH = 7.9, 13.3, 57.85, 54.5
UNITS_PER_DEGREE = 300
BORNHOLM_FROM, BORNHOLM_MOVED = 14.0, (-1.95, 2.1)
RADIUS = 22
# Circles that are further than this from west to east are not compared.
FAR = 4 * RADIUS
ROUNDS = 200
Point = tuple[float, float]
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Circle:
    """A kommune on the map, with the number of places in it, and the address of the search in it alone."""

    name: str
    count: int
    x: int
    y: int
    href: str
    is_chosen: bool


@dataclass(frozen=True)
class DenmarkMap:
    """What the page draws: lengths are in units of ``width`` and ``height``; the outline is the path of an SVG."""

    outline: str
    frame: tuple[int, int, int, int]
    width: int
    height: int
    circles: Sequence[Circle] = ()
    dots: Sequence[tuple[int, int]] = ()
    radius: int = RADIUS


def map_of(modules: Path, wish: Search, facet: Facet) -> DenmarkMap:
    """Return the map of a search; ``facet`` counts the kommuner, ``modules`` is laid out like npm's folder."""
    return replace(_empty(modules), circles=list(_circles(wish, facet)))


def map_with(modules: Path, points: Iterable[Point]) -> DenmarkMap:
    """Return a map with a dot at each of ``points`` that lies on it; they are longitude and latitude."""
    found = _empty(modules)
    dots = [(round(x), round(y)) for x, y in (_projected(*point) for point in points)]
    shown = [(x, y) for x, y in dots if 0 <= x <= found.width and 0 <= y <= found.height]
    return replace(found, dots=list(dict.fromkeys(shown)))


def _empty(modules: Path) -> DenmarkMap:
    width, height = _projected(EAST, SOUTH)
    left, top = _projected(12.62, 57.45)
    right, bottom = _projected(EAST - 0.03, 57.02)
    frame = round(left), round(top), round(right - left), round(bottom - top)
    return DenmarkMap(outline(modules / ATLAS), frame, round(width), round(height))


def _circles(wish: Search, facet: Facet) -> Iterator[Circle]:
    shown = {value["value"]: value["count"] for value in facet.values if find_municipality(value["value"])}
    for (code, count), (x, y) in zip(shown.items(), _spread(tuple(shown)), strict=True):
        href, chosen = wish.having("municipality", code), code in facet.chosen
        yield Circle(municipality(code).full_name, count, round(x), round(y), href, chosen)


@cache
def outline(atlas: Path) -> str:
    """Return the outline of Denmark; nothing where the file is no atlas, and the circles then stand alone."""
    try:
        topology = json.loads(atlas.read_bytes())
    except ValueError:
        return ""
    countries = topology["objects"]["countries"]["geometries"]
    arcs = next(each["arcs"] for each in countries if each.get("id") == DENMARK)
    return "".join(f"M{'L'.join(_ring(topology, ring))}Z" for polygon in arcs for ring in polygon)


def _ring(topology: Json, ring: Sequence[int]) -> Iterator[str]:
    """Return the corners of a ring; the number of an arc that runs backwards is its complement."""
    for index in ring:
        corners = list(_arc(topology, index if index >= 0 else ~index))
        yield from (f"{x:.0f} {y:.0f}" for x, y in (corners if index >= 0 else reversed(corners)))


def _arc(topology: Json, index: int) -> Iterator[Point]:
    """Return the corners of an arc: whole steps from corner to corner, on a grid."""
    (scale_x, scale_y), (from_x, from_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    x = y = 0
    for step_x, step_y in topology["arcs"][index]:
        x, y = x + step_x, y + step_y
        yield _projected(x * scale_x + from_x, y * scale_y + from_y)


def _projected(longitude: float, latitude: float) -> Point:
    """Return where a point of the earth stands on the map."""
    if longitude > BORNHOLM_FROM:
        longitude, latitude = longitude + BORNHOLM_MOVED[0], latitude + BORNHOLM_MOVED[1]
    narrowing = cos(radians((NORTH + SOUTH) / 2))
    return (longitude - WEST) * narrowing * UNITS_PER_DEGREE, (NORTH - latitude) * UNITS_PER_DEGREE


@lru_cache(200)
def _spread(codes: tuple[str, ...]) -> Sequence[Point]:
    """Return where the circle of each kommune stands: as near to its middle as the others leave room for."""
    found = [municipality(each) for each in codes]
    points = [_projected(each.longitude, each.latitude) for each in found]
    for _ in range(ROUNDS):
        order = sorted(range(len(points)), key=points.__getitem__)
        for position, one in enumerate(order):
            for other in order[position + 1 :]:
                if points[other][0] - points[one][0] > FAR:
                    break
                points[one], points[other] = _apart(points[one], points[other])
    return points


def _apart(one: Point, other: Point) -> tuple[Point, Point]:
    """Return two points so far from each other that their circles do not touch."""
    across, down = other[0] - one[0], other[1] - one[1]
    distance = hypot(across, down) or 1.0
    missing = 2 * RADIUS + 1 - distance
    if missing <= 0:
        return one, other
    x, y = across / distance * missing / 2, down / distance * missing / 2
    return (one[0] - x, one[1] - y), (other[0] + x, other[1] + y)
