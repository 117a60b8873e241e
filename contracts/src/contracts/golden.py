"""The golden messages of `contracts/golden`: what every reader must understand, and examples for who writes readers.

`<type>.json` is the data of an event of ours. Below `inbound/` are events that supervision systems send, each with the
receipt that it gets. They lie beside the package and not in it, so this works from a checkout only.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "golden"


@dataclass(frozen=True)
class InboundExample:
    """An event that a supervision system sends, and what its receipt says; `errors` are pairs of pointer and code."""

    name: str
    type: str
    data: dict[str, Any]
    accepted: bool
    problem: str | None
    errors: tuple[tuple[str, str], ...]


@cache
def inbound_examples() -> tuple[InboundExample, ...]:
    """Every golden message from outside, the accepted ones first."""
    paths = [path for verdict in ("accepted", "refused") for path in sorted((FOLDER / "inbound" / verdict).iterdir())]
    return tuple(_inbound_example(path) for path in paths)


def _inbound_example(path: Path) -> InboundExample:
    content = json.loads(path.read_text(encoding="utf-8"))
    problem = content["receipt"]["problem"] or {"type": None, "errors": []}
    return InboundExample(
        name=path.stem,
        type=content["type"],
        data=content["data"],
        accepted=content["receipt"]["accepted"],
        problem=problem["type"],
        errors=tuple((each["pointer"], each["code"]) for each in problem["errors"]),
    )


def golden_messages(ce_type: str) -> Iterator[tuple[str, Any]]:
    """Name and data of each golden message of a type; of those from outside, the accepted ones."""
    for example in inbound_examples():
        if example.type == ce_type and example.accepted:
            yield example.name, example.data
    for path in sorted(FOLDER.glob(f"{ce_type}*.json")):
        yield path.stem.removeprefix(ce_type).removeprefix(".") or "usual", json.loads(path.read_text(encoding="utf-8"))
