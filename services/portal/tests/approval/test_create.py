"""Creating a tilbud, as far as the portal itself refuses what was typed: no service is asked."""

import httpx2
import pytest

from services.portal.tests.pages import csrf_token

CPR = "010180-0000"


async def test_nothing_is_created_while_something_is_missing(officer: httpx2.AsyncClient) -> None:
    typed = {
        "csrf": await csrf_token(officer, "/opret"),
        "name": "<Solsikken>",
        "leader_cpr": CPR,
        "other_contact": "yes",
    }
    answer = await officer.post("/opret", data=typed)
    assert answer.status_code == 422
    assert '<a href="#street">Vej og husnummer: Feltet skal udfyldes.</a>' in answer.text
    assert '<a href="#contact_name">' in answer.text
    assert '<a href="#name">' not in answer.text
    assert 'value="&lt;Solsikken&gt;"' in answer.text
    assert CPR not in answer.text


@pytest.mark.parametrize(("kind", "asked"), [("municipal", "operator_municipality"), ("regional", "operator_region")])
async def test_a_public_operator_says_which_one_it_is(officer: httpx2.AsyncClient, kind: str, asked: str) -> None:
    typed = {"csrf": await csrf_token(officer, "/opret"), "operator_kind": kind}
    text = (await officer.post("/opret", data=typed)).text
    wanted = {name for name in ("operator_municipality", "operator_region") if f'<a href="#{name}">' in text}
    assert wanted == {asked}
