"""Signing in through the real identity provider, sessions, and the CSRF token."""

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select, update

from chassis.clock import now
from chassis.database import Database
from devstack.personas import PERSONAS
from devstack.testing import TestIdentity
from portal.form.form_data import parse
from portal.models import Session
from services.portal.tests.pages import csrf_token
from services.portal.tests.sessions.sign_in import sign_in, to_callback

FORM = {"content-type": "application/x-www-form-urlencoded"}


def _cookies(client: httpx2.AsyncClient) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)


@pytest.mark.usefixtures("client_known")
async def test_sign_in_and_out(browser: Any, database: Database) -> None:
    client = await browser()
    callback = await to_callback(client, "officer-nord-a", "/login?return_to=/kontakt")
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
    assert "eyJ" not in out.headers["location"]
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Session)) == 0


@pytest.mark.usefixtures("client_known")
async def test_tokens_are_stored_encrypted_and_the_cookie_only_as_digest(browser: Any, database: Database) -> None:
    client = await browser()
    await client.get(await to_callback(client, "reporter-solsikken"))
    async with database.read() as session:
        row = (await session.execute(select(Session))).scalar_one()
    # A token is three parts with dots between.
    assert b"." not in row.access_token
    assert client.cookies["tp_session"].encode() not in row.id_hash


@pytest.mark.usefixtures("client_known")
async def test_each_sign_in_gets_a_new_session_id(browser: Any) -> None:
    client = await browser()
    planted = {"cookie": f"tp_session={'A' * 43}"}
    callback = await to_callback(client, "reporter-solsikken")
    await client.get(callback, headers={"cookie": f"{planted['cookie']}; {_cookies(client)}"})
    assert client.cookies["tp_session"] != "A" * 43
    assert (await client.get("/min-side")).headers["location"] == "/mit-overblik"
    assert (await (await browser()).get("/min-side", headers=planted)).headers["location"].startswith("/login")


@pytest.mark.usefixtures("client_known")
async def test_a_callback_of_another_browser_is_refused(browser: Any) -> None:
    callback = await to_callback(await browser(), "officer-nord-a")
    other = await browser()
    answer = await other.get(callback)
    assert answer.status_code == 400
    assert "Login lykkedes ikke" in answer.text
    assert "tp_session" not in other.cookies


@pytest.mark.usefixtures("client_known")
async def test_a_wrong_code_is_refused(browser: Any) -> None:
    client = await browser()
    callback = await to_callback(client, "officer-nord-a")
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


@pytest.mark.usefixtures("client_known")
@pytest.mark.parametrize("query", ["q=" + "a" * 3_000, "q=" + "%C3%A6" * 400, "x" * 1_000])
async def test_an_address_without_end_does_not_keep_anybody_out(browser: Any, query: str) -> None:
    client = await browser()
    sent = await client.get(f"/indberet?{query}")
    shown = await sign_in(client, "reporter-other", sent.headers["location"])
    assert shown.status_code in {200, 403}
    assert "Log ud" in shown.text


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
        (b"&".join([b"a=1"] * 30_000), 413),
        (b"", 403),
    ],
)
async def test_odd_forms_are_refused(browser: Any, body: bytes, status: int) -> None:
    client = await browser("officer-nord-a")
    answer = await client.post("/logout", content=body, headers=FORM)
    assert answer.status_code == status
    assert '<html lang="da">' in answer.text
    # A form that cannot be read cannot be kept either: the browser still has it.
    assert ("Brug browserens Tilbage-knap" in answer.text) == (status in {400, 413})


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


async def test_who_has_signed_out_in_another_tab_is_just_shown_out(browser: Any) -> None:
    client = await browser("officer-nord-a")
    typed = {"csrf": await csrf_token(client, "/kontakt")}
    await client.post("/logout", data=typed)
    again = await client.post("/logout", data=typed)
    assert (again.status_code, again.headers["location"]) == (303, "/")


@pytest.mark.usefixtures("client_known")
async def test_the_callback_once_more_leads_home(browser: Any) -> None:
    client = await browser()
    callback = await to_callback(client, "officer-nord-a", "/login?return_to=/kontakt")
    assert (await client.get(callback)).headers["location"] == "/kontakt"
    again = await client.get(callback)
    assert (again.status_code, again.headers["location"]) == (303, "/godkend")
    cancelled = await client.get("/login/callback?error=access_denied&state=x")
    assert cancelled.headers["location"] == "/godkend"


async def _ends(database: Database) -> tuple[datetime, bytes | None]:
    async with database.read() as session:
        row = (await session.execute(select(Session))).scalar_one()
    return row.expires_at, row.refresh_token


async def _let_time_pass(database: Database, **values: Any) -> None:
    async with database.begin() as session:
        await session.execute(update(Session).values(renew_at=now() - timedelta(seconds=1), **values))


@pytest.mark.usefixtures("client_known")
async def test_a_session_goes_on_while_one_works(browser: Any, database: Database) -> None:
    client = await browser()
    await sign_in(client, "reporter-solsikken", "/login?return_to=/kontakt")
    soon = now() + timedelta(minutes=2)
    await _let_time_pass(database, expires_at=soon)
    _, first = await _ends(database)
    answers = await asyncio.gather(*(client.get("/kontakt") for _ in range(5)))
    assert all(PERSONAS["reporter-solsikken"].name in answer.text for answer in answers)
    expires_at, second = await _ends(database)
    assert expires_at > now() + timedelta(minutes=50)
    assert second != first
    assert b"." not in (second or b"")


@pytest.mark.usefixtures("client_known")
async def test_a_session_does_not_go_on_for_a_page_that_asks_by_itself(browser: Any, database: Database) -> None:
    client = await browser()
    await sign_in(client, "reporter-solsikken", "/login?return_to=/kontakt")
    soon = now() + timedelta(minutes=2)
    await _let_time_pass(database, expires_at=soon)
    assert "Log ud" in (await client.get("/kontakt", headers={"Unattended": "1"})).text
    assert (await _ends(database))[0] == soon


@pytest.mark.usefixtures("client_known")
async def test_no_session_outlasts_its_day(browser: Any, database: Database) -> None:
    client = await browser()
    await sign_in(client, "reporter-solsikken", "/login?return_to=/kontakt")
    await _let_time_pass(database, created_at=now() - timedelta(hours=11, minutes=50))
    await client.get("/kontakt")
    expires_at, _ = await _ends(database)
    assert now() < expires_at < now() + timedelta(minutes=11)


@pytest.mark.usefixtures("client_known")
async def test_a_session_that_is_not_renewed_lasts_as_long_as_its_token(
    browser: Any, database: Database, identity: TestIdentity
) -> None:
    client = await browser()
    await sign_in(client, "reporter-solsikken", "/login?return_to=/kontakt")
    identity.provider.renewals.clear()
    soon = now() + timedelta(minutes=2)
    await _let_time_pass(database, expires_at=soon)
    assert "Log ud" in (await client.get("/kontakt")).text
    assert await _ends(database) == (soon, None)
