"""How much each failure test does: short in ``make test``, long in ``make chaos``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scale:
    """``size`` messages or writes, ``rounds`` of each fault; outages in seconds; ``seed`` of every random choice.

    The run of reports under kills has ``reports`` and ``kill_rounds``; its clients try for ``client_seconds``.
    """

    rounds: int = 1
    size: int = 300
    seed: int = 1
    broker_away: float = 3
    database_away: float = 5
    reports: int = 20
    kill_rounds: int = 1
    client_seconds: float = 90

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Scale":
        """Read ``CHAOS_LONG`` for everything long, and the other ``CHAOS_`` variables, which say more exactly."""
        exact = {name: int(environment[key]) for name, key in _VARIABLES.items() if environment.get(key)}
        return cls(**{**(_LONG if environment.get("CHAOS_LONG") else {}), **exact})


_VARIABLES = {
    "rounds": "CHAOS_ROUNDS",
    "size": "CHAOS_SIZE",
    "seed": "CHAOS_SEED",
    "reports": "CHAOS_REPORTS",
    "kill_rounds": "CHAOS_KILL_ROUNDS",
    "client_seconds": "CHAOS_CLIENT_SECONDS",
}
_LONG: dict[str, Any] = {
    "broker_away": 20,
    "database_away": 180,
    "reports": 200,
    "kill_rounds": 3,
    "client_seconds": 900,
}
