from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cpr import holds_cpr, holds_dashed_cpr, id_holds_cpr


@pytest.mark.parametrize(
    "text",
    [
        "010180-0000",
        "Lederen har 010180-0000 som nummer",
        "0101800000",
        "010180 0000",
        "010180–0000",
        "010180 - 0000",
        "290200-1234",
        "０１０１８０-0000",
        "0101\u200b80-0000",
        "0101\u00ad80-0000",
        "670180-1234",
        "910180-1234",
        *(f"010190{between}1234" for between in ("./:_~,–·\u2043\u1806\u2212\u3164\u2800\uff0e\n")),
        "010190    1234",
        "010190--1234",
        "01-01-90-1234",
        "01 01 90 1234",
        "01.01.90 1234",
        "01/01-90 1234",
        "01011990-1234",
        "01-01-1990-1234",
        "01 01 1990 1234",
        "0101\ufe0f90-1234",
        "010190\u034f1234",
        "0\ufe0f\u20e310190-1234",
        "٠١٠١٩٠-١٢٣٤",
        "①10190-1234",
        "Sag 010180-1234",
        "P-nummer 0101801234",
        "cpr0101801234",
        "99 010180 1234",
    ],
)
def test_a_cpr_number_is_found(text: str) -> None:
    assert holds_cpr(text)


@pytest.mark.parametrize(
    "text",
    ["", "320180-0000", "011380-0000", "300200-1234", "010180-000", "5798001010180", "98 00 00 00", "1.234.567"],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not holds_cpr(text)


@pytest.mark.parametrize(
    "text",
    [
        "P-nummer 1003456789",
        "P-nr. 1003456789",
        "P-numre 1003456789, 1003456790 og 1003456791",
        "konto 0112345678",
        "Kontonummer: 1234 0112345678",
        "Sag 2412190001",
        "sagsnummer 2412190001",
        "sag nr. 2412190001",
        "EAN 0101801234",
        "GLN: 0101801234",
        "ring +49 1512345678",
        "P-nummeret er 1003456789",
        "p-nummer (1003456789)",
        "reg.nr. 1234 kontonr. 0112345678",
        "Sagen 2412190001",
    ],
)
def test_a_word_excuses_ten_digits_that_are_something_else(text: str) -> None:
    assert not holds_cpr(text)


@pytest.mark.parametrize(
    "text",
    [
        "Fra 01.01.2026 1200 kr.",
        "01.01.2026-31.12.2026",
        "DK50 0040 0440 1162 43",
        "20 10 12 34 56 78 90 12",
        "tlf. 20101234 og 20101235",
        "2026-01-01 kl. 0800-1600",
    ],
)
def test_dates_amounts_and_phones_are_no_cpr_numbers(text: str) -> None:
    assert not holds_cpr(text)


@given(st.dates(), st.integers(0, 9999), st.sampled_from(["-", "", " "]), st.text(alphabet="abc æøå.,"))
def test_every_valid_date_is_found_in_any_text(day: date, number: int, between: str, around: str) -> None:
    assert holds_cpr(f"{around}{day:%d%m%y}{between}{number:04d}{around}")


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    assert holds_cpr(text) in (True, False)


def test_in_an_id_only_the_dash_makes_it_a_cpr_number() -> None:
    assert holds_dashed_cpr("010180-0000")
    assert holds_dashed_cpr("tilsyn 010180\u20130000")
    for plain in (
        "A-B 0101800000",
        "0101800000",
        "1012801234",
        "320180-0000",
        "01a20132-f6ee-73b9-bf09-1d1dbf1317a3",
        "",
    ):
        assert not holds_dashed_cpr(plain)


def test_an_id_holds_a_cpr_number_only_where_it_stands_apart() -> None:
    apart = (
        "010180-0000",
        "urn:borger:010180-0000",
        "/tilsyn/010180\u20130000/1",
        "b-010180-0000-2",
        "010180-00\u200b00",
        "０10180-0000",
    )
    assert [each for each in apart if not id_holds_cpr(each)] == []
    assert id_holds_cpr("010180-00\u200b00")
    opaque = ("0101800000", "320180-0000", "ab010180-0000-4abc-8abc-0123456789ab", "1010180-0000", "010180-00001", "")
    assert [each for each in opaque if id_holds_cpr(each)] == []


@given(st.uuids())
def test_a_uuid_holds_no_cpr_number(identifier: UUID) -> None:
    assert not id_holds_cpr(str(identifier))
