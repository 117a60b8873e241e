"""A program is called with the news of what its user follows: signed, once, again after a failure, off after many."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import text

from notification.settings import NotificationSettings
from notification.webhooks.calling import WebhookCaller
from notification.webhooks.rules import signature
from services.notification.tests.factories import SOLSIKKEN, FollowedTilbud, handle, tilsyn

SOFIES = "caseworker-aalborg"


@dataclass
class Receiver:
    """A real HTTP server of the user's: what it got, and what it answers."""

    status: int = 204
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        self.got.append((headers, await reader.readexactly(int(headers["content-length"]))))
        writer.write(f"HTTP/1.1 {self.status} x\r\nContent-Length: 0\r\nLocation: /x\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    found = Receiver()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    yield found
    server.close()


@pytest.fixture
def settings(settings: NotificationSettings) -> NotificationSettings:
    """As in development, where plain HTTP to the own machine is called."""
    return settings.model_copy(update={"environment": "development"})


async def make(followed: FollowedTilbud, receiver: Receiver, status: int = 201) -> dict[str, Any]:
    async with followed.client(followed.identity.token(SOFIES)) as api:
        answer = await api.post("/v1/webhooks", json={"url": f"http://127.0.0.1:{receiver.port}/news?x=1"})
    assert answer.status_code == status
    body: dict[str, Any] = answer.json()
    return body


async def call(followed: FollowedTilbud) -> None:
    """Make what is due, as if every pause were over."""
    async with followed.database.begin() as session:
        await session.execute(text("UPDATE webhook_calls SET next_at = now() WHERE next_at IS NOT NULL"))
        await session.execute(text("UPDATE webhooks SET rests_until = NULL"))
    await WebhookCaller(is_development=True).run(followed.database)


async def test_a_call_says_what_happened_is_signed_and_comes_once(followed: FollowedTilbud, receiver: Receiver) -> None:
    made = await make(followed, receiver)
    await handle(followed.database, tilsyn(), tilsyn())
    await call(followed)
    await call(followed)
    ((headers, content),) = receiver.got
    body = json.loads(content)
    assert (body["type"], body["data"]) == ("tilbud.tilsyn-published", {"kind": "tilbud", "id": SOLSIKKEN})
    signed = signature(made["secret"], headers["webhook-id"], int(headers["webhook-timestamp"]), content)
    assert headers["webhook-signature"] == signed
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    assert b"Solsikken" not in content


async def test_what_fails_comes_again_with_the_same_id(followed: FollowedTilbud, receiver: Receiver) -> None:
    await make(followed, receiver)
    await handle(followed.database, tilsyn())
    for status in (500, 302, 200, 200):
        receiver.status = status
        await call(followed)
    assert len(receiver.got) == 3
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


async def test_after_failures_it_is_off_until_a_test_call_arrives(followed: FollowedTilbud, receiver: Receiver) -> None:
    made = await make(followed, receiver)
    receiver.status = 500
    await handle(followed.database, *(tilsyn(version=version) for version in (1, 2, 3)))
    for _ in range(9):
        await call(followed)
    assert len(receiver.got) == 3 * 8
    async with followed.client(followed.identity.token(SOFIES)) as api:
        (listed,) = (await api.get("/v1/webhooks")).json()["items"]
        assert (listed["off"], "secret" in listed) == (True, False)
        path = f"/v1/webhooks/{made['id']}/test"
        assert (await api.post(path)).json() == {"delivered": False, "status": 500}
        receiver.status = 204
        assert (await api.post(path)).json() == {"delivered": True, "status": 204}
        assert (await api.get("/v1/webhooks")).json()["items"][0]["off"] is False
    await handle(followed.database, tilsyn(version=4))
    await call(followed)
    assert len(receiver.got) == 3 * 8 + 2 + 1


async def test_who_is_gone_is_called_no_more(followed: FollowedTilbud, receiver: Receiver) -> None:
    await make(followed, receiver)
    receiver.status = 410
    await handle(followed.database, tilsyn())
    await call(followed)
    await handle(followed.database, tilsyn(version=2))
    await call(followed)
    assert len(receiver.got) == 1


async def test_a_webhook_is_its_maker_s_alone(followed: FollowedTilbud, receiver: Receiver) -> None:
    path = f"/v1/webhooks/{(await make(followed, receiver))['id']}"
    async with followed.client(followed.identity.token("reporter-solsikken")) as api:
        assert (await api.get("/v1/webhooks")).json()["items"] == []
        assert (await api.delete(path)).status_code == 404
        assert (await api.post(f"{path}/test")).status_code == 404
    async with followed.client(followed.identity.token(SOFIES)) as api:
        assert (await api.delete(path)).status_code == 204
        assert (await api.delete(path)).status_code == 404
    await handle(followed.database, tilsyn())
    await call(followed)
    assert receiver.got == []


async def test_one_may_have_five(followed: FollowedTilbud, receiver: Receiver) -> None:
    for _ in range(5):
        await make(followed, receiver)
    await make(followed, receiver, 409)


async def test_in_operation_nothing_of_our_own_networks_is_called(followed: FollowedTilbud, receiver: Receiver) -> None:
    await make(followed, receiver)
    await handle(followed.database, tilsyn())
    await WebhookCaller(is_development=False).run(followed.database)
    assert receiver.got == []


async def test_who_does_not_answer_holds_up_nobody_and_rests(followed: FollowedTilbud, receiver: Receiver) -> None:
    hanging, is_over = Receiver(), asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hanging.got.append(({}, await reader.readuntil(b"\r\n\r\n")))
        await is_over.wait()
        writer.close()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
        hanging.port = server.sockets[0].getsockname()[1]
        await make(followed, hanging)
        await make(followed, receiver)
        await handle(followed.database, *(tilsyn(version=version) for version in range(1, 6)))
        calling = asyncio.create_task(WebhookCaller(is_development=True).run(followed.database))
        async with asyncio.timeout(9):
            while len(receiver.got) < 5:
                await asyncio.sleep(0.01)
        is_over.set()
        await calling
        await WebhookCaller(is_development=True).run(followed.database)
    assert (len(receiver.got), len(hanging.got)) == (5, 1)


async def test_one_made_twice_with_one_key_is_one(followed: FollowedTilbud) -> None:
    async with followed.client(followed.identity.token(SOFIES)) as api:
        body, key = {"url": "https://example.org/nyt"}, {"Idempotency-Key": "en"}
        first, again = [(await api.post("/v1/webhooks", json=body, headers=key)).json() for _ in range(2)]
        listed = (await api.get("/v1/webhooks")).json()["items"]
    assert first == again
    assert len(listed) == 1
