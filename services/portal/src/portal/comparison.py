"""Old beside new, as text, for people who decide or who were overtaken by a colleague."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.form import Step
from portal.form.display import lines
from portal.form.writing import part_of


@dataclass(frozen=True)
class Pair:
    """One answer before and after."""

    label: str
    old: str
    new: str

    @property
    def changed(self) -> bool:
        """Return whether the answers differ."""
        return self.old != self.new


def side_by_side(step: Step, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[Pair]:
    """Return every answer of one part of a step in two versions, in the order of the form."""
    before = {line.label: line.text for line in lines(step.fields, old)}
    after = {line.label: line.text for line in lines(step.fields, new)}
    labels = [*after, *(label for label in before if label not in after)]
    return [Pair(label, before.get(label, ""), after.get(label, "")) for label in labels]


def compared(step: Step, departments: Sequence[str], old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Pair]:
    """Return only what differs between two versions of a whole step."""
    parts: Sequence[str | None] = departments or (None,)
    return [
        Pair(f"{each}: {pair.label}" if each else pair.label, pair.old, pair.new)
        for each in parts
        for pair in side_by_side(step, part_of(old, each), part_of(new, each))
        if pair.changed
    ]
