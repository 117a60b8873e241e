"""The compatibility check must see what breaks others, and let additions pass."""

import copy
from typing import Any

import pytest

from contracts.compatibility import breaking_changes
from contracts.documents import schemas

COMPLETED = "dk.tilsyn.tilsyn.completed.v1"
APPROVED = "dk.tilbudsportalen.approval.case-approved.v1"


def changed(ce_type: str) -> tuple[dict[str, Any], dict[str, Any]]:
    released = schemas()[ce_type]
    return released, copy.deepcopy(released)


@pytest.mark.parametrize("ce_type", sorted(schemas()))
def test_the_same_schema_is_compatible(ce_type: str) -> None:
    released, new = changed(ce_type)
    assert breaking_changes(released, new, by_others="read") == []
    assert breaking_changes(released, new, by_others="written") == []


def test_a_new_optional_field_is_compatible_both_ways() -> None:
    released, new = changed(COMPLETED)
    new["properties"]["remark"] = {"type": "string"}
    assert breaking_changes(released, new, by_others="read") == []
    assert breaking_changes(released, new, by_others="written") == []


def test_a_new_required_field_breaks_those_who_write() -> None:
    released, new = changed(COMPLETED)
    new["properties"]["remark"] = {"type": "string"}
    new["required"].append("remark")
    assert breaking_changes(released, new, by_others="written") == ["/remark: the field has become required"]


def test_a_field_that_is_gone_breaks_those_who_read() -> None:
    released, new = changed(APPROVED)
    del new["properties"]["steps"]
    assert breaking_changes(released, new, by_others="read") == ["/steps: the field is gone"]


def test_a_field_of_another_type_breaks_even_deep_inside() -> None:
    released, new = changed(APPROVED)
    new["$defs"]["Actor"]["properties"]["name"]["type"] = "integer"
    assert any("/name: type has changed" in change for change in breaking_changes(released, new, by_others="read"))


def test_a_field_that_may_now_be_missing_breaks_those_who_read() -> None:
    released, new = changed(APPROVED)
    new["required"].remove("steps")
    assert breaking_changes(released, new, by_others="read") == ["/steps: the field is not always there any more"]


def test_a_narrower_limit_breaks_those_who_write() -> None:
    released, new = changed(COMPLETED)
    new["properties"]["tilsyn_id"]["maxLength"] = 100
    assert breaking_changes(released, new, by_others="written") == ["/tilsyn_id: maxLength is narrower"]


def test_a_value_that_may_not_be_sent_any_more_breaks_those_who_write() -> None:
    released, new = changed(COMPLETED)
    new["$defs"]["TilsynKind"]["enum"].remove("announced")
    assert breaking_changes(released, new, by_others="written") == ["/kind: values that may be sent are gone"]


def test_a_list_of_values_where_everything_was_allowed_breaks_those_who_write() -> None:
    released, new = changed(COMPLETED)
    new["properties"]["tilsyn_id"]["enum"] = ["a", "b"]
    assert breaking_changes(released, new, by_others="written") == ["/tilsyn_id: values that may be sent are gone"]


def test_a_pattern_where_everything_was_allowed_breaks_those_who_write() -> None:
    released, new = changed(COMPLETED)
    new["properties"]["tilsyn_id"]["pattern"] = "^[0-9]+$"
    assert breaking_changes(released, new, by_others="written") == ["/tilsyn_id: pattern is asked for now"]
    assert breaking_changes(released, new, by_others="read") == []


@pytest.mark.parametrize("values", [["approve", "reject", "postpone"], None])
def test_a_value_that_was_never_sent_before_breaks_those_who_read(values: list[str] | None) -> None:
    released, new = changed(APPROVED)
    verdict = new["$defs"]["Verdict"]
    verdict.pop("enum") if values is None else verdict.update(enum=values)
    (change,) = breaking_changes(released, new, by_others="read")
    assert change.endswith("/verdict: values that readers do not know are new")


def test_other_alternatives_break_those_who_read() -> None:
    released, new = changed(APPROVED)
    new["properties"]["submitted_at"]["anyOf"].append({"type": "integer"})
    assert breaking_changes(released, new, by_others="read") == ["/submitted_at: the alternatives have changed"]
