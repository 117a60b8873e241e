"""What the clients of a chaos run did, written outside the system: one JSON line for each state of each attempt.

An attempt is ``sent`` before anything leaves, and then ``ok``, ``refused`` (the system said no, so it must have no
effect) or ``unknown`` (time ran out, the connection broke, the server failed: it may have an effect or none).
"""

import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SENT = "sent"
OK = "ok"
REFUSED = "refused"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Operation:
    """One thing that a client wants done, however many attempts that takes.

    ``subject`` names the report that it is about; ``content`` is what it brings, where the checker looks for it later.
    """

    id: str
    kind: str
    subject: str
    detail: str = ""
    content: str = ""


@dataclass
class OperationResult:
    """What became of one operation, as far as its client knows."""

    operation: Operation
    states: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """Return ``ok`` when an attempt was, ``refused`` when all were, else ``unknown``."""
        answers = [state for state in self.states if state != SENT]
        if OK in answers:
            return OK
        unanswered = self.states.count(SENT) > len(answers)
        return REFUSED if answers and set(answers) == {REFUSED} and not unanswered else UNKNOWN


class History:
    """The file that everything is written to at once, and the seed that stands in each line."""

    def __init__(self, path: Path, seed: int) -> None:
        self.path = path
        self.seed = seed
        self.attempts = 0
        self._file = path.open("a")

    def record(self, operation: Operation, state: str, note: str = "") -> None:
        """Write down one state of an attempt of ``operation``."""
        self.attempts += state == SENT
        line: dict[str, Any] = {"at": time.time(), "seed": self.seed, "state": state, "note": note}
        self._file.write(json.dumps(line | vars(operation), ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_results(lines: Iterable[str]) -> list[OperationResult]:
    """Return what became of each operation of a history, in the order in which they began."""
    found: dict[str, OperationResult] = {}
    for line in lines:
        row = json.loads(line)
        operation = Operation(**{name: row[name] for name in ("id", "kind", "subject", "detail", "content")})
        found.setdefault(operation.id, OperationResult(operation)).states.append(row["state"])
    return list(found.values())


def summary(results: Iterable[OperationResult]) -> dict[str, Counter[str]]:
    """Return for each kind of operation how many attempts there were in each state, and ``operations``."""
    found: dict[str, Counter[str]] = {}
    for result in results:
        row = found.setdefault(result.operation.kind, Counter())
        row.update(result.states)
        row["operations"] += 1
        row[f"in the end {result.outcome}"] += 1
    return found
