"""Signing in through the real identity provider, sessions, and the CSRF token."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlalchemy import func, select

from chassis.database import Database
from devstack.identity.provider import portal_client
from devstack.personas import PERSONAS
from devstack.testing import TestIdentity
from portal.form.form_data import parse
from portal.models import Session

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def client_known(identity: TestIdentity) -> None:
    identity.provider.clients = {"portal": portal_client("http://portal.test", "geheim" * 4)}


async def _to_callback(client: httpx2.AsyncClient, persona: str, path: str = "/login") -> str:
    """Walk from the portal to the provider and return the address that it sends the browser back to."""
    sent = await client.get(path)
    assert sent.status_code == 303
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}
    provider = sent.headers["location"].partition("/authorize")[0]
    async with httpx2.AsyncClient() as outside:
        back = await outside.post(f"{provider}/authorize", data={**asked, "persona": persona})
    return back.headers["location"].removeprefix("http://portal.test")


def _cookies(client: httpx2.AsyncClient) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)


@pytest.mark.usefixtures("client_known")
async def test_sign_in_and_out(browser: Any, database: Database) -> None:
    client = await browser()
    callback = await _to_callback(client, "officer-nord-a", "/login?return_to=/kontakt")
    entered = await client.get(callback)
    assert entered.status_code == 303, entered.text
    assert entered.headers["location"] == "/kontakt"
    cookie = next(each for each in entered.headers.get_list("set-cookie") if each.startswith("tp_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    page = (await client.get("/kontakt")).text
    assert PERSONAS["officer-nord-a"].name in page
    assert "Log ud" in page
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    assert csrf
    out = await client.post("/logout", data={"csrf": csrf[1]})
    assert out.status_code == 303
    assert "/end-session?" in out.headers["location"]
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Session)) == 0


@pytest.mark.usefixtures("client_known")
async def test_tokens_are_stored_encrypted_and_the_cookie_only_as_digest(browser: Any, database: Database) -> None:
    client = await browser()
    await client.get(await _to_callback(client, "reporter-solsikken"))
    async with database.read() as session:
        row = (await session.execute(select(Session))).scalar_one()
    assert b"eyJ" not in row.access_token
    assert client.cookies["tp_session"].encode() not in row.id_hash


@pytest.mark.usefixtures("client_known")
async def test_each_sign_in_gets_a_new_session_id(browser: Any) -> None:
    client = await browser()
    planted = {"cookie": f"tp_session={'A' * 43}"}
    callback = await _to_callback(client, "reporter-solsikken")
    await client.get(callback, headers={"cookie": f"{planted['cookie']}; {_cookies(client)}"})
    assert client.cookies["tp_session"] != "A" * 43
    assert (await client.get("/min-side")).headers["location"] == "/indberet"
    assert (await (await browser()).get("/min-side", headers=planted)).headers["location"].startswith("/login")


@pytest.mark.usefixtures("client_known")
async def test_a_callback_of_another_browser_is_refused(browser: Any) -> None:
    callback = await _to_callback(await browser(), "officer-nord-a")
    other = await browser()
    answer = await other.get(callback)
    assert answer.status_code == 400
    assert "Login lykkedes ikke" in answer.text
    assert "tp_session" not in other.cookies


@pytest.mark.usefixtures("client_known")
async def test_a_wrong_code_is_refused(browser: Any) -> None:
    client = await browser()
    callback = await _to_callback(client, "officer-nord-a")
    answer = await client.get(re.sub(r"code=[^&]+", "code=forged", callback))
    assert answer.status_code == 400


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil", "x"])
async def test_no_open_redirect(browser: Any, target: str) -> None:
    client = await browser("officer-nord-a")
    answer = await client.get("/login", params={"return_to": target})
    assert answer.headers["location"] == "/godkend"


async def test_who_is_not_signed_in_comes_to_the_sign_in_and_back(browser: Any) -> None:
    for path, returned in (("/min-side", "%2Fmin-side"), ("/indberet?q=sol", "%2Findberet%3Fq%3Dsol")):
        answer = await (await browser()).get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/login?return_to={returned}")


async def test_an_expired_session_is_none(browser: Any) -> None:
    client = await browser("officer-nord-a", timedelta(seconds=-1))
    assert (await client.get("/min-side")).headers["location"].startswith("/login")


@pytest.mark.parametrize("token", ["", "wrong", "å", "0" * 64])
async def test_a_form_without_our_token_is_refused(browser: Any, token: str) -> None:
    client = await browser("officer-nord-a")
    answer = await client.post("/logout", data={"csrf": token})
    assert answer.status_code == 403
    assert "for gammel" in answer.text
    assert (await client.get("/min-side")).status_code == 303


async def test_another_sessions_token_is_refused(browser: Any) -> None:
    other = (await (await browser("officer-nord-b")).get("/")).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', other)
    assert csrf
    answer = await (await browser("officer-nord-a")).post("/logout", data={"csrf": csrf[1]})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"a=%ff%fe", 400),
        (b"\xff", 400),
        (b"a=" + b"x" * 3_000_000, 413),
        (b"&".join([b"a=1"] * 30_000), 400),
        (b"", 403),
    ],
)
async def test_odd_forms_are_refused(browser: Any, body: bytes, status: int) -> None:
    client = await browser("officer-nord-a")
    answer = await client.post("/logout", content=body, headers=FORM)
    assert answer.status_code == status
    assert '<html lang="da">' in answer.text


async def test_other_content_types_are_refused(browser: Any) -> None:
    client = await browser("officer-nord-a")
    assert (await client.post("/logout", json={"csrf": "x"})).status_code == 415


def test_posted_fields() -> None:
    form_data = parse(b"a=1&a=2&a=+2+&b=&c=x%0D%0Ay")
    assert form_data.text("a") == "2"
    assert form_data.texts("a") == ["1", "2"]
    assert form_data.text("b") == ""
    assert form_data.text("c") == "x\ny"
    assert "d" not in form_data
