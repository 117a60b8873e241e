"""A search that is saved is confirmed by mail, asked again, and told when it finds something new (P13)."""

import asyncio
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest
from sqlalchemy import select, text

from chassis.database import Database
from chassis.errors import Invalid
from devstack.in_process import api_client
from notification.app import build
from notification.deliveries.sending import MailSender
from notification.saved_searches.alerts import SearchAlerts, tell
from notification.saved_searches.commands import end, forget_searches
from notification.saved_searches.models import SavedSearch
from notification.saved_searches.rules import clean_query, new_ones
from notification.saved_searches.search_client import Found, SearchClient
from notification.settings import NotificationSettings
from services.notification.tests.factories import SOFIE
from services.notification.tests.mailbox import Mailbox, lines_of

PARENT = "mor@hjem.example"
QUERY = "q=autisme&region=1081"
CONFIRMATION = re.compile(r"http://portal\.example/mails/bekraeft/([A-Za-z0-9_.-]+)")
ENDING = re.compile(r"<http://portal\.example/mails/afmeld/([A-Za-z0-9_.-]+)>")


@dataclass
class Search:
    """A stand-in for the public search: what it finds, page by page, and whether it answers."""

    names: dict[str, str] = field(default_factory=dict)
    status: int = 200
    relaxed: bool = False
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        parameters = parse_qs(request.url.query.decode())
        self.asked.append(parameters)
        if self.status != 200:
            return httpx2.Response(self.status, json={})
        start = int(parameters.get("cursor", ["0"])[0])
        rows = [{"tilbud_id": each, "department_id": None, "name": name} for each, name in self.names.items()]
        following = str(start + 100) if len(rows) > start + 100 else None
        return httpx2.Response(
            200, json={"items": rows[start : start + 100], "next": following, "relaxed": self.relaxed}
        )


@dataclass
class Saved:
    """Somebody with a browser, a mailbox and the service; ``pass_time`` makes every search due."""

    api: httpx2.AsyncClient
    database: Database
    search: Search
    mailbox: Mailbox
    settings: NotificationSettings

    async def save(self, **change: Any) -> httpx2.Response:
        return await self.api.post("/v1/saved-searches", json={"query": QUERY, "email": PARENT, **change})

    async def mails(self) -> list[Any]:
        await MailSender(self.settings).run(self.database)
        return self.mailbox.to(PARENT)

    async def confirm(self) -> None:
        (path,) = [found[1] for line in lines_of((await self.mails())[-1]) if (found := CONFIRMATION.fullmatch(line))]
        answer = await self.api.post(f"/v1/confirmations/{path}")
        assert answer.json() == {"email": PARENT, "query": QUERY, "confirmed": True}

    async def ask_again(self) -> None:
        async with self.database.begin() as session:
            await session.execute(text("UPDATE saved_searches SET next_at = now() - interval '1 minute'"))
        client = SearchClient("http://publication.test", httpx2.MockTransport(self.search))
        await SearchAlerts(client).run(self.database)


@pytest.fixture
async def saved(database: Database, settings: NotificationSettings, mailbox: Mailbox) -> Any:
    search = Search({"CRV-1": "Solsikken"})
    settings = settings.model_copy(update={"publication_url": "http://publication.test"})
    app = build(settings, database, httpx2.MockTransport(search))
    async with api_client(app) as api:
        yield Saved(api, database, search, mailbox, settings)


async def test_p13_a_saved_search_is_confirmed_and_tells_what_is_new_once(saved: Saved) -> None:
    assert (await saved.save()).status_code == 202
    await saved.ask_again()
    saved.search.names["CRV-2"] = "Valmuen"
    await saved.ask_again()
    assert len(await saved.mails()) == 1
    await saved.confirm()
    await saved.ask_again()
    assert len(await saved.mails()) == 1
    saved.search.names["CRV-3"] = "Violen"
    await saved.ask_again()
    await saved.ask_again()
    _, told = await saved.mails()
    assert told["Subject"] == "Et nyt tilbud passer til din søgning på Tilbudsportalen"
    lines = lines_of(told)
    assert [line for line in lines if line.startswith("- ")] == ["- Violen"]
    assert f"http://portal.example/soeg?{QUERY}" in lines
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_what_has_only_some_of_what_is_sought_is_not_told(saved: Saved) -> None:
    saved.search.relaxed = True
    await saved.save()
    await saved.confirm()
    await saved.ask_again()
    saved.search.names["CRV-2"] = "Valmuen"
    await saved.ask_again()
    assert len(await saved.mails()) == 1
    saved.search.relaxed = False
    await saved.ask_again()
    assert len(await saved.mails()) == 2


async def test_its_mail_ends_it_and_brings_it_back(saved: Saved) -> None:
    await saved.save()
    await saved.confirm()
    await saved.ask_again()
    saved.search.names["CRV-2"] = "Valmuen"
    await saved.ask_again()
    found = ENDING.fullmatch((await saved.mails())[-1]["List-Unsubscribe"].strip())
    assert found
    path = f"/v1/unsubscribe/{found[1]}"
    assert (await saved.api.get(path)).json()["ended"] is False
    ended = (await saved.api.post(path)).json()
    assert (ended["ends"], ended["query"], ended["ended"]) == ("search", QUERY, True)
    saved.search.names["CRV-3"] = "Violen"
    await saved.ask_again()
    assert len(await saved.mails()) == 2
    assert (await saved.api.delete(path)).json()["ended"] is False
    await saved.ask_again()
    assert len(await saved.mails()) == 2
    saved.search.names["CRV-4"] = "Rosen"
    await saved.ask_again()
    assert len(await saved.mails()) == 3
    for _ in range(2):
        assert (await saved.api.delete(f"/v1/saved-searches/{found[1]}")).status_code == 204
    assert (await saved.api.get(path)).json()["ended"] is True


async def test_nobody_is_flooded_and_nothing_is_told_of_an_address(saved: Saved) -> None:
    answers = [await saved.save(email=email) for email in (PARENT, "MOR@Hjem.example", PARENT, PARENT, PARENT)]
    other = await saved.save(email="anden@hjem.example")
    assert {(answer.status_code, answer.text) for answer in (*answers, other)} == {(202, other.text)}
    assert len(await saved.mails()) == 3


async def test_a_confirmation_holds_nothing_that_its_writer_wrote(saved: Saved) -> None:
    await saved.save(query="q=K%C3%B8b+nu+p%C3%A5+ond.example")
    (mail,) = await saved.mails()
    assert "ond" not in mail.as_string()
    assert "K%C3%B8b" not in mail.as_string()


async def test_while_the_search_is_away_nothing_is_lost(saved: Saved) -> None:
    await saved.save()
    await saved.confirm()
    await saved.ask_again()
    saved.search.names["CRV-2"] = "Valmuen"
    saved.search.status = 503
    with pytest.raises(Exception, match="unavailable"):
        await saved.ask_again()
    assert (await saved.save()).status_code == 503
    saved.search.status = 200
    await saved.ask_again()
    assert len(await saved.mails()) == 2


async def test_a_search_that_is_not_understood_any_more_ends_and_its_reader_is_told(saved: Saved) -> None:
    await saved.save()
    await saved.confirm()
    saved.search.status = 422
    await saved.ask_again()
    assert len(await saved.mails()) == 1
    async with saved.database.begin() as session:
        await session.execute(text("UPDATE saved_searches SET refused_since = refused_since - interval '1 day'"))
    await saved.ask_again()
    saved.search.status = 200
    await saved.ask_again()
    _, told = await saved.mails()
    assert told["Subject"] == "Din gemte søgning på Tilbudsportalen er stoppet"
    assert f"http://portal.example/soeg?{QUERY}" in lines_of(told)


async def test_a_search_that_is_refused_for_a_while_goes_on(saved: Saved) -> None:
    await saved.save()
    await saved.confirm()
    await saved.ask_again()
    saved.search.status = 422
    await saved.ask_again()
    saved.search.status = 200
    saved.search.names["CRV-2"] = "Valmuen"
    await saved.ask_again()
    assert len(await saved.mails()) == 2
    async with saved.database.read() as session:
        assert await session.scalar(text("SELECT refused_since FROM saved_searches")) is None


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"query": ""}, "/query"),
        ({"query": "limit=3&cursor=x"}, "/query"),
        ({"query": "q=%ff"}, "/query"),
        ({"query": "q=%00"}, "/query"),
        ({"query": "&".join(["q=x"] * 50)}, "/query"),
        ({"query": "q=" + "x" * 2_000}, "/query"),
        ({"query": None}, "/query"),
        ({"email": "mor"}, "/email"),
        ({"email": None}, "/email"),
        ({"frequency": "hourly"}, "/frequency"),
        ({"name": "x"}, "/name"),
    ],
)
async def test_what_is_refused(saved: Saved, change: dict[str, Any], pointer: str) -> None:
    answer = await saved.save(**change)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert await saved.mails() == []


async def test_what_the_search_refuses_or_finds_too_much_of_is_refused(saved: Saved) -> None:
    saved.search.status = 422
    assert (await saved.save()).json()["errors"][0]["pointer"] == "/query"
    saved.search.status = 200
    saved.search.names = {f"CRV-{number}": "x" for number in range(501)}
    assert (await saved.save()).json()["errors"][0]["code"] == "too-many"
    saved.search.names.popitem()
    assert (await saved.save()).status_code == 202


async def test_what_is_never_confirmed_is_forgotten(saved: Saved) -> None:
    await saved.save()
    async with saved.database.begin() as session:
        await session.execute(text("UPDATE saved_searches SET created_at = created_at - interval '4 days'"))
        await forget_searches(session)
        assert await session.scalar(text("SELECT count(*) FROM saved_searches")) == 0
        assert await session.scalar(text("SELECT count(*) FROM mails")) == 0


def test_a_query_has_one_spelling() -> None:
    assert clean_query("?region=1081&q=autisme&limit=20&sort=rate") == QUERY
    with pytest.raises(Invalid):
        clean_query("?")
    assert clean_query("q=A\u030abent%20hus%C2%A0&region=") == clean_query("q=%C3%85bent+hus")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("q=010190-1234", "cpr-number"),
        ("q=01+01+90+1234", "cpr-number"),
        ("near=0101901234", "cpr-number"),
        ("q=a%07b", "control-character"),
    ],
)
def test_what_must_not_be_kept_is_refused(query: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_query(query)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/query", code)]


def test_what_was_not_known_before_is_no_news() -> None:
    assert new_ones(["a", "b"], None) == []
    assert new_ones(["a", "b"], ["b", "c"]) == ["a"]
    assert new_ones(["a"], []) == ["a"]


async def test_many_who_ask_at_once_send_an_address_three_mails(saved: Saved) -> None:
    answers = await asyncio.gather(*(saved.save(query=f"q=hus{number}") for number in range(12)))
    assert {answer.status_code for answer in answers} == {202}
    async with saved.database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM mails WHERE kind = 'search-confirmation'")) == 3


async def test_what_another_worker_has_asked_meanwhile_is_not_told_again(saved: Saved) -> None:
    await saved.save()
    await saved.confirm()
    await saved.ask_again()
    async with saved.database.begin() as session:
        search = (await session.scalars(select(SavedSearch))).one()
        await tell(session, search.id, Found({"CRV-9": "Ny"}), search.next_at - timedelta(minutes=1))
    async with saved.database.read() as session:
        assert (await session.scalars(select(SavedSearch))).one().seen == ["CRV-1"]


async def test_what_waits_is_not_sent_after_the_search_is_ended(saved: Saved) -> None:
    await saved.save()
    await saved.confirm()
    await saved.ask_again()
    saved.search.names["CRV-2"] = "Valmuen"
    await saved.ask_again()
    async with saved.database.begin() as session:
        search = (await session.scalars(select(SavedSearch))).one()
        await end(session, search.id, is_ended=True)
    async with saved.database.read() as session:
        states = await session.scalars(text("SELECT state FROM mails WHERE kind = 'saved-search'"))
        assert states.all() == ["superseded"]


async def test_who_is_signed_in_sees_what_is_saved_with_an_own_address(saved: Saved, identity: Any) -> None:
    await saved.save()
    await saved.save(email=SOFIE.upper(), frequency="weekly")
    assert (await saved.api.get("/v1/saved-searches")).status_code == 401
    headers = {"Authorization": f"Bearer {identity.token('caseworker-aalborg')}"}
    (own,) = (await saved.api.get("/v1/saved-searches", headers=headers)).json()["items"]
    assert (own["query"], own["frequency"], own["confirmed"]) == (QUERY, "weekly", False)
    assert (await saved.api.delete(f"/v1/saved-searches/{own['token']}")).status_code == 204
    assert (await saved.api.get("/v1/saved-searches", headers=headers)).json()["items"] == []
