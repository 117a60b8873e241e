"""What was delivered, as far as each caller may know of it."""

from typing import Any

import pytest

from chassis.database import Database
from contracts.testing import factories
from notification.deliveries.sending import MailSender
from notification.settings import NotificationSettings
from services.notification.tests.factories import (
    SOLSIKKEN,
    Client,
    assigned,
    created,
    follow,
    handle,
    mails,
    opened,
    public,
    returned,
    tilsyn,
)
from services.notification.tests.mailbox import Mailbox

EMPTY: dict[str, object] = {"items": [], "next": None}


async def test_deliveries_show_the_own_organisation_only_and_no_address_of_others(
    three_tilbud: Database, client: Client, identity: Any
) -> None:
    await follow(client, identity.token("reporter-solsikken"), SOLSIKKEN)
    await follow(client, identity.token("officer-nord-a"), SOLSIKKEN)
    await handle(three_tilbud, opened(), returned())
    seen: dict[str, list[tuple[str, str, Any]]] = {}
    for persona in ("reporter-valmuen", "reporter-solsikken", "officer-nord-a", "reporter-other", "national-operator"):
        async with client(identity.token(persona)) as api:
            items = (await api.get(f"/v1/deliveries?about={SOLSIKKEN}")).json()["items"]
        seen[persona] = sorted((item["kind"], item["role"], item["to"]) for item in items)
        assert {item["state"] for item in items} <= {"owed"}
    own = ("case-returned", "follower", "dorthe@blomsterengen.example")
    assert len(seen["reporter-valmuen"]) == 5
    assert {to for _, _, to in seen["reporter-valmuen"]} == {None}
    assert own in seen["reporter-solsikken"]
    assert ("case-opened", "follower", "rasmus@nord.example") in seen["officer-nord-a"]
    assert ("tilbud-created", "leader", None) in seen["officer-nord-a"]
    assert not [kind for kind, role, _ in seen["officer-nord-a"] if kind == "case-returned" and role == "follower"]
    assert seen["reporter-other"] == []
    assert len(seen["national-operator"]) == len(await mails(three_tilbud, tilbud_id=SOLSIKKEN)) == 6


async def test_deliveries_of_a_tilbud_whose_authority_is_not_known_yet_are_nobody_elses(
    database: Database, client: Client, identity: Any
) -> None:
    await handle(database, created())
    seen = {}
    for persona in ("reporter-valmuen", "reporter-other", "no-tilbud", "officer-syd"):
        async with client(identity.token(persona)) as api:
            seen[persona] = len((await api.get(f"/v1/deliveries?about={SOLSIKKEN}")).json()["items"])
    assert seen.pop("reporter-valmuen") > 0
    assert set(seen.values()) == {0}


async def test_who_has_to_do_with_a_tilbud_sees_why_a_mail_did_not_arrive(
    database: Database, client: Client, identity: Any, settings: NotificationSettings, mailbox: Mailbox
) -> None:
    await handle(database, created(leader=factories.leader(email="jørgen@blomsterengen.example")), assigned())
    mailbox.answers = ["550 5.1.1 No such user"]
    await MailSender(settings).run(database)
    for persona in ("reporter-valmuen", "officer-nord-a", "national-operator"):
        async with client(identity.token(persona)) as api:
            answer = await api.get(f"/v1/deliveries?about={SOLSIKKEN}")
        items = {item["role"]: item for item in answer.json()["items"]}
        assert items["leader"]["state"] == "failed"
        assert items["leader"]["failure"] == {"code": "address", "detail": "Adressen kan ikke modtage mails."}
        assert items["contact"]["state"] == "bounced"
        assert items["contact"]["failure"]["code"] == "refused"
        assert "jørgen" not in answer.text


async def test_who_belongs_to_no_organisation_sees_only_the_own_mails(
    database: Database, client: Client, identity: Any
) -> None:
    await handle(database, created(), assigned(), public())
    nobodies = [identity.token("family-own", sub=sub, email=f"{sub}@familie.example") for sub in ("birgit", "per")]
    for token in nobodies:
        await follow(client, token, SOLSIKKEN)
    await handle(database, tilsyn())
    for token, address in zip(nobodies, ("birgit@familie.example", "per@familie.example"), strict=True):
        async with client(token) as api:
            items = (await api.get(f"/v1/deliveries?about={SOLSIKKEN}")).json()["items"]
            unfollowed = (await api.get("/v1/unfollowed")).json()["items"]
        assert [(item["kind"], item["to"]) for item in items] == [("tilsyn-published", address)]
        assert unfollowed == []


async def test_a_system_sees_the_mails_of_nobody(three_tilbud: Database, client: Client, identity: Any) -> None:
    await follow(client, identity.token("officer-nord-a"), SOLSIKKEN)
    await handle(three_tilbud, opened(), tilsyn())
    system = identity.token("reporter-solsikken", sub="socialtilsyn-nord", rights=["tilsyn.publish:socialtilsyn-nord"])
    async with client(system) as api:
        assert (await api.get(f"/v1/deliveries?about={SOLSIKKEN}")).json()["items"] == []


@pytest.mark.usefixtures("three_tilbud")
async def test_deliveries_come_in_pages(client: Client, identity: Any) -> None:
    async with client(identity.token("reporter-valmuen")) as api:
        first = (await api.get(f"/v1/deliveries?about={SOLSIKKEN}&limit=1")).json()
        second = (await api.get("/v1/deliveries", params={"about": SOLSIKKEN, "cursor": first["next"]})).json()
    assert [item["role"] for item in first["items"] + second["items"]] == ["leader", "contact"]
    assert second["next"] is None


async def test_the_authority_of_another_tilbud_gets_nothing(
    three_tilbud: Database, client: Client, identity: Any
) -> None:
    await handle(three_tilbud, returned())
    async with client(identity.token("officer-syd")) as api:
        answer = await api.get(f"/v1/deliveries?about={SOLSIKKEN}")
    assert answer.json() == {**EMPTY, "total": None}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/deliveries", 422),
        ("GET", f"/v1/deliveries?about={'x' * 201}", 422),
    ],
)
async def test_what_there_is_not(client: Client, identity: Any, method: str, path: str, status: int) -> None:
    async with client(identity.token("officer-nord-a")) as api:
        answer = await api.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
