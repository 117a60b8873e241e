from collections.abc import Callable

import pytest

from contracts.identifiers import cvr, ean, outside_id, p_number
from contracts.text import RefusedText


@pytest.mark.parametrize(
    ("check", "typed", "stored"),
    [
        (cvr, "13 58 56 28", "13585628"),
        (cvr, "\u202a13585628\u202c", "13585628"),
        (ean, "5798009811578", "5798009811578"),
        (p_number, "1003456789", "1003456789"),
        (outside_id, "urn:tilsyn:Å 7", "urn:tilsyn:Å 7"),
        (outside_id, "0101801234", "0101801234"),
    ],
)
def test_a_number_is_stored_without_what_is_around_it(check: Callable[[str], str], typed: str, stored: str) -> None:
    assert check(typed) == stored


@pytest.mark.parametrize(
    ("check", "typed"),
    [
        (cvr, "12345678"),
        (cvr, "00000000"),
        (cvr, "１３５８５６２８"),
        (cvr, "1358562"),
        (ean, "5798009811579"),
        (ean, "0000000000000"),
        (p_number, "2003456789"),
        (p_number, "100345678"),
        (outside_id, ""),
        (outside_id, " a"),
        (outside_id, "a\u200bb"),
        (outside_id, "a\nb"),
        (outside_id, "a\x00b"),
        (outside_id, "x" * 201),
        (outside_id, "tilsyn/010180-1234"),
        (outside_id, "010180.1234"),
        (outside_id, "01011980-1234"),
    ],
)
def test_a_number_that_does_not_add_up_is_refused(check: Callable[[str], str], typed: str) -> None:
    with pytest.raises(RefusedText):
        check(typed)
