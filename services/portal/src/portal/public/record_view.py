"""The public record of a tilbud as its page shows it: answers by department and step, and what is not approved yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.clock import today
from contracts.form import Audience, Field, FormDefinition, Step, form
from portal.form.display import AnswerLine, answer_lines

# What a case worker looks for first stands first (P13); the departments have a section of their own.
FIRST = ("contact", "target-groups", "places", "interventions", "approaches", "methods", "staffing", "staff-groups")
NOT_SHOWN = ("departments",)


@dataclass(frozen=True)
class PublicSection:
    """One step, with its answers; ``not_approved`` are labels of answers that no authority has seen yet."""

    id: str
    title: str
    lines: list[AnswerLine]
    not_approved: frozenset[str]


@dataclass(frozen=True)
class PublicPart:
    """One department with its own steps."""

    id: str
    name: str
    facts: list[AnswerLine]
    sections: list[PublicSection]


@dataclass(frozen=True)
class PublicView:
    """The page's content."""

    sections: list[PublicSection]
    departments: list[PublicPart]


def view_of(tilbud: Mapping[str, Any]) -> PublicView:
    """Return what the public page of ``tilbud`` shows."""
    definition = form(tilbud["primary_legal_basis"], today(), tilbud["legal_bases"])
    not_approved = tilbud["not_approved_yet"]
    rows = {row["id"]: row for row in tilbud["steps"].get("departments", {}).get("departments", [])}
    return PublicView(
        _sections(definition, tilbud["steps"], not_approved, "/steps"),
        [_part(definition, each, rows.get(each["id"], {}), not_approved) for each in tilbud["departments"]],
    )


def _part(
    definition: FormDefinition, department: Mapping[str, Any], row: Mapping[str, Any], not_approved: Sequence[str]
) -> PublicPart:
    fields = definition.step("departments").field("departments").fields
    shown = tuple(each for each in fields if each.id not in {"id", "name"})
    sections = _sections(definition, department["steps"], not_approved, f"/departments/{department['id']}/steps")
    return PublicPart(department["id"], department["name"], _answered(shown, row), sections)


def _sections(
    definition: FormDefinition, steps: Mapping[str, Any], not_approved: Sequence[str], pointer: str
) -> list[PublicSection]:
    order = [*FIRST, *(each for each in definition.step_ids if each not in FIRST)]
    found = [definition.step(each) for each in order if each in steps and each not in NOT_SHOWN]
    sections = [_section(step, steps[step.id], not_approved, f"{pointer}/{step.id}") for step in found]
    return [each for each in sections if each.lines]


def _section(step: Step, data: Mapping[str, Any], not_approved: Sequence[str], pointer: str) -> PublicSection:
    marked = frozenset(field.label for field in step.fields if f"{pointer}/{field.id}" in not_approved)
    return PublicSection(step.id, step.title, _answered(step.fields, data), marked)


def _answered(fields: Sequence[Field], data: Mapping[str, Any]) -> list[AnswerLine]:
    public = tuple(each for each in fields if each.audience is Audience.PUBLIC)
    return [line for line in answer_lines(public, data) if line.text]
