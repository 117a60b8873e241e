"""A public record of the past without the names of people and how to reach them. Pure."""

from collections.abc import Mapping
from typing import Any

from publication.records.changes import personal_fields

Path = tuple[str, ...]


def without_names(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``record`` without what its form calls personal, in the steps of the tilbud and of its departments."""
    departments = [{**each, "steps": _cleared(each["steps"])} for each in record.get("departments", [])]
    return {**record, "steps": _cleared(record["steps"]), "departments": departments}


def _cleared(steps: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _without(step, (name,)) for name, step in steps.items()}


def _without(value: Any, path: Path) -> Any:
    if isinstance(value, list):
        return [_without(each, path) for each in value]
    if not isinstance(value, Mapping):
        return value
    kept = {
        name: _without(each, (*path, name)) for name, each in value.items() if (*path, name) not in personal_fields()
    }
    # A group that held nothing else is gone as a whole.
    return {name: each for name, each in kept.items() if each != {} or value[name] == {}}
