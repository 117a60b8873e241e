"""The form of a report: its definition, its validation, and the comparison of two versions."""

from contracts.form.applying import Applicability, applicable, set_aside, with_kept, with_set_aside
from contracts.form.changes import Change, ChangedRow, changes, row_label
from contracts.form.checking import Checker, blocked_by, check_all, validate
from contracts.form.completeness import is_asked, is_mandatory, limits
from contracts.form.definition import (
    Audience,
    ChangeRisk,
    Field,
    FieldType,
    FormDefinition,
    Option,
    PublicationLane,
    Purpose,
    Rule,
    Step,
)
from contracts.form.entering import entered
from contracts.form.facts import (
    fast_lane_fields,
    hides_address,
    known_data,
    public_data,
    routing_facts,
    typed_data,
    with_computed,
    without_address,
    writable,
)
from contracts.form.findings import Code, Context, Finding, StepCheck
from contracts.form.keys import department_ids, join, mandatory_keys, parse_key, split, step_keys
from contracts.form.loading import find_form, form, form_begun
from contracts.form.options import options
from contracts.form.pointers import fields_at, pointer_in
from contracts.form.rows import RowPair, RowStatus, match_rows
from contracts.form.shape import max_length
from contracts.form.unread import Unread, field_at, put_at, unread_findings, value_at, with_unread, without_unread

__all__ = [
    "Applicability",
    "Audience",
    "Change",
    "ChangeRisk",
    "ChangedRow",
    "Checker",
    "Code",
    "Context",
    "Field",
    "FieldType",
    "Finding",
    "FormDefinition",
    "Option",
    "PublicationLane",
    "Purpose",
    "RowPair",
    "RowStatus",
    "Rule",
    "Step",
    "StepCheck",
    "Unread",
    "applicable",
    "blocked_by",
    "changes",
    "check_all",
    "department_ids",
    "entered",
    "fast_lane_fields",
    "field_at",
    "fields_at",
    "find_form",
    "form",
    "form_begun",
    "hides_address",
    "is_asked",
    "is_mandatory",
    "join",
    "known_data",
    "limits",
    "mandatory_keys",
    "match_rows",
    "max_length",
    "options",
    "parse_key",
    "pointer_in",
    "public_data",
    "put_at",
    "routing_facts",
    "row_label",
    "set_aside",
    "split",
    "step_keys",
    "typed_data",
    "unread_findings",
    "validate",
    "value_at",
    "with_computed",
    "with_kept",
    "with_set_aside",
    "with_unread",
    "without_address",
    "without_unread",
    "writable",
]
