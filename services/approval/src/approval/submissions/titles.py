"""Danish titles of the steps of a report, from the form that it was filled in with."""

from collections.abc import Mapping
from typing import Any

from approval.kinds import KINDS, SentReport
from chassis.clock import day_of
from contracts.form import FormDefinition, find_form, parse_key

DEPARTMENTS = "departments"


def form_of(report: SentReport) -> FormDefinition | None:
    """Return the form that applied to ``report``; None for legal bases that no form is known for."""
    primary, *others = KINDS[report.subject_kind].legal_bases_of(report)
    return find_form(primary, at=day_of(report.sent_at), others=others)


def department_names(*contents: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the names of the departments in the given contents of the step ``departments``; later ones win."""
    rows = [row for content in contents for row in _departments(content)]
    return {row["id"]: str(row.get("name") or row["id"]) for row in rows if isinstance(row.get("id"), str)}


def _departments(content: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    rows = (content or {}).get("departments")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def titles_of(report: SentReport, approved: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the title of each step of ``report``, with the department's name behind it where it has one.

    ``approved`` is the approved content of the step ``departments``: a report need not repeat it.
    """
    definition = form_of(report)
    contents = KINDS[report.subject_kind].contents_of(report)
    names = department_names(approved, contents.get(DEPARTMENTS))
    return {key: _title(definition, key, names) for key in report.step_keys}


def _title(definition: FormDefinition | None, key: str, names: Mapping[str, str]) -> str:
    step, department = parse_key(key)
    title = step_title(definition, step)
    return f"{title}: {names.get(department, department)}" if department else title


def step_title(definition: FormDefinition | None, step: str) -> str:
    """Return the title of a step, or its id where the form does not have it."""
    return definition.step(step).title if definition and step in definition.step_ids else step
