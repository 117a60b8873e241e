"""Where the lines of a box plot stand: numbers of a drawing from numbers of kroner. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 600
MARGIN = 20
POINTS = ("min_oere", "q1_oere", "median_oere", "q3_oere", "max_oere")


@dataclass(frozen=True)
class BoxPlot:
    """The horizontal places of the five points, and of the own rates; all of them between the margins."""

    low: float
    first: float
    median: float
    third: float
    high: float
    own: tuple[float, ...]

    @classmethod
    def of(cls, box: Mapping[str, Any], own_oere: Sequence[int]) -> "BoxPlot":
        """Return the drawing of a box; where all rates are the same, everything stands in the middle."""
        points = [box[name] for name in POINTS]
        lowest, highest = min([*points, *own_oere]), max([*points, *own_oere])

        def place(oere: int) -> float:
            share = (oere - lowest) / (highest - lowest) if highest > lowest else 0.5
            return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)

        low, first, median, third, high = map(place, points)
        return cls(low, first, median, third, high, tuple(map(place, own_oere)))
