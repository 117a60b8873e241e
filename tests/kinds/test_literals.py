"""No code outside the registries asks which kind a subject is of, or names a kind: what differs is an entry."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.kinds import KINDS

ROOT = Path(__file__).parents[2]
SOURCES = [folder for pattern in ("*/src", "services/*/src", "deploy/dev/src") for folder in sorted(ROOT.glob(pattern))]
KIND_IDS = frozenset({*KINDS.ids, "plejefamilie"})
# What has the word for another reason, or is about tilbud alone. A file that has it no more is to be taken off.
ALLOWED = {
    "contracts/src/contracts/about.py": "A group of operations has that name.",
    "contracts/src/contracts/events/base.py": "The events of tilbud say which kind they are about.",
    "services/approval/src/approval/control_samples/commands.py": "The law samples tilbud.",
    "services/approval/src/approval/emergency_uses/commands.py": "A kommune uses places of tilbud.",
    "services/approval/src/approval/sanctions/queries.py": "Tilsyn, which give sanctions, are of tilbud.",
    "services/approval/src/approval/tilsyn/commands.py": "Tilsyn are of tilbud.",
    "services/approval/src/approval/unused_approvals/queries.py": "The rule of two years is of tilbud.",
}
ELSEWHERE = frozenset({"migrations", "testing", "demonstration"})
# The tables keep the names that the version before knows, and what it writes is about tilbud.
NAMES_OF_TABLES = frozenset({"__tablename__", "subject_table"})
KEYWORDS = frozenset({"server_default", "tags"})
IN_TEMPLATE = re.compile(
    rf"(?<!for )\bkind(\.id)?\s*(==|!=|\bin\b)|(==|!=|\bin\b)[^%}}]*[\"']({'|'.join(KIND_IDS)})[\"']"
)
# The parts of texts and the controls of forms have kinds of their own.
OTHER_KINDS = re.compile(r"\b(block|control)\.kind\b")


def kinds_named_in(source: str) -> list[int]:
    """Return the lines that name a kind by its id, or compare something with a kind that the registries know."""
    tree = ast.parse(source)
    exempt = {id(node) for found in ast.walk(tree) for node in _names_of_other_things(found)}
    return sorted(
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.expr) and id(node) not in exempt and (_is_id(node) or _compares_with_entry(node))
    )


def _is_id(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in KIND_IDS


def _compares_with_entry(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare) and any(_is_entry(each) for each in (node.left, *node.comparators))


def _is_entry(node: ast.expr) -> bool:
    """Return whether this is an entry of a registry or its id: ``TILBUD``, ``kinds.TILBUD``, ``TILBUD.id``."""
    if isinstance(node, ast.Attribute) and node.attr == "id":
        node = node.value
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name in {kind.upper() for kind in KIND_IDS}


def _names_of_other_things(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Assign) and {ast.unparse(target) for target in node.targets} <= NAMES_OF_TABLES:
        yield node.value
    if isinstance(node, ast.keyword) and node.arg in KEYWORDS:
        yield from ast.walk(node.value)


def files(suffix: str) -> list[Path]:
    """Return the source files that are no registry, no migration, and no made-up data of tests or demonstration."""
    found = [file for source in SOURCES for file in sorted(source.rglob(f"*{suffix}"))]
    return [file for file in found if file.name != "kinds.py" and not ELSEWHERE & set(file.parts)]


def test_only_registries_name_kinds() -> None:
    named = {str(file.relative_to(ROOT)): lines for file in files(".py") if (lines := kinds_named_in(file.read_text()))}
    assert {path: lines for path, lines in named.items() if path not in ALLOWED} == {}
    assert ALLOWED.keys() - named.keys() == set(), "nothing to allow there any more"


def test_no_template_asks_for_the_kind_of_a_subject() -> None:
    texts = {file: OTHER_KINDS.sub("", file.read_text()) for suffix in (".html", ".j2") for file in files(suffix)}
    assert len(texts) > 30
    assert [str(file.relative_to(ROOT)) for file, text in texts.items() if IN_TEMPLATE.search(text)] == []


@pytest.mark.parametrize(
    "source",
    [
        'if kind == "tilbud": pass',
        "if subject.kind != TILBUD.id: pass",
        "if kind is kinds.TILBUD: pass",
        'if kind in ("plejefamilie", "other"): pass',
        'match kind:\n    case "tilbud": pass',
        'handlers = {"tilbud": on_tilbud}',
        'KINDS["tilbud"].noun',
        'def of(kind: str = "tilbud") -> None: pass',
    ],
)
def test_whoever_asks_for_a_kind_is_found(source: str) -> None:
    assert kinds_named_in(source)


@pytest.mark.parametrize(
    "source",
    [
        "if case.kind == subject.kind: pass",
        "KINDS[kind].noun",
        '__tablename__ = "tilbud"',
        'mapped_column(server_default="tilbud")',
        'Noun("tilbuddet")',
    ],
)
def test_what_holds_for_every_kind_is_not_found(source: str) -> None:
    assert kinds_named_in(source) == []


@pytest.mark.parametrize(
    "text", ['{% if kind.id == "tilbud" %}', "{% if kind in known %}", "{{ a if case.kind != 'tilbud' }}"]
)
def test_a_template_that_asks_is_found(text: str) -> None:
    assert IN_TEMPLATE.search(text)
