"""The page of the programs that get the news of what one follows."""

import json
from typing import Any

import httpx2
import pytest

from services.portal.tests.pages import csrf_token

PAGE = "/mails/systemer"
ID = "0193b7a0-0000-7000-8000-000000000001"
WEBHOOK = {"id": ID, "url": "https://system.example/krog", "created_at": "2026-11-01T10:00:00Z", "off": True}
SECRET = "whsec_aGVtbWVsaWc="
PROBLEMS = "https://tilbudsportalen.dk/problems/"
TOO_MANY = {"type": f"{PROBLEMS}conflict", "detail": "Du kan højst have 5 webhooks. Slet en først.", "errors": []}
WRONG = {"pointer": "/url", "code": "invalid-format", "detail": "Skriv en adresse, der begynder med https://."}


class Notification:
    """A stand-in for notification that remembers what it was asked to do."""

    def __init__(self) -> None:
        self.writes: list[tuple[str, str, Any]] = []
        self.answer = httpx2.Response(201, json={**WEBHOOK, "off": False, "secret": SECRET})

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return httpx2.Response(200, json={"items": [WEBHOOK], "next": None})
        body = json.loads(request.content) if request.content else None
        self.writes.append((request.method, request.url.path, body))
        return self.answer


@pytest.fixture
def notification() -> Notification:
    return Notification()


@pytest.fixture
def transport(notification: Notification) -> httpx2.MockTransport:
    return httpx2.MockTransport(notification)


async def send(browser: Any, path: str, **fields: str) -> httpx2.Response:
    client = await browser("reporter-solsikken")
    answer: httpx2.Response = await client.post(path, data={"csrf": await csrf_token(client, PAGE), **fields})
    return answer


async def test_a_new_address_shows_its_secret_once(browser: Any, notification: Notification) -> None:
    page = await send(browser, PAGE, url=" https://system.example/krog ")
    assert page.status_code == 200
    assert SECRET in page.text
    assert notification.writes == [("POST", "/v1/webhooks", {"url": "https://system.example/krog"})]
    again = await (await browser("reporter-solsikken")).get(PAGE)
    assert SECRET not in again.text
    assert "Slået fra" in again.text


@pytest.mark.parametrize(
    ("status", "problem", "told"),
    [
        (422, {"type": f"{PROBLEMS}invalid", "detail": "x", "errors": [WRONG]}, WRONG["detail"]),
        (409, TOO_MANY, TOO_MANY["detail"]),
    ],
)
async def test_what_is_wrong_stands_at_the_field(
    browser: Any, notification: Notification, status: int, problem: dict[str, Any], told: str
) -> None:
    notification.answer = httpx2.Response(status, json=problem)
    page = await send(browser, PAGE, url="ftp://x")
    assert page.status_code == status
    assert f'<a href="#url">{told}</a>' in page.text
    assert 'id="url-fejl"' in page.text
    assert 'name="url" value="ftp://x"' in page.text


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ({"delivered": True, "status": 204}, "adressen er slået til"),
        ({"delivered": False, "status": 500}, "Det svarede med HTTP-status 500."),
        ({"delivered": False, "status": None}, "Der kom intet svar."),
    ],
)
async def test_an_address_can_be_tried(
    browser: Any, notification: Notification, outcome: dict[str, Any], told: str
) -> None:
    notification.answer = httpx2.Response(200, json=outcome)
    page = await send(browser, f"{PAGE}/{ID}/proev")
    assert told in page.text
    assert notification.writes == [("POST", f"/v1/webhooks/{ID}/test", None)]


async def test_an_address_can_be_deleted(browser: Any, notification: Notification) -> None:
    notification.answer = httpx2.Response(204)
    answer = await send(browser, f"{PAGE}/{ID}/slet")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?slettet=1")
    assert notification.writes == [("DELETE", f"/v1/webhooks/{ID}", None)]
