"""Rows of the index as numbers: from bitmaps and back, the first of an order, and how far away they are. Pure."""

from array import array
from typing import Any

import numpy as np
from pyroaring import BitMap

from publication.places.gazetteer import EARTH_RADIUS_KM, Place
from publication.search.index import Floats, Numbers, SearchIndex


def numbers(rows: BitMap) -> Numbers:
    """Return the numbers of ``rows``, in their order."""
    return np.frombuffer(rows.to_array(), np.uint32)


def rows_where(mask: Any) -> BitMap:
    """Return the rows at which ``mask`` is set."""
    return BitMap(array("I", np.flatnonzero(mask).astype(np.uint32).tobytes()))


def first_rows(ranks: Any, order: Any, count: int) -> Any:
    """Return where the first ``count`` rows stand, in their order, without sorting the others."""
    if len(ranks) > count:
        last = np.partition(ranks, count - 1)[count - 1]
        before, equal = np.flatnonzero(ranks < last), np.flatnonzero(ranks == last)
        wanted = count - len(before)
        if len(equal) > wanted:
            equal = equal[np.argpartition(order[equal], wanted - 1)[:wanted]]
        chosen = np.concatenate([before, equal])
    else:
        chosen = np.arange(len(ranks))
    return chosen[np.lexsort((order[chosen], ranks[chosen]))]


def kilometres(index: SearchIndex, near: Place | None, rows: Numbers) -> Floats:
    """Return how far each of ``rows`` is from ``near``; many rows share a place, each is measured once."""
    points = index.points
    if near is None or not points:
        return np.full(len(rows), np.nan)
    there = np.radians(np.array(list(points)))
    latitude, longitude = np.radians([near.latitude, near.longitude])
    north, east = np.sin((there[:, 0] - latitude) / 2), np.sin((there[:, 1] - longitude) / 2)
    half = north**2 + np.cos(latitude) * np.cos(there[:, 0]) * east**2
    measured = np.round(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)), 1)
    found: Floats = np.concatenate([[np.nan], measured])[index.place[rows]]
    return found
