"""The rounds of a case, read from its log: a resubmission takes the choices of the round before off the case. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from approval.cases.rules import ARRIVALS, Act

ENDINGS = frozenset({Act.RETURNED, Act.APPROVED, Act.CLOSED})


class LoggedAct(Protocol):
    """A row of the log of a case."""

    @property
    def act(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def revision(self) -> int: ...
    @property
    def authority(self) -> str | None: ...
    @property
    def by(self) -> dict[str, Any] | None: ...
    @property
    def step(self) -> str | None: ...
    @property
    def verdict(self) -> str | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def details(self) -> dict[str, Any] | None: ...


@dataclass(frozen=True)
class Round:
    """One end of a case, the act that it ended with, and the last choice for each step until then."""

    end: LoggedAct
    choices: Mapping[str, LoggedAct]


def rounds_of(log: Iterable[LoggedAct]) -> list[Round]:
    """Return every end of a case in order; what the reporter closes keeps the choices that it was returned with."""
    rounds: list[Round] = []
    choices: dict[str, LoggedAct] = {}
    for row in log:
        if row.act in ARRIVALS:
            choices = {}
        elif row.act in ENDINGS:
            rounds.append(Round(row, dict(choices)))
        elif row.step is not None and row.verdict is None:
            choices.pop(row.step, None)
        elif row.step is not None:
            choices[row.step] = row
    return rounds
