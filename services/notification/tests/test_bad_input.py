"""Nothing that a signed-in caller can send makes this service fail."""

import base64
import json
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from chassis.database import Database
from devstack.in_process import api_client
from notification.app import build
from notification.settings import NotificationSettings
from services.notification.tests.factories import SOLSIKKEN, Client, created, handle, public

TEXTS = (
    "", " ", "\x00", "\x1b[2J", "\r\nX: y", "\u202e", "\u200b", "\ud7ff", "\uffff", "\ufdd0",
    "🙂" * 60, "a" * 200, "a" * 5_000,
    "'; DROP TABLE tilbud; --", "%", "_", "\\", "../../etc/passwd", "null", "true", "NaN", "-1", "1e999", "9" * 40,
    "010190-1234", "{}", "[]", "<script>", "{{ 7 * 7 }}",
)  # fmt: skip
PLACES = (
    '["\\u0000"]', '["\\ud800"]', "[true]", "[null]", "[1e999]", "[NaN]", "[9223372036854775808]",
    "[-9223372036854775809]",
    "[]", "{}", '"x"', "7", "[[1]]", '["a", "b"]', "[1.5]", f"[{'9' * 400}]", "[" * 300, '[{"a": 1}]', "",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**30, "", "x", [], [None], {}, {"own_email": []},
    *({"own_email": text} for text in TEXTS),
    *({"mails": {text: True}} for text in TEXTS), {"mails": []}, {"mails": {"case-opened": None}},
    {"mails": {"case-opened": 10**30}}, *({text: 1} for text in TEXTS),
)  # fmt: skip
RAW = (
    b"", b"{", b"\xff\xfe{}", b"\xef\xbb\xbf{}", b"NaN", b"[" * 100_000,
    b'{"own_email": "\\ud800"}', b'{"own_email": "\\u0000"}',
    b'{"own_email": null, "own_email": "a@b.dk"}', b'{"mails": ' + b"[" * 60_000, b"1e999999", b"9" * 50_000,
    b'{"own_email": "' + b"a" * 100_000 + b'@b.dk"}',
)  # fmt: skip


def cursors() -> list[str]:
    return [base64.urlsafe_b64encode(place.encode()).decode().rstrip("=") for place in PLACES]


def addresses() -> list[str]:
    texts = [quote(text, safe="") for text in TEXTS]
    values = [*texts, *cursors()]
    return [
        *(
            f"/v1/{path}{value}"
            for path in ("follows?cursor=", "unfollowed?cursor=", "follows?kind=")
            for value in values
        ),
        *(f"/v1/deliveries?about={SOLSIKKEN}&{name}={value}" for name in ("cursor", "about_kind") for value in values),
        *(f"/v1/deliveries?about={value}" for value in values),
        *(f"/v1/{name}?limit={value}" for name in ("follows", "unfollowed") for value in texts),
        *(f"/v1/deliveries?about={SOLSIKKEN}&limit={value}" for value in texts),
        *(f"/v1/follows?{value}=1" for value in texts if value),
    ]


@pytest.mark.parametrize("persona", ["reporter-solsikken", "officer-nord-a", "family-own", "national-operator"])
async def test_no_address_makes_it_fail(database: Database, client: Client, identity: Any, persona: str) -> None:
    await handle(database, created(), public())
    async with client(identity.token(persona)) as api:
        for address in addresses():
            check(await api.get(address), address)
        for text in (*TEXTS, *cursors()):
            for method in ("PUT", "DELETE"):
                check(await api.request(method, f"/v1/follows/tilbud/{quote(text, safe='')}"), text)
            check(await api.put(f"/v1/follows/{quote(text, safe='')}/{SOLSIKKEN}"), text)


async def test_no_body_makes_it_fail(client: Client, identity: Any) -> None:
    bodies = [*(json.dumps(value).encode() for value in VALUES), *RAW]
    async with client(identity.token("reporter-solsikken")) as api:
        for body in bodies:
            tag = (await api.get("/v1/preferences")).headers["etag"]
            headers = {"If-Match": tag, "Content-Type": "application/json"}
            answer = await api.put("/v1/preferences", content=body, headers=headers)
            check(answer, repr(body[:80]))
            if answer.status_code == 200:
                assert answer.json()["own_email"] is None


@pytest.mark.parametrize("sub", ["\u202e", "x" * 3_000, "' OR 1", "01019012341"])
async def test_no_caller_makes_it_fail(database: Database, client: Client, identity: Any, sub: str) -> None:
    await handle(database, created(), public())
    claims = {"sub": sub, "email": "a\r\nBcc: b@x.dk", "cvr": "\u200b", "rights": ["x", ":", "tilbud.approve:"]}
    async with client(identity.token("reporter-solsikken", **claims)) as api:
        for address in ("follows", "unfollowed", "preferences", f"deliveries?about={SOLSIKKEN}"):
            assert (await api.get(f"/v1/{address}")).status_code == 200
        assert (await api.put(f"/v1/follows/tilbud/{SOLSIKKEN}")).status_code == 200


async def test_no_link_search_or_webhook_makes_it_fail(
    database: Database, settings: NotificationSettings, identity: Any
) -> None:
    settings = settings.model_copy(update={"publication_url": "http://publication.test"})
    nothing = httpx2.MockTransport(lambda _: httpx2.Response(200, json={"items": [], "next": None}))
    async with api_client(build(settings, database, nothing), identity.token("reporter-solsikken")) as api:
        for text in TEXTS:
            for path in ("unsubscribe", "confirmations", "saved-searches", "webhooks"):
                for method in ("GET", "POST", "DELETE"):
                    check(await api.request(method, f"/v1/{path}/{quote(text, safe='')}"), text)
            check(await api.post(f"/v1/webhooks/{quote(text, safe='')}/test"), text)
        searches = [{"query": start + text, "email": "a@b.dk"} for text in TEXTS for start in ("", "q=")]
        addresses = [{"query": "q=x", "email": text} for text in TEXTS]
        urls = [{"url": start + text} for text in TEXTS for start in ("", "https://")]
        bodies = [json.dumps(value).encode() for value in (*searches, *addresses, *urls)]
        for body in (*bodies, *RAW):
            for path in ("saved-searches", "webhooks"):
                answer = await api.post(f"/v1/{path}", content=body, headers={"Content-Type": "application/json"})
                check(answer, repr(body[:80]))


def check(answer: Any, sent: str) -> None:
    assert answer.status_code < 500, sent
    assert answer.status_code != 429
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", sent
