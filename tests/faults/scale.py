"""How much each failure test does: short in ``make test``, long in ``make faults``."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """``size`` messages or writes, ``rounds`` of each fault; outages in seconds; ``seed`` of every random choice."""

    rounds: int = 2
    size: int = 300
    seed: int = 1
    broker_away: float = 3
    database_away: float = 5

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Scale":
        """Read ``FAULTS_ROUNDS``, ``FAULTS_SIZE``, ``FAULTS_SEED``, and ``FAULTS_LONG`` for long outages."""
        known = {name: int(environment[key]) for name, key in _NAMES.items() if environment.get(key)}
        return cls(**known, **({"broker_away": 20, "database_away": 180} if environment.get("FAULTS_LONG") else {}))


_NAMES = {"rounds": "FAULTS_ROUNDS", "size": "FAULTS_SIZE", "seed": "FAULTS_SEED"}
