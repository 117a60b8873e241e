"""Handover and take-back on a real database: asked for over HTTP, settled by approval's answer, told to everybody."""

import asyncio
import json
from typing import Any

import pytest

from chassis.database import Database
from contracts.testing import factories
from contracts.testing.factories import NORD
from devstack.in_process import emitted
from services.jurisdiction.tests.factories import Client, approved, created, handle, published, returned, sent

SYD, MIDT = "socialtilsyn-syd", "socialtilsyn-midt"
BASE = "/v1/tilbud/CRV-6324"
WHY = "Tilbuddet er en del af en koncern, som Syd fører tilsyn med."


def changer(identity: Any, authority: str = NORD, persona: str = "officer-nord-a") -> str:
    """Return the token of an officer who may change the authority, and decide cases."""
    rights = [f"authority.change:{authority}", f"tilbud.approve:{authority}"]
    return str(identity.token(persona, rights=rights))


async def hand_over(api: Any, to: str = SYD, **headers: str) -> Any:
    return await api.post(f"{BASE}/handover", json={"to": to, "reason": WHY}, headers=headers)


async def settled(database: Database, answer: Any, *, refused_because: str | None = None, **fields: Any) -> None:
    """Approval has settled the handover that an answer names."""
    handover = answer.json()["id"]
    event = factories.handover_settled(handover_id=handover, refused_because=refused_because, **fields)
    await handle(database, event)


async def given_to_syd(client: Client, identity: Any, database: Database) -> str:
    """Nord has handed Solsikken over to Syd; return the id of the handover."""
    await handle(database, created(), sent(), approved(), sent(2, steps=("budget",)))
    async with client(changer(identity)) as api:
        answer = await hand_over(api)
    assert answer.status_code == 202
    await settled(database, answer, cases=["case-2"])
    return str(answer.json()["id"])


async def test_a_handover_is_pending_until_approval_has_settled_it(
    client: Client, identity: Any, database: Database
) -> None:
    await handle(database, created(), sent(), approved(), sent(2, steps=("budget",)))
    async with client(changer(identity)) as api:
        answer = await hand_over(api)
        assert (answer.status_code, answer.json()["state"]) == (202, "pending")
        shown = (await api.get(answer.headers["location"])).json()
        assert (await api.get(f"{BASE}/authority")).json()["authority"] == NORD
        await settled(database, answer, cases=["case-2"])
        after = (await api.get(answer.headers["location"])).json()
        authority = (await api.get(f"{BASE}/authority")).json()
    wanted = {"tilbud_id": "CRV-6324", "from": NORD, "to": SYD, "reason": WHY, "refused_because": None}
    assert shown | wanted | {"state": "pending", "cases": ["case-2"]} == shown
    assert after | wanted | {"state": "applied", "cases": ["case-2"]} == after
    assert (authority["authority"], authority["name"], authority["handed_over_by"]) == (SYD, "Socialtilsyn Syd", NORD)
    assert authority["because"] == "Socialtilsyn Nord har overdraget tilsynet med tilbuddet til Socialtilsyn Syd."
    assert authority["since"] == authority["assigned_at"]
    assert (await published(database))[-2:] == [
        ("authority-assigned", "2", SYD), ("case-routed", "case-2/1", SYD),
    ]  # fmt: skip
    requested = json.loads((await emitted(database))[-3]["value"])
    assert requested | {"cases": ["case-2"], "authority_version": 1, "taken_back": False} == requested
    assert requested["requested_by"]["authority"] == NORD


async def test_what_was_refused_changes_nothing_and_says_why(client: Client, identity: Any, database: Database) -> None:
    await handle(database, created(), sent())
    async with client(changer(identity)) as api:
        answer = await hand_over(api)
        before = len(await emitted(database))
        await settled(database, answer, refused_because="Sagen blev indsendt i samme øjeblik.")
        shown = (await api.get(answer.headers["location"])).json()
        assert (await api.get(f"{BASE}/authority")).json()["authority"] == NORD
        assert (await hand_over(api)).status_code == 202
    assert (shown["state"], shown["refused_because"]) == ("refused", "Sagen blev indsendt i samme øjeblik.")
    assert shown["cases"] == []
    assert len(await emitted(database)) == before + 1


async def test_the_giver_takes_it_back_with_its_cases(client: Client, identity: Any, database: Database) -> None:
    await given_to_syd(client, identity, database)
    async with client(changer(identity)) as api:
        answer = await api.post(f"{BASE}/take-back", json={"reason": "Koncernen er opløst."})
        assert answer.status_code == 202
        await settled(database, answer, cases=["case-2"])
        shown = (await api.get(answer.headers["location"])).json()
        authority = (await api.get(f"{BASE}/authority")).json()
    assert (shown["from"], shown["to"], shown["taken_back"]) == (SYD, NORD, True)
    assert (authority["authority"], authority["handed_over_by"]) == (NORD, None)
    assert authority["because"] == "Socialtilsyn Nord har trukket tilsynet med tilbuddet tilbage fra Socialtilsyn Syd."
    assert [each["authority"] for each in authority["history"]] == [NORD, SYD, NORD]
    assert (await published(database))[-1] == ("case-routed", "case-2/1", NORD)


async def test_everybody_who_gave_it_away_can_take_it_back_and_nobody_else(
    client: Client, identity: Any, database: Database
) -> None:
    """Nord gave it to Syd, and Syd to Midt."""
    await given_to_syd(client, identity, database)
    async with client(changer(identity, SYD, "officer-syd")) as api:
        assert (await api.post(f"{BASE}/take-back", json={"reason": WHY})).status_code == 409
        answer = await hand_over(api, MIDT)
        await settled(database, answer, from_authority=SYD, to_authority=MIDT)
    async with client(changer(identity, MIDT)) as api:
        refused = await api.post(f"{BASE}/take-back", json={"reason": WHY})
        assert refused.json()["type"].endswith("/authority-changed")
    async with client(changer(identity)) as api:
        answer = await api.post(f"{BASE}/take-back", json={"reason": WHY})
        await settled(database, answer, from_authority=MIDT, to_authority=NORD)
        assert (await api.get(f"{BASE}/authority")).json()["handed_over_by"] is None
    events = [json.loads(row["value"]) for row in await emitted(database) if row["type"].endswith("assigned.v1")]
    assert [each.get("givers", []) for each in events] == [[], [NORD], [NORD, SYD], []]


async def test_while_one_is_on_its_way_nobody_begins_another(client: Client, identity: Any, database: Database) -> None:
    await handle(database, created(), sent())
    async with client(changer(identity)) as api:
        answers = await asyncio.gather(*(hand_over(api, to) for to in (SYD, MIDT, SYD)))
    assert sorted(each.status_code for each in answers) == [202, 409, 409]
    refused = [each.json() for each in answers if each.status_code == 409]
    assert {each["type"].rsplit("/", 1)[1] for each in refused} == {"handover-pending"}
    assert all("allerede på vej" in each["detail"] for each in refused)


async def test_a_take_back_and_a_handover_at_the_same_moment(client: Client, identity: Any, database: Database) -> None:
    await given_to_syd(client, identity, database)
    async with client(changer(identity)) as nord, client(changer(identity, SYD, "officer-syd")) as syd:
        answers = await asyncio.gather(
            nord.post(f"{BASE}/take-back", json={"reason": WHY}), hand_over(syd, MIDT), return_exceptions=False
        )
    assert sorted(each.status_code for each in answers) == [202, 409]


async def test_the_same_command_again_has_one_effect(client: Client, identity: Any, database: Database) -> None:
    await handle(database, created(), sent())
    key = {"Idempotency-Key": "a-handover"}
    async with client(changer(identity)) as api:
        first, second = await hand_over(api, **key), await hand_over(api, **key)
    assert first.json() == second.json()
    assert [row[0] for row in await published(database)].count("handover-requested") == 1


async def test_who_gave_it_away_cannot_give_it_away_again(client: Client, identity: Any, database: Database) -> None:
    await given_to_syd(client, identity, database)
    async with client(changer(identity)) as api:
        answer = await hand_over(api, MIDT)
        assert (await api.get(f"{BASE}/handover-options")).json() == {"items": []}
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("Socialtilsyn Syd har tilsynet nu.")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"to": SYD, "reason": "  "}, "/reason", "missing"),
        ({"to": SYD}, "/reason", "missing"),
        ({"to": NORD, "reason": WHY}, "/to", "not-choosable"),
        ({"to": "kommune-0851", "reason": WHY}, "/to", "not-choosable"),
        ({"to": "socialtilsyn-vest", "reason": WHY}, "/to", "not-choosable"),
        ({"to": SYD, "reason": "Se 010190-1234."}, "/reason", "cpr-number"),
        ({"reason": WHY}, "/to", "missing"),
    ],
)
async def test_what_is_refused(
    client: Client, identity: Any, database: Database, body: dict[str, str], pointer: str, code: str
) -> None:
    await handle(database, created(), sent())
    async with client(changer(identity)) as api:
        answer = await api.post(f"{BASE}/handover", json=body)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    if code == "not-choosable":
        assert SYD in error["allowed"]


async def test_who_has_no_part_in_it_learns_nothing(client: Client, identity: Any, database: Database) -> None:
    handover = await given_to_syd(client, identity, database)
    without = identity.token("officer-nord-basic")
    async with client(without) as api:
        assert (await hand_over(api)).status_code == 403
        assert (await api.get(f"{BASE}/handover-options")).status_code == 403
        # A colleague of the giver reads what became of it.
        assert (await api.get(f"/v1/handovers/{handover}")).status_code == 200
    async with client(changer(identity, MIDT, "officer-region")) as api:
        assert (await hand_over(api)).status_code == 404
        assert (await api.post(f"{BASE}/take-back", json={"reason": WHY})).status_code == 404
        assert (await api.get(f"{BASE}/handover-options")).status_code == 404
        assert (await api.get(f"/v1/handovers/{handover}")).status_code == 404
    async with client(identity.token("reporter-other")) as api:
        assert (await api.get(f"/v1/handovers/{handover}")).status_code == 404
    async with client(identity.token("reporter-solsikken")) as api:
        assert (await api.get(f"/v1/handovers/{handover}")).json()["reason"] == WHY


async def test_later_cases_follow_the_handover_until_the_data_point_elsewhere(
    client: Client, identity: Any, database: Database
) -> None:
    await given_to_syd(client, identity, database)
    await handle(database, sent(3, steps=("staffing",)), sent(4, steps=("contact",), municipality="0751"))
    assert (await published(database))[-2:] == [
        ("case-routed", "case-3/1", SYD), ("case-routed", "case-4/1", MIDT),
    ]  # fmt: skip
    routed = json.loads((await emitted(database))[-2]["value"])
    assert routed["rule"] == "handover"
    assert [each["rule"] for each in routed["considered"] if each["applies"]] == ["handover"]
    assert "så længe oplysningerne peger på Socialtilsyn Nord" in routed["explanation"]
    await handle(database, approved(4, MIDT, steps=("contact",)))
    async with client(changer(identity)) as api:
        assert (await api.get(f"{BASE}/authority")).json()["handed_over_by"] is None


async def test_a_returned_case_comes_to_the_new_authority_when_it_is_sent_again(
    client: Client, identity: Any, database: Database
) -> None:
    await handle(database, created(), sent(), approved(), sent(2, steps=("budget",)), returned(2))
    async with client(changer(identity)) as api:
        answer = await hand_over(api)
        assert (await api.get(answer.headers["location"])).json()["cases"] == ["case-2"]
    await settled(database, answer, cases=["case-2"])
    await handle(database, sent(2, revision=2, steps=("budget",)))
    assert (await published(database))[-1] == ("case-routed", "case-2/2", SYD)


async def test_the_giver_does_not_get_it_back_by_an_approval_of_that_moment(
    client: Client, identity: Any, database: Database
) -> None:
    """The report was routed to Nord while the handover was on its way, and Nord was quick."""
    await given_to_syd(client, identity, database)
    before = len(await emitted(database))
    await handle(database, approved(2, NORD, steps=("company",)))
    assert len(await emitted(database)) == before


async def test_a_move_by_an_approval_in_between_wins(client: Client, identity: Any, database: Database) -> None:
    """Midt approves the new address before approval settles: its answer comes too late, and the cases go to Midt."""
    await handle(database, created(), sent(), approved(), sent(2, steps=("budget",)))
    await handle(database, sent(3, steps=("contact",), municipality="0751"))
    async with client(changer(identity)) as api:
        answer = await hand_over(api)
        await handle(database, approved(3, MIDT, steps=("contact",)))
        await settled(database, answer, cases=["case-2"])
        shown = (await api.get(answer.headers["location"])).json()
    assert shown["state"] == "refused"
    assert shown["refused_because"].startswith("Socialtilsyn Midt fik tilsynet i samme øjeblik")
    assert (await published(database))[-1] == ("case-routed", "case-2/1", MIDT)


async def test_an_answer_that_comes_again_has_no_effect(client: Client, identity: Any, database: Database) -> None:
    handover = await given_to_syd(client, identity, database)
    before = len(await emitted(database))
    await handle(database, factories.handover_settled(handover_id=handover, republished=True))
    await handle(database, factories.handover_settled(handover_id=handover, refused_because="For sent."))
    await handle(database, factories.handover_settled(handover_id="unknown"))
    assert len(await emitted(database)) == before
