"""Old beside new, as text, for people who decide or who were overtaken by a colleague."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts.form import Step
from portal.form.display import NOT_ANSWERED, UNANSWERED, AnswerLine, answer_lines
from portal.form.writing import part_of


@dataclass(frozen=True)
class Pair:
    """One answer before and after; ``unanswered`` is what stands for no answer (R43)."""

    label: str
    old: str
    new: str
    unanswered: str

    @property
    def changed(self) -> bool:
        """Return whether the answers differ."""
        return self.old != self.new


def side_by_side(step: Step, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[Pair]:
    """Return every answer of one part of a step in two versions, in the order of the form."""
    before = {line.label: line for line in answer_lines(step.fields, old)}
    after = {line.label: line for line in answer_lines(step.fields, new)}
    return [_pair(label, before.get(label), after.get(label)) for label in after | before]


def _pair(label: str, old: AnswerLine | None, new: AnswerLine | None) -> Pair:
    optional = all(line.optional for line in (old, new) if line)
    return Pair(label, old.text if old else "", new.text if new else "", UNANSWERED if optional else NOT_ANSWERED)


def changed_pairs(step: Step, departments: Sequence[str], old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Pair]:
    """Return only what differs between two versions of a whole step."""
    parts: Sequence[str | None] = departments or (None,)
    return [
        replace(pair, label=f"{each}: {pair.label}") if each else pair
        for each in parts
        for pair in side_by_side(step, part_of(old, each), part_of(new, each))
        if pair.changed
    ]
