"""No cell of a file is a formula, wherever columns are taken to end."""

import pytest

from contracts.spreadsheet_cells import inert


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("  \t@SUM(A1)", "  \t'@SUM(A1)"),
        ("+45 12 34 56 78", "'+45 12 34 56 78"),
        ("＝1", "'＝1"),
        ("|calc", "'|calc"),
        ("Hus,=HYPERLINK(1)", "Hus,'=HYPERLINK(1)"),
        ('Hus; "-2', "Hus; \"'-2"),
        ("a\n=1", "a\n'=1"),
        ("\ufeff=1", "\ufeff'=1"),
    ],
)
def test_what_could_be_a_formula_is_text(text: str, written: str) -> None:
    assert inert(text) == written


@pytest.mark.parametrize("text", ["", "Bo & Pleje", "18-25 år", "1.234,50", "50 %", "a=b", "lene@bo.dk"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert inert(text) == text
