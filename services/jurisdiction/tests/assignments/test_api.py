"""The HTTP API: the authority of a tilbud now and before, and everything that is refused."""

from typing import Any

import pytest

from chassis.database import Database
from services.jurisdiction.tests.factories import Client, approved, created, handle, sent


async def test_nobody_asks_without_a_token(client: Client) -> None:
    async with client() as api:
        assert (await api.get("/v1/tilbud/CRV-6324/authority")).status_code == 401


async def test_the_authority_of_a_tilbud_now_and_before(client: Client, identity: Any, database: Database) -> None:
    await handle(database, created(), sent(municipality="0751"), approved(authority="socialtilsyn-midt"))
    async with client(identity.token("officer-syd")) as api:
        now = await api.get("/v1/tilbud/CRV-6324/authority")
        then = await api.get("/v1/tilbud/CRV-6324/authority?at=2026-11-01")
        before = await api.get("/v1/tilbud/CRV-6324/authority?at=2026-10-31")
    assert now.status_code == 200
    assert now.json()["authority"] == "socialtilsyn-midt"
    assert now.json()["previous"] == "socialtilsyn-nord"
    assert "Aarhus Kommune" in now.json()["explanation"]
    assert [each["authority"] for each in now.json()["history"]] == ["socialtilsyn-midt", "socialtilsyn-nord"]
    assert now.headers["etag"].startswith('"')
    assert then.json()["authority"] == "socialtilsyn-nord"
    assert then.json()["until"] == now.json()["assigned_at"]
    assert before.status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/tilbud/CRV-1/authority", 404),
        ("/v1/tilbud/CRV-1/authority?at=now", 422),
        ("/v1/tilbud/CRV-1/authority?when=2026-01-01", 422),
        (f"/v1/tilbud/{'x' * 201}/authority", 422),
        ("/v1/tilbud/%00/authority", 400),
    ],
)
async def test_what_there_is_not(client: Client, identity: Any, path: str, status: int) -> None:
    async with client(identity.token("officer-nord-a")) as api:
        answer = await api.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
