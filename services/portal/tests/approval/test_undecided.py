"""What no rule could place, on the pages of the national operator: why, the decision, and what is wrong with it."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from portal.clients import Backends
from portal.settings import PortalSettings
from services.portal.tests.every_service import EveryService
from services.portal.tests.pages import csrf_token, text_of

LIST = "/kraever-afgoerelse"
PAGE = f"{LIST}/u1"
SYD = "socialtilsyn-syd"


class Jurisdiction(EveryService):
    """Answers about one report; ``posted`` is what was decided, ``refused`` a problem that answers to it."""

    def __init__(self) -> None:
        super().__init__("Christiansø er ikke en del af en kommune.")
        self.posted: list[tuple[str, Any]] = []
        self.refused: tuple[int, dict[str, Any]] | None = None
        self.row: dict[str, Any] = {}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return super().__call__(request)
        if self.refused:
            return httpx2.Response(self.refused[0], json=self.refused[1])
        self.posted.append((request.url.path, json.loads(request.content)))
        self.row = {"state": "decided", "authority": SYD, "decided_because": "Aftalt."}
        return httpx2.Response(200, json=self._undecided_row())

    def _undecided_row(self) -> dict[str, Any]:
        return super()._undecided_row() | self.row


@pytest.fixture
def services(app: FastAPI, settings: PortalSettings) -> Jurisdiction:
    stand_in = Jurisdiction()
    app.state.backends = Backends(settings, httpx2.MockTransport(stand_in))
    return stand_in


@pytest.fixture
async def operator(browser: Callable[..., Any]) -> httpx2.AsyncClient:
    client: httpx2.AsyncClient = await browser("national-operator")
    return client


@pytest.mark.usefixtures("services")
async def test_the_start_page_leads_to_the_list_and_that_to_each(operator: httpx2.AsyncClient) -> None:
    assert f'href="{LIST}"' in (await operator.get("/mit-overblik")).text
    shown = await operator.get(LIST)
    assert f'href="{PAGE}"' in shown.text
    assert "1 venter på afgørelse." in text_of(shown.text)
    assert "Christiansø er ikke en del" in shown.text
    assert f'href="{LIST}?cursor=more"' in shown.text


async def test_a_decision_is_made_and_shown(operator: httpx2.AsyncClient, services: Jurisdiction) -> None:
    typed = {"csrf": await csrf_token(operator, PAGE), "authority": SYD, "reason": "Aftalt."}
    answer = await operator.post(PAGE, data=typed)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert services.posted == [("/v1/undecided/u1", {"authority": SYD, "reason": "Aftalt."})]
    shown = text_of((await operator.get(PAGE)).text)
    assert "Socialtilsyn Syd er myndighed." in shown
    assert "Afgør" not in shown.partition("Begrundelse")[2].partition("Tilbage")[0]


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ({"reason": "Aftalt."}, "#authority"),
        ({"authority": SYD}, "#reason"),
        ({"authority": SYD, "reason": " "}, "#reason"),
    ],
)
async def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(
    operator: httpx2.AsyncClient, services: Jurisdiction, typed: dict[str, str], link: str
) -> None:
    answer = await operator.post(PAGE, data={"csrf": await csrf_token(operator, PAGE), **typed})
    assert answer.status_code == 422
    assert f'<a href="{link}">' in answer.text
    assert ("Aftalt.</textarea>" in answer.text) == (typed.get("reason") == "Aftalt.")
    assert (f'value="{SYD}" selected' in answer.text) == ("authority" in typed)
    assert services.posted == []


async def test_an_authority_that_does_not_exist_is_said_at_its_field(
    operator: httpx2.AsyncClient, services: Jurisdiction
) -> None:
    error = {"pointer": "/authority", "code": "unknown-value", "detail": "Myndigheden findes ikke på den dag."}
    services.refused = (422, {"type": "https://tilbudsportalen.dk/problems/invalid", "errors": [error]})
    typed = {"csrf": await csrf_token(operator, PAGE), "authority": "socialtilsyn-vest", "reason": "Aftalt."}
    answer = await operator.post(PAGE, data=typed)
    assert answer.status_code == 422
    assert '<a href="#authority">Myndigheden findes ikke på den dag.</a>' in answer.text
    assert "Aftalt.</textarea>" in answer.text


async def test_who_comes_second_reads_what_was_decided_and_keeps_the_reason(
    operator: httpx2.AsyncClient, services: Jurisdiction
) -> None:
    token = await csrf_token(operator, PAGE)
    services.row = {"state": "decided", "authority": "socialtilsyn-oest", "decided_because": "En anden kom først."}
    detail = "Det er afgjort eller bortfaldet i mellemtiden."
    services.refused = (409, {"type": "https://tilbudsportalen.dk/problems/conflict", "detail": detail, "errors": []})
    answer = await operator.post(PAGE, data={"csrf": token, "authority": SYD, "reason": "Aftalt."})
    assert answer.status_code == 409
    shown = " ".join(text_of(answer.text).split())
    assert detail in shown
    assert "Socialtilsyn Øst er myndighed." in shown
    assert "Det, du skrev, er ikke gemt: Aftalt." in shown


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize("path", [LIST, PAGE])
async def test_it_is_for_the_national_operator_alone(browser: Callable[..., Any], path: str) -> None:
    for persona in ("officer-nord-a", "reporter-solsikken"):
        client = await browser(persona)
        assert (await client.get(path)).status_code == 403
        assert LIST not in (await client.get("/mit-overblik")).text
