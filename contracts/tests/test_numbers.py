from decimal import Decimal

import pytest

from contracts.numbers import read_number
from contracts.text import RefusedText


@pytest.mark.parametrize(
    ("typed", "most_decimals", "number"),
    [
        ("1234", None, "1234"),
        ("12,5", None, "12.5"),
        ("12.5", None, "12.5"),
        ("0,125", None, "0.125"),
        ("1.234,56", None, "1234.56"),
        ("1,234.56", None, "1234.56"),
        ("1.234.567", None, "1234567"),
        ("1 234 567,5", None, "1234567.5"),
        ("\u00a012\u202f500\u00a0", 0, "12500"),
        ("1.234", 0, "1234"),
        ("1.234", 2, "1234"),
        ("\u2212 7", 0, "-7"),
        ("1,2345", None, "1.2345"),
    ],
)
def test_a_number_is_read_as_it_was_meant(typed: str, most_decimals: int | None, number: str) -> None:
    assert read_number(typed, most_decimals) == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "most_decimals", "readings"),
    [("1.234", None, ("1234", "1,234")), ("1,234", None, ("1234", "1,234")), ("1,234", 2, ("1234", "1,234"))],
)
def test_a_number_with_two_readings_is_asked_about(
    typed: str, most_decimals: int | None, readings: tuple[str, str]
) -> None:
    with pytest.raises(RefusedText) as refused:
        read_number(typed, most_decimals)
    assert refused.value.code == "ambiguous-number"
    assert all(f" {each}" in refused.value.detail for each in readings)


@pytest.mark.parametrize("typed", ["", "en", "1.2.3", "1,2,3", "1..2", "1e5", "NaN", "0x1", "٣", "1" * 31, "12.34.567"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(RefusedText) as refused:
        read_number(typed)
    assert refused.value.code == "wrong-type"
