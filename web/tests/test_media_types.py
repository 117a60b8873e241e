"""Which format a client gets."""

import pytest

from web.media_types import preferred

JSON, PDF = "application/json", "application/pdf"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/pdf", PDF),
        ("APPLICATION/PDF;Q=0.9, application/json;q=0.2", PDF),
        ("application/pdf;q=0.1, */*", JSON),
        ("application/*;q=0.5, application/pdf", PDF),
        ("application/pdf;q=much, application/json;q=0.1", JSON),
        ("text/html", JSON),
        (",;,", JSON),
    ],
)
def test_the_heaviest_of_what_is_offered(accept: str | None, chosen: str) -> None:
    assert preferred(accept, JSON, PDF) == chosen
