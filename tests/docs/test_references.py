"""What comments and documents refer to is in the repository."""

import ast
import io
import json
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.requirements import ROOT, requirements

CITED = re.compile(r"\b[RPL]\d{1,3}\b")
# A rule of the rulebook of jurisdiction, which its answers name, is no line of our list.
CITED_IN_PUBLIC = re.compile(r"(?<!rule )\b[RPL]\d{1,3}\b")
COMMENTS = {
    ".yaml": re.compile(r"(?:^|\s)#(.*)"),
    ".html": re.compile(r"{#(.*?)#}|<!--(.*?)-->", re.DOTALL),
    ".md": re.compile(r"(.*)"),
}
# Put together from pieces, since this file must not hold what it looks for.
ABSENT = re.compile(
    r"\b[Rr]ows? " + r"\d|\b(?:anchors|design|domain|interfaces|jurisdiction|platform)" + r"\.md\b"
    r"|\((?:A|B)\." + r"\d|\b[Dd]esign" + r" rule|\b[Mm]essaging" + r" rule"
)
# What was released stays as it was.
FROZEN = ("contracts/released/", "tests/upgrade/fixture/")
PUBLISHED = ("contracts/openapi", "contracts/schemas", "contracts/asyncapi.json")


def files(*endings: str) -> list[Path]:
    """Return the files of the repository with these endings, or all of them, also those that git does not know yet."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    found = [ROOT / name for name in listed if name and not name.startswith(FROZEN)]
    return [path for path in found if path.is_file() and (not endings or path.suffix in endings)]


def test_every_cited_behaviour_is_in_the_list() -> None:
    known = {each.id for each in requirements()}
    unknown = [
        f"{path.relative_to(ROOT)}: {cited}"
        for path in files(".py", *COMMENTS)
        for text in said_in(path)
        for cited in CITED.findall(text)
        if cited not in known
    ]
    assert unknown == []


def said_in(path: Path) -> Iterator[str]:
    """Yield the comments and docstrings of a file, and the whole text of a page."""
    text = path.read_text()
    if path.suffix != ".py":
        yield from (" ".join(filter(None, found.groups())) for found in COMMENTS[path.suffix].finditer(text))
        return
    yield from (
        token.string for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT
    )
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, documented)]
    yield from filter(None, map(ast.get_docstring, nodes))


def test_nothing_refers_to_what_is_not_in_the_repository() -> None:
    found = []
    for path in files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in ABSENT.finditer(text)]
    assert found == []


@pytest.mark.parametrize("place", PUBLISHED)
def test_published_documents_cite_no_list_of_ours(place: str) -> None:
    below = ROOT / place
    documents = [below] if below.is_file() else sorted(below.glob("*.json"))
    cited = [
        f"{document.relative_to(ROOT)}: {text}"
        for document in documents
        for text in descriptions(json.loads(document.read_text()))
        if CITED_IN_PUBLIC.search(text)
    ]
    assert documents
    assert cited == []


def descriptions(node: Any) -> Iterator[str]:
    """Yield every text that a document says of itself."""
    if isinstance(node, dict):
        yield from (node[name] for name in ("title", "summary", "description") if isinstance(node.get(name), str))
        for value in node.values():
            yield from descriptions(value)
    elif isinstance(node, list):
        for value in node:
            yield from descriptions(value)
