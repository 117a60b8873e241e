"""Codes of errors are a closed list: whoever raises one that is not in it fails here."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.error_codes import ERROR_CODES
from web.validation import OF_TYPES

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [
    path
    for place in ("contracts/src", "chassis/src", "web/src", "reports/src", "services/*/src")
    for folder in ROOT.glob(place)
    for path in folder.rglob("*.py")
]
# Where the code stands among the arguments of what carries one.
CARRIERS = {
    "FieldError": 1,
    "PydanticCustomError": 0,
    "RefusedText": 0,
    "AddressProblem": 1,
    "NoAuthority": 2,
    "UnreadableJson": 0,
    "because": 0,
    "invalid_parameter": 1,
}


def _literals(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        index = CARRIERS.get(called)
        if index is not None and index < len(node.args) and isinstance(node.args[index], ast.Constant):
            yield str(node.args[index].value), node.lineno  # type: ignore[attr-defined]


def _class_of_codes() -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / "contracts/src/contracts/form/findings.py").read_text("utf-8"))):
        if isinstance(node, ast.ClassDef) and node.name == "Code":
            yield from (str(each.value.value) for each in node.body if isinstance(each, ast.Assign))  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_code_is_in_the_list(path: Path) -> None:
    assert [(code, line) for code, line in _literals(path) if code not in ERROR_CODES] == []


def test_the_codes_of_the_form_and_of_types_are_in_the_list() -> None:
    assert {*_class_of_codes(), *(code for code, _ in OF_TYPES.values())} <= ERROR_CODES.keys()


def test_the_search_for_codes_finds_them() -> None:
    found = {code for path in SOURCES for code, _ in _literals(path)}
    assert len(found) > 30


def test_every_code_has_a_label_and_a_sentence() -> None:
    for code, each in ERROR_CODES.items():
        assert each.label, code
        assert each.english.endswith("."), code
