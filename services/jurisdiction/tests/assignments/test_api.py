"""The HTTP API: the authority of a tilbud now and before, and everything that is refused."""

from typing import Any

import pytest

from chassis.database import Database
from contracts.testing import factories
from services.jurisdiction.tests.factories import Client, approved, created, handle, public, sent, unpublished


async def test_nobody_asks_without_a_token(client: Client) -> None:
    async with client() as api:
        assert (await api.get("/v1/tilbud/CRV-6324/authority")).status_code == 401


async def test_the_authority_of_a_tilbud_now_and_before(client: Client, identity: Any, database: Database) -> None:
    await handle(database, created(), sent(municipality="0751"), approved(authority="socialtilsyn-midt"))
    async with client(identity.token("officer-nord-a")) as api:
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


PEOPLE = (
    "reporter-solsikken", "reporter-valmuen", "reporter-other", "no-tilbud", "family-own", "caseworker-aalborg",
    "officer-nord-basic", "officer-nord-a", "officer-syd", "officer-aalborg", "officer-region", "national-operator",
)  # fmt: skip
CONCERNED = {"reporter-solsikken", "reporter-valmuen", "officer-nord-basic", "officer-nord-a"}


async def told(client: Client, identity: Any) -> set[str]:
    """Return the people who are told of Solsikken; everybody else is answered as about a tilbud that does not exist."""
    knowing = set()
    for persona in PEOPLE:
        async with client(identity.token(persona)) as api:
            answer, unknown = [await api.get(f"/v1/tilbud/{each}/authority") for each in ("CRV-6324", "CRV-1")]
        assert unknown.status_code == 404
        if answer.status_code == 200:
            knowing.add(persona)
        else:
            assert answer.status_code == 404
            assert answer.json() | {"instance": ""} == unknown.json() | {"instance": ""}
    return knowing


async def test_only_those_concerned_know_of_a_tilbud_that_is_not_public(
    client: Client, identity: Any, database: Database
) -> None:
    await handle(database, created())
    assert await told(client, identity) == CONCERNED
    await handle(database, sent(municipality="0751"))
    assert await told(client, identity) == CONCERNED
    # A case of it is at another authority now, which has to know where it is.
    await handle(database, sent(2, municipality="0607"))
    assert await told(client, identity) == CONCERNED | {"officer-syd"}


async def test_everybody_who_is_signed_in_knows_of_it_while_it_is_public(
    client: Client, identity: Any, database: Database
) -> None:
    await handle(database, created(), public())
    assert await told(client, identity) == set(PEOPLE)
    await handle(database, unpublished(sequence=2))
    assert await told(client, identity) == CONCERNED
    # An old message brings nothing back.
    await handle(database, public())
    assert await told(client, identity) == CONCERNED


@pytest.mark.parametrize(("authority", "status"), [("socialtilsyn-nord", 200), ("socialtilsyn-syd", 404)])
async def test_a_system_speaks_for_its_authority_and_is_no_employee_of_the_operator(
    client: Client, identity: Any, database: Database, authority: str, status: int
) -> None:
    await handle(database, created())
    token = identity.token("reporter-solsikken", rights=[f"tilsyn.publish:{authority}"])
    async with client(token) as api:
        assert (await api.get("/v1/tilbud/CRV-6324/authority")).status_code == status


async def test_a_new_operator_is_told_and_the_old_one_no_longer(
    client: Client, identity: Any, database: Database
) -> None:
    facts = factories.tilbud_facts(cvr="99100036")
    other = approved().model_copy(update={"tilbud": facts})
    await handle(database, created(), other, created())
    assert await told(client, identity) == CONCERNED - {"reporter-solsikken", "reporter-valmuen"} | {"reporter-other"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/tilbud/CRV-1/authority", 404),
        ("/v1/tilbud/CRV-1/authority?at=now", 422),
        ("/v1/tilbud/CRV-1/authority?at=", 422),
        ("/v1/tilbud/CRV-1/authority?at=0", 422),
        ("/v1/tilbud/CRV-1/authority?at=1764288000", 422),
        ("/v1/tilbud/CRV-1/authority?at=2026-11-22T10:00:00Z", 422),
        ("/v1/tilbud/CRV-1/authority?at=2026-02-30", 422),
        ("/v1/tilbud/CRV-1/authority?at=0026-11-22", 422),
        ("/v1/tilbud/CRV-1/authority?at=9999-12-31", 422),
        ("/v1/tilbud/CRV-1/authority?at=%EF%BC%92026-11-22", 422),
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
