"""How much each failure test does: short in ``make test``, long in ``make faults``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scale:
    """``size`` messages or writes, ``rounds`` of each fault; outages in seconds; ``seed`` of every random choice.

    The walk under fire has ``reports`` and ``fire_rounds``; ``patience`` is how many seconds its clients try.
    """

    rounds: int = 1
    size: int = 300
    seed: int = 1
    broker_away: float = 3
    database_away: float = 5
    reports: int = 20
    fire_rounds: int = 1
    patience: float = 90

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Scale":
        """Read ``FAULTS_LONG`` for everything long, and the other ``FAULTS_`` variables, which say more exactly."""
        known = {name: int(environment[key]) for name, key in _NAMES.items() if environment.get(key)}
        return cls(**{**(_LONG if environment.get("FAULTS_LONG") else {}), **known})


_NAMES = {
    "rounds": "FAULTS_ROUNDS",
    "size": "FAULTS_SIZE",
    "seed": "FAULTS_SEED",
    "reports": "FAULTS_REPORTS",
    "fire_rounds": "FAULTS_FIRE_ROUNDS",
    "patience": "FAULTS_PATIENCE",
}
_LONG: dict[str, Any] = {
    "broker_away": 20,
    "database_away": 180,
    "reports": 200,
    "fire_rounds": 3,
    "patience": 900,
}
