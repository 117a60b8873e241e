"""How templates and stylesheets are written: what the content security policy forbids, colours, indentation."""

import re
from pathlib import Path

import pytest

import portal

FOLDER = Path(portal.__file__).parent
STYLESHEETS = sorted((FOLDER / "static").glob("*.css"))
TEMPLATES = sorted((FOLDER / "templates").rglob("*.html"))
# What search engines read as linked data is run by nobody.
INLINE_CODE = re.compile(
    r"""<script(?! src="\{\{ asset\(| type="application/ld\+json">)|<style|\sstyle=|\son[a-z]+=["']|javascript:""",
    re.IGNORECASE,
)
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(|\b(?:black|white|red|gr[ae]y|blue|green)\b(?!-)", re.IGNORECASE
)


@pytest.mark.parametrize("stylesheet", STYLESHEETS, ids=lambda path: path.name)
def test_colours_stand_in_root_and_nowhere_else(stylesheet: Path) -> None:
    rules = re.sub(r"/\*.*?\*/|:root \{.*?\}|var\(--[\w-]+\)", "", stylesheet.read_text(), flags=re.DOTALL)
    assert COLOUR.findall(rules) == []


def test_every_colour_that_is_used_has_a_value() -> None:
    texts = [stylesheet.read_text() for stylesheet in STYLESHEETS]
    used = {name for text in texts for name in re.findall(r"var\((--[\w-]+)\)", text)}
    defined = {name for text in texts for name in re.findall(r"^  (--[\w-]+):", text, re.MULTILINE)}
    assert used == defined


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_templates_have_no_inline_code_and_two_spaces_for_each_level(template: Path) -> None:
    text = template.read_text()
    assert not INLINE_CODE.search(text)
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        indent = len(line) - len(line.lstrip(" "))
        assert "\t" not in line, number
        assert indent % 2 == 0, f"line {number} is indented by {indent}"
        assert indent <= depth + 2, f"line {number} is indented by more than one level"
        depth = indent if line.strip() else depth
