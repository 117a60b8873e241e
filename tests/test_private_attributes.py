"""What a library keeps private is touched in one module only, where each touch has its reason."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
INTERNALS = ROOT / "chassis" / "src" / "chassis" / "library_internals.py"
BY_NAME = {"getattr", "setattr", "hasattr", "delattr"}


def sources() -> list[Path]:
    """Return every module of ours that is shipped or runs the development stack."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*/src/*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def is_private(name: str) -> bool:
    """Return whether a name is private; ``__name__`` and ``__future__`` belong to the language."""
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def test_ruff_is_silenced_about_private_attributes_in_one_module_only() -> None:
    silenced = [file for file in sources() if "SLF001" in file.read_text()]
    assert silenced == [INTERNALS]


def test_no_module_is_left_out_of_the_rule() -> None:
    """A blanket ``noqa`` for the whole file would hide it, too."""
    assert [file for file in sources() if "ruff: noqa\n" in file.read_text()] == []


def test_nothing_private_is_imported_or_reached_by_name() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}: {name}"
        for file in sources()
        if file != INTERNALS
        for line, name in private_names(ast.parse(file.read_text()))
    ]
    assert found == []


def private_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the private names that a module imports, or reaches by ``getattr`` and its like, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            names = [f"{module}.{alias.name}" for alias in node.names]
            yield from ((node.lineno, name) for name in names if any(map(is_private, name.split("."))))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BY_NAME:
            texts = [each.value for each in node.args[1:2] if isinstance(each, ast.Constant)]
            yield from ((node.lineno, text) for text in texts if isinstance(text, str) and is_private(text))


def test_what_is_private_is_seen() -> None:
    """A search that finds nothing anywhere would be worth nothing."""
    text = "from aiokafka import _secret\nimport faststream._internal.broker\nsetattr(server, '_socket', None)\n"
    assert [name for _, name in private_names(ast.parse(text))] == [
        "aiokafka._secret",
        ".faststream._internal.broker",
        "_socket",
    ]
    assert list(private_names(ast.parse("from __future__ import annotations\ngetattr(rows, 'name')\n"))) == []
