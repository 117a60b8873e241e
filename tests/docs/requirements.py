"""Reads docs/requirements.md: one line for each behaviour, with the modules and tests that it names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "requirements.md"
LINE = re.compile(r"^\| (?P<id>[RPL]\d+) \|(?P<cells>.*)\|$", re.MULTILINE)
NAME = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Requirement:
    """One behaviour. ``lacks`` is what a partly one says about what is missing or wrong."""

    id: str
    behaviour: str
    state: str
    lacks: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]


def requirements() -> Iterator[Requirement]:
    """Yield every line of the page in its order."""
    for line in LINE.finditer(PAGE.read_text()):
        behaviour, said, modules, tests = (cell.strip() for cell in line["cells"].split("|"))
        state, _, lacks = said.partition(": ")
        yield Requirement(line["id"], behaviour, state, lacks, tuple(NAME.findall(modules)), tuple(NAME.findall(tests)))


def module_file(name: str) -> Path | None:
    """Return the file of a dotted module or package of ours; None when there is none."""
    inside = Path(*name.split("."))
    for source in (*ROOT.glob("*/src"), *ROOT.glob("services/*/src"), *ROOT.glob("deploy/*/src")):
        for candidate in (source / inside.with_suffix(".py"), source / inside / "__init__.py", source / inside):
            if candidate.is_file() or (candidate.is_dir() and any(candidate.glob("*.yaml"))):
                return candidate
    return None


def has_test(node: str) -> bool:
    """Return whether a pytest node (``file::function``) is there."""
    file, _, function = node.partition("::")
    path = ROOT / file
    return path.is_file() and bool(re.search(rf"^(async )?def {re.escape(function)}\(", path.read_text(), re.MULTILINE))
