"""Nothing that a signed-in caller can send makes this service fail, whatever is switched on."""

import json
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from chassis.database import Database
from devstack.in_process import api_client
from jurisdiction.app import build
from jurisdiction.settings import JurisdictionSettings
from services.jurisdiction.tests.factories import HOME, TILBUD, Client, created, handle, public

SWITCHES = {"R6": date(2014, 1, 1), "region-oestdanmark": date(2027, 1, 1), "barnets-lov": date(2024, 1, 1)}
TEXTS = (
    "", " ", "\x00", "\x1b[2J", "\r\n", "\u202e0851", "\u200b", "\uffff", "🙂", "a" * 100, "a" * 5_000, "'; --", "%s",
    "{x}", "0851", "0000", "9999", "0411", "851", "٠٨٥١", "socialtilsyn-nord", "kommune-0851", "region-1081", HOME,
    "region-1084", "skib", "010190-1234",
)  # fmt: skip
DAYS = (
    "", "now", "0", "1764288000", "-1", "1e9", "2026-02-30", "0001-01-01", "1999-12-31", "2000-01-01", "2013-12-31",
    "2014-01-01", "2024-02-29", "2026-12-31", "2027-01-01", "2036-01-01", "9999-12-31", "10000-01-01",
    "2026-11-22T10:00Z", "2026-W48-6", "20261122", "٢٠٢٦-١١-٢٢", "NaN", "null",
)  # fmt: skip
FIELDS = ("municipality", "primary", "agreement_municipality", "part_of", "delegated_to", "at")
VALUES: tuple[Any, ...] = (None, True, 0, -1, 1.5, 10**30, [], [None], {}, {"kind": "regional"}, *TEXTS, *DAYS)
RAW = (
    b"",
    b"{",
    b"\xff",
    b"[" * 50_000,
    b'{"at": NaN}',
    b'{"municipality": "\\ud800"}',
    b'{"a": 1, "a": 2}',
    b"9" * 9_000,
)


@pytest.fixture
def client(database: Database, identity: Any) -> Client:
    """Open a client of the API with every rule switched on."""
    settings = JurisdictionSettings(
        database_url=SecretStr(database.url),
        kafka_bootstrap="127.0.0.1:1",
        identity_issuer=identity.issuer,
        switched_on=SWITCHES,
        rate_limit_per_second=0,
    )
    app = build(settings, database)
    return lambda token=None: api_client(app, token)


def questions() -> list[dict[str, Any]]:
    plain = {"legal_bases": [HOME], "municipality": "0851"}
    moved = [{"from_municipality": text, "known_on": "2026-06-01"} for text in TEXTS]
    moved += [{"from_municipality": "0751", "known_on": day} for day in DAYS]
    operators = [{"kind": "regional", "region": text} for text in TEXTS]
    operators += [{"kind": "municipal", "municipality": text} for text in TEXTS]
    return [
        *({**plain, name: value} for name in FIELDS for value in VALUES),
        *({**plain, "legal_bases": [text]} for text in TEXTS),
        *({**plain, "legal_bases": [HOME, text]} for text in TEXTS),
        *({**plain, "moved": move, "at": day} for move in moved for day in ("2026-11-22", "2036-01-01")),
        *({**plain, "operator": operator} for operator in operators),
        *({"legal_bases": ["dagtilbud"], "municipality": "0851", "operator": operator} for operator in operators),
        *({**plain, "group": {"head_municipality": text}} for text in TEXTS),
        *({**plain, "features": [text]} for text in TEXTS),
        *({**plain, text: 1} for text in TEXTS),
    ]


async def test_no_question_makes_it_fail(client: Client, identity: Any) -> None:
    bodies = [*(json.dumps(question).encode() for question in (*questions(), *VALUES)), *RAW]
    async with client(identity.token("officer-nord-a")) as api:
        answers = [
            await api.post("/v1/authority", content=body, headers={"Content-Type": "application/json"})
            for body in bodies
        ]
    for body, answer in zip(bodies, answers, strict=True):
        check(answer, repr(body[:200]))
    assert {answer.status_code for answer in answers} == {200, 400, 422}


async def test_no_address_makes_it_fail(database: Database, client: Client, identity: Any) -> None:
    await handle(database, created(), public())
    async with client(identity.token("officer-nord-a")) as api:
        for text in (*TEXTS, *DAYS):
            for address in (
                f"/v1/tilbud/{quote(text, safe='')}/authority",
                f"/v1/tilbud/{TILBUD}/authority?at={quote(text, safe='')}",
                f"/v1/tilbud/{TILBUD}/authority?{quote(text, safe='')}=1",
                f"/v1/{quote(text, safe='')}/{TILBUD}/authority",
            ):
                check(await api.get(address), address)


def check(answer: Any, sent: str) -> None:
    assert answer.status_code < 500, sent
    assert answer.status_code != 429
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", sent
