"""The form of a report: its definition, its validation, and the comparison of two versions."""

from contracts.form.changes import Change, changes
from contracts.form.checking import blocked_by, check_all, validate
from contracts.form.definition import (
    Audience,
    Field,
    FieldType,
    FormDefinition,
    Lane,
    Option,
    Purpose,
    Rule,
    Step,
)
from contracts.form.facts import (
    RoutingFacts,
    fast_lane_fields,
    public_data,
    routing_facts,
    with_computed,
    writable,
)
from contracts.form.findings import Code, Context, Finding, StepCheck
from contracts.form.keys import department_ids, join, mandatory_keys, parse_key, split, step_keys
from contracts.form.loading import form

__all__ = [
    "Audience",
    "Change",
    "Code",
    "Context",
    "Field",
    "FieldType",
    "Finding",
    "FormDefinition",
    "Lane",
    "Option",
    "Purpose",
    "RoutingFacts",
    "Rule",
    "Step",
    "StepCheck",
    "blocked_by",
    "changes",
    "check_all",
    "department_ids",
    "fast_lane_fields",
    "form",
    "join",
    "mandatory_keys",
    "parse_key",
    "public_data",
    "routing_facts",
    "split",
    "step_keys",
    "validate",
    "with_computed",
    "writable",
]
