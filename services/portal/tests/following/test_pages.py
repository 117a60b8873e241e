"""The pages about mails: what one chooses, and the links that end mails or confirm an address."""

import json
from typing import Any

import httpx2
import pytest

from portal.following.pages.preferences import MAILS
from services.portal.tests.pages import csrf_token, submitted_by, text_of

PROBLEMS = "https://tilbudsportalen.dk/problems/"
NAMES = [name for name, _ in MAILS]
PREFERENCES: dict[str, Any] = {
    "email": "dorthe@blomsterengen.example",
    "own_email": None,
    "own_email_confirmed": False,
    "mails": {name: name != "case-opened" for name in NAMES},
    "frequency": {name: "daily" if name == "rate-changed" else "at-once" for name in NAMES},
    "paused": False,
    "stopped": None,
}
FOLLOWS = {
    "items": [{"kind": "tilbud", "id": "CRV-1", "name": "Sol <b>sikken</b>", "followed_at": "2026-11-01T00:00:00Z"}],
    "next": None,
}
CONFIRMATION = {"email": "d@privat.example", "query": None}
LINK = {"ends": "follow", "kind": "tilbud", "id": "CRV-1", "name": "Solsikken", "query": None, "ended": False}


class Notification:
    """A stand-in for notification that remembers what it was asked."""

    def __init__(self) -> None:
        self.preferences = dict(PREFERENCES)
        self.refusal: dict[str, Any] | None = None
        self.asked: list[tuple[str, str, Any]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        body = json.loads(request.content) if request.content else None
        self.asked.append((request.method, path, body))
        if path == "/v1/follows":
            return httpx2.Response(200, json=FOLLOWS)
        if path.startswith("/v1/unsubscribe/"):
            return httpx2.Response(200, json={**LINK, "ended": request.method == "POST"})
        if path.startswith("/v1/confirmations/"):
            return httpx2.Response(200, json=CONFIRMATION | {"confirmed": request.method == "POST"})
        if request.method == "PUT" and self.refusal:
            return httpx2.Response(self.refusal["status"], json=self.refusal)
        return httpx2.Response(200, json=self.preferences, headers={"etag": '"one"'})

    @property
    def writes(self) -> list[tuple[str, str, Any]]:
        return [each for each in self.asked if each[0] != "GET"]


@pytest.fixture
def notification() -> Notification:
    return Notification()


@pytest.fixture
def transport(notification: Notification) -> httpx2.MockTransport:
    return httpx2.MockTransport(notification)


async def test_the_page_shows_what_is_chosen_and_followed(browser: Any) -> None:
    client = await browser("reporter-solsikken")
    page = await client.get("/mails")
    assert page.status_code == 200
    assert dict(submitted_before_follows(page)) == {
        "own_email": "", **dict.fromkeys(NAMES, "at-once"), "rate-changed": "daily", "case-opened": "never",
    }  # fmt: skip
    assert "Sol &lt;b&gt;sikken&lt;/b&gt;" in page.text
    assert "dorthe@blomsterengen.example" in page.text


def submitted_before_follows(page: httpx2.Response) -> list[tuple[str, str]]:
    """Return the fields of the form of choices: it stands before the list of what is followed."""
    head = httpx2.Response(200, text=page.text.partition('id="foelger"')[0])
    return [(name, value) for name, value in submitted_by(head) if name not in {"csrf", "etag"}]


async def test_what_is_chosen_is_kept(browser: Any, notification: Notification) -> None:
    client = await browser("reporter-solsikken")
    fields = {"csrf": await csrf_token(client, "/mails"), "etag": '"one"', "own_email": "d@privat.example"}
    fields |= {"rate-changed": "weekly", "case-opened": "never", "retry": "1"}
    answer = await client.post("/mails", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/mails?saved=1")
    ((method, path, body),) = notification.writes
    assert (method, path) == ("PUT", "/v1/preferences")
    assert (body["own_email"], body["retry"], body["paused"]) == ("d@privat.example", True, False)
    assert (body["mails"]["case-opened"], body["mails"]["rate-changed"]) == (False, True)
    assert body["frequency"]["rate-changed"] == "weekly"
    assert "case-opened" not in body["frequency"]
    assert "Dine valg er gemt" in (await client.get("/mails?saved=1")).text


async def test_an_address_that_is_none_is_shown_at_its_field(browser: Any, notification: Notification) -> None:
    errors = [{"pointer": "/own_email", "code": "invalid-format", "detail": "Skriv en e-mailadresse."}]
    notification.refusal = {"status": 422, "type": f"{PROBLEMS}invalid", "detail": "Fejl.", "errors": errors}
    client = await browser("reporter-solsikken")
    fields = {"csrf": await csrf_token(client, "/mails"), "etag": '"one"', "own_email": "dorthe"}
    answer = await client.post("/mails", data={**fields, "tilsyn-published": "weekly"})
    assert answer.status_code == 422
    assert 'id="own_email-fejl"' in answer.text
    assert 'href="#own_email"' in answer.text
    assert dict(submitted_before_follows(answer))["own_email"] == "dorthe"
    assert dict(submitted_before_follows(answer))["tilsyn-published"] == "weekly"


async def test_too_many_mails_to_an_address_are_told(browser: Any, notification: Notification) -> None:
    problem = {"type": f"{PROBLEMS}too-many-requests", "detail": "Prøv igen i morgen.", "errors": []}
    notification.refusal = {"status": 429, **problem}
    client = await browser("reporter-solsikken")
    fields = {"csrf": await csrf_token(client, "/mails"), "own_email": "d@privat.example"}
    answer = await client.post("/mails", data=fields)
    assert answer.status_code == 429
    assert "Prøv igen i morgen." in text_of(answer.text)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"own_email": "d@privat.example"}, "afventer bekræftelse"),
        ({"stopped": {"since": "2026-11-22T10:00:00Z"}}, "Siden 22.11.2026 har vi ikke sendt mails"),
        ({"paused": True}, "Du har stoppet alle mails"),
    ],
)
async def test_what_is_unusual_is_said(
    browser: Any, notification: Notification, change: dict[str, Any], said: str
) -> None:
    assert said not in (await (await browser("reporter-solsikken")).get("/mails")).text
    notification.preferences |= change
    assert said in text_of((await (await browser("reporter-solsikken")).get("/mails")).text)


async def test_only_a_form_ends_mails_and_a_mail_program_needs_no_session(
    browser: Any, notification: Notification
) -> None:
    client = await browser()
    page = await client.get("/mails/afmeld/abc.def")
    assert "Vil du ikke længere have mails om Solsikken?" in page.text
    assert (await client.head("/mails/afmeld/abc.def")).status_code == 200
    assert notification.writes == []
    # As RFC 8058 has it: from outside, without cookies, in either form.
    ended = await client.post(
        "/mails/afmeld/abc.def", data={"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    multipart = await client.post("/mails/afmeld/abc.def", files={"List-Unsubscribe": (None, "One-Click")})
    empty = await client.post("/mails/afmeld/abc.def")
    for answer in (ended, multipart, empty):
        assert answer.status_code == 200
        assert "Du får ikke længere mails om Solsikken." in answer.text
    assert notification.writes == [("POST", "/v1/unsubscribe/abc.def", None)] * 3


async def test_what_was_ended_can_be_brought_back(browser: Any, notification: Notification) -> None:
    client = await browser()
    ended = await client.post("/mails/afmeld/abc.def")
    answer = await client.post("/mails/afmeld/abc.def", data=dict(submitted_by(ended)))
    assert "Du får mails igen" in answer.text
    assert notification.writes[-1] == ("DELETE", "/v1/unsubscribe/abc.def", None)


async def test_an_address_is_confirmed_by_a_form(browser: Any, notification: Notification) -> None:
    client = await browser()
    assert (
        "Skal mails fra Tilbudsportalen sendes til d@privat.example?"
        in (await client.get("/mails/bekraeft/abc.def")).text
    )
    assert notification.writes == []
    assert "Adressen er bekræftet" in (await client.post("/mails/bekraeft/abc.def")).text


@pytest.mark.parametrize("token", ["%00", "a b", "<x>", "x" * 1_300])
async def test_a_link_that_is_none_leads_to_a_page(browser: Any, notification: Notification, token: str) -> None:
    client = await browser()
    for path in (f"/mails/afmeld/{token}", f"/mails/bekraeft/{token}"):
        answer = await client.get(path)
        assert 400 <= answer.status_code < 500
    assert notification.asked == []
