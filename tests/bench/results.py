"""What a bench found."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

TURNS = 3


@dataclass(frozen=True)
class Result:
    """A figure of ours beside the bare one. ``goal`` is the least ratio, or for times the greatest."""

    what: str
    ours: float
    bare: float
    unit: str
    goal: str

    def cells(self) -> tuple[str, ...]:
        """Return the row of the table."""
        ratio = f"{self.ours / self.bare:.2f}" if self.bare else "–"
        return self.what, _short(self.ours), _short(self.bare) if self.bare else "–", self.unit, ratio, self.goal


def _short(figure: float) -> str:
    if figure >= 100:
        return f"{figure:,.0f}"
    return f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}"


def percentile(figures: Sequence[float], share: int) -> float:
    """Return the figure below which ``share`` percent of ``figures`` are."""
    return sorted(figures)[min(len(figures) * share // 100, len(figures) - 1)]


async def rate(count: int, work: Callable[[], Awaitable[object]]) -> float:
    """Return how many a second ``work`` does when it does ``count``."""
    began = time.perf_counter()
    await work()
    return count / (time.perf_counter() - began)


async def in_turns(
    ours: Callable[[], Awaitable[float]], bare: Callable[[], Awaitable[float]], turns: int = TURNS
) -> tuple[float, float]:
    """Return the best rate of each side; they take turns."""
    rates = [(await ours(), await bare()) for _ in range(turns)]
    return max(mine for mine, _ in rates), max(its for _, its in rates)
