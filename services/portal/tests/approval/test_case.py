"""Deciding a case."""

import httpx2

from services.portal.tests.pages import csrf_token


async def test_a_choice_that_is_none_is_not_found(officer: httpx2.AsyncClient) -> None:
    typed = {"csrf": await csrf_token(officer, "/opret"), "verdict": "perhaps"}
    assert (await officer.post("/godkend/sager/s1/afgoerelse/contact", data=typed)).status_code == 404
