"""Making a tilsyn, as far as the portal itself refuses what was typed: no service is asked."""

from typing import Any

from services.portal.tests.pages import csrf_token


async def test_a_tilsyn_needs_its_answer_and_numbers_for_scores(browser: Any) -> None:
    client = await browser("officer-aalborg")
    typed = {"csrf": await csrf_token(client, "/tilsyn/opret/CRV-1"), "score-economy": "fire", "conclusion": "Godt."}
    answer = await client.post("/tilsyn/opret/CRV-1", data=typed)
    assert answer.status_code == 422
    assert '<a href="#decision">' in answer.text
    assert '<a href="#score-economy">Skriv karakteren som et tal fra 1 til 5.</a>' in answer.text
    assert "Godt.</textarea>" in answer.text
