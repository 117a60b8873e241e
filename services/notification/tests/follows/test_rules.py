"""Who may follow."""

import pytest

from notification.follows.rules import Visibility

NORD, SYD = "socialtilsyn-nord", "socialtilsyn-syd"
HIDDEN = Visibility(is_public=False, operator_cvr="99000015", authorities=[NORD])
UNKNOWN = Visibility(is_public=False, operator_cvr=None, authorities=[])


@pytest.mark.parametrize(
    ("visibility", "cvr", "authority", "allowed"),
    [
        (HIDDEN, "99000015", None, True),
        (HIDDEN, "99000023", None, False),
        (HIDDEN, "", None, False),
        (HIDDEN, "99000023", NORD, True),
        (HIDDEN, "99000023", SYD, False),
        (UNKNOWN, "", None, False),
        (UNKNOWN, "99000015", NORD, False),
        (Visibility(is_public=True, operator_cvr=None, authorities=[]), "", None, True),
    ],
)
def test_the_operator_and_its_authorities_see_what_is_not_public(
    visibility: Visibility, cvr: str, authority: str | None, *, allowed: bool
) -> None:
    assert visibility.allows(cvr, authority) is allowed
