"""Every way to group and part the digits of a CPR number, and what only looks like it."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cpr import holds_cpr

REFUSED = [
    "070180-12 34",
    "(070180) 1234",
    "(070180)1234",
    "19800107-1234",
    "19800107 1234",
    "1980.01.07-1234",
    "1980-01-07-1234",
    "1980-01-07 1234",
    "07011980-1234",
    "07011980 12 34",
    "19800107-12-34",
    "070180 (1234)",
    '070180"1234',
    "070180'1234",
    "070180&1234",
    "070180%1234",
    "070180x1234",
    "0701 80 1234",
    "070180-12-34",
    "07 01 80 12 34",
    "07018012 34",
    "<b>070180</b>-1234",
    "070180 CPR 1234",
    "cpr:070180 12 34",
    "0 7 0 1 8 0 1 2 3 4",
    "070180/ 12.34",
    "070180&nbsp;1234",
    "0701 801234",
    "07 0180 1234",
    "07-01-80-12-34",
    "07.01.80-12.34",
    "070 180 1234",
    "[070180] [1234]",
    "<td>070180</td><td>1234</td>",
    "0701 1980 1234",
    "070180, 1234",
    "070180; 1234",
    "070180%201234",
    "0-7-0-1-8-0-1-2-3-4",
    "67 01 80 12 34",
    "1980/01/07 1234",
    "0701-80-1234",
    "f\u00f8dt den 07.01.80 1234",
    "198001071234",
    "07,01,80-1234",
    "070180 cpr-nr. 1234",
    "Barn 07 01 80 12 34 bor her",
    "07 01 1980 12 34",
    "1980 01 07 1234",
    "1 9 8 0 0 1 0 7 1 2 3 4",
    "kl. 070180-1234",
    "070180 12:34",
    "0701\n80\n1234",
    "lederen (070180-1234)",
    "20120107-1234",
    "Ring 20 10 12 34 til 070180-12 34",
]
ACCEPTED = [
    "1010101010 kr.",
    "1010101010 kroner",
    "kl. 10-12-14 1600",
    "den 10/11/12 2024",
    "uge 10 12 14 2024",
    "98 00 00 00, 97 11 22 33",
    "12 01 80 12, 34 56 78 90",
    "20 10 12 34, 20 10 12 35",
    "1.234.567,00",
    "10.101.010,10 kr.",
    "1.010.101.010 kr.",
    "01-02-2026, 03-04-2026",
    "01-02-2026 03-04-2026",
    "2010-2012 2014",
    "2010-2012 24 pladser",
    "2010-12 2014",
    "0-6 \u00e5r 12 pladser 2024",
    "2026-01-01 kl. 0800-1600",
    "2026-01-07 12:34",
    "2026-01-07T12:34:56Z",
    "07.01.26 12:34",
    "07-01-26 10-16",
    "den 07.01.26 12.34",
    "01.02.2026-28.02",
    "01.01.2026-31.12.2026",
    "01.01.2026-03.12.2026",
    "Fra 01.01.2026 1200 kr.",
    "Fra 01.01.1999 1200 kr.",
    "01.01.2026 24 pladser",
    "Sag 20260107-1234",
    "konto 0701 801234",
    "DK50 0101 8012 3412 34",
    "+45 20 10 12 34",
    "20 10 12 34 - 24 timer",
    "sag 110512 (2024)",
    "budget 110512, 2024",
    "tlf. 20101234-37",
    "20 10 12 34 og 20 10 12 35",
    "2010 150.000 kr.",
    "202601071234",
    "https://x.dk/01a20132-0701-4801-8234-1d1dbf1317a3",
    "10, 12, 14, 16 og 18",
    "0-6, 7-12, 13-17 og 18-23 \u00e5r",
    "1-2 3-4 5-6 7-8",
    "20 10 12 34\n20 10 12 35",
    "5798001010180",
    "2010, 2011, 2012, 2013",
    "2010 2011 2012",
    "01.02.2026 - 03.04.2026",
    "10-12 14-16 18",
    "tlf. 20 10 12 34 20 10 12 35",
    "01.01.26-28.02.26",
]
HOSTILE = ["0 " * 100_000, "01 01 " * 30_000, "010180 " * 30_000, "0" * 200_000, "1" + " " * 200_000, "<a" * 100_000]


@pytest.mark.parametrize("text", REFUSED)
def test_a_cpr_number_is_found_in_any_groups(text: str) -> None:
    assert holds_cpr(text)
    assert holds_cpr(f"Barnet, {text}, bor her.")


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert not holds_cpr(text)


@given(
    st.dates(date(1900, 1, 1), date(1999, 12, 31)),
    st.integers(1000, 1899),
    st.sampled_from(["%d%m%y", "%d%m%Y", "%Y%m%d"]),
    st.text(alphabet="-./ :_()\"'&=*|+#", min_size=1, max_size=3),
)
def test_any_signs_may_stand_before_the_last_four(day: date, number: int, order: str, between: str) -> None:
    assert holds_cpr(f"{day:{order}}{between}{number}")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_groups_cost_no_more_than_their_length(text: str) -> None:
    start = time.process_time()
    holds_cpr(text)
    assert time.process_time() - start < 1.5
