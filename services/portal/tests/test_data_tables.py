"""On a small screen each cell of a table says which column it is of."""

import re
from pathlib import Path

import portal

TEMPLATES = Path(portal.__file__).parent / "templates"
TABLE = re.compile(r"{% call\(\w+\) (?:data|case)_table\((.*?)\) %}\n(.*?){% endcall %}", re.DOTALL)
COLUMNS = re.compile(r'\[("[^\]]*")\]')
# The star, the button and a cell over several columns explain themselves.
UNNAMED = re.compile(r'<td(?: id="{{ anchor }}")?>(?:{{ star|\s*<a |\s*{% if|Kan åbnes)|<td colspan')


def test_every_cell_names_its_column_and_every_column_has_a_cell() -> None:
    tables = [(path.name, *found) for path in TEMPLATES.rglob("*.html") for found in TABLE.findall(path.read_text())]
    assert len(tables) > 10
    for name, head, cells in tables:
        titles = re.findall(r'data-title="([^"]*)"', cells)
        bare = [cell for cell in re.findall(r"<t[dh]\b[^>]*>.{0,20}", cells, re.DOTALL) if "data-title" not in cell]
        assert all(UNNAMED.match(cell) for cell in bare), (name, bare)
        listed = COLUMNS.search(head)
        columns = re.findall(r'"([^"]*)"', listed[1]) if listed else []
        assert columns, name
        assert set(columns) - {"Følg"} <= set(titles) | {"Tilbud", "Offentliggjort"}, name
