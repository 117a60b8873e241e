"""What differs between two public records."""

from typing import Any

import pytest

from contracts.events.publication import FieldChange
from publication.records.changes import changes


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, {"a": 1}, []),
        ({"a": 1, "version": 1}, {"a": 2, "version": 2}, [FieldChange(path="/a", old=1, new=2)]),
        ({"a/b": {"c": 1}}, {"a/b": {}}, [FieldChange(path="/a~1b/c", old=1, new=None)]),
        (
            {"departments": [{"id": "x", "n": 1}]},
            {"departments": [{"id": "y", "n": 1}, {"id": "x", "n": 2}]},
            [
                FieldChange(path="/departments/y/id", old=None, new="y"),
                FieldChange(path="/departments/y/n", old=None, new=1),
                FieldChange(path="/departments/x/n", old=1, new=2),
            ],
        ),
        (
            {"steps": {"contact": {}}},
            {"steps": {"contact": {"contact_person": {"name": "N", "phone": "1"}, "phone": "2"}}},
            [
                FieldChange(path="/steps/contact/contact_person/name"),
                FieldChange(path="/steps/contact/contact_person/phone"),
                FieldChange(path="/steps/contact/phone", old=None, new="2"),
            ],
        ),
        (
            {"orders": [{"id": "1", "text": "a"}]},
            {"orders": [{"id": "1", "text": "a"}, {"id": "1", "text": "b"}]},
            [
                FieldChange(
                    path="/orders",
                    old=[{"id": "1", "text": "a"}],
                    new=[{"id": "1", "text": "a"}, {"id": "1", "text": "b"}],
                )
            ],
        ),
        ({"t": ["a"]}, {"t": ["a", "b"]}, [FieldChange(path="/t", old=["a"], new=["a", "b"])]),
    ],
)
def test_changes_field_by_field(old: Any, new: Any, expected: list[FieldChange]) -> None:
    assert [each.model_dump() for each in changes(old, new)] == [each.model_dump() for each in expected]


def test_a_change_that_is_too_large_has_paths_only() -> None:
    large = {"a": "x" * 150_000}
    (only,) = changes(large, {"a": "y" * 150_000})
    assert only.model_dump() == {"path": "/a"}
