"""What no rule could place is listed, decided by the national operator, and goes on as if a rule had named somebody."""

import asyncio
import json
from typing import Any

import pytest

from chassis.database import Database
from contracts.testing.factories import NORD
from devstack.in_process import emitted
from services.jurisdiction.tests.factories import Client, approved, closed, created, handle, published, sent

WHY = "Øen hører efter aftale til dette socialtilsyn."
EAST = "socialtilsyn-hovedstaden"


async def waiting(api: Any) -> list[dict[str, Any]]:
    answer = await api.get("/v1/undecided")
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def decide(api: Any, undecided: str, authority: str = EAST, reason: str = WHY) -> Any:
    return await api.post(f"/v1/undecided/{undecided}", json={"authority": authority, "reason": reason})


async def test_a_report_that_no_rule_can_place_is_listed_and_decided(
    client: Client, identity: Any, database: Database
) -> None:
    await handle(database, created(), sent(municipality="0411"))
    async with client(identity.token("national-operator")) as api:
        [item] = await waiting(api)
        assert (item["tilbud_id"], item["submission_id"], item["provisional"]) == ("CRV-6324", "case-1", None)
        assert "Christiansø" in item["reason"]
        decided = await decide(api, item["id"])
        assert (decided.status_code, decided.json()["state"], decided.json()["authority"]) == (200, "decided", EAST)
        assert await waiting(api) == []
        assert (await decide(api, item["id"])).status_code == 409
    assert [row[:2] for row in await published(database)] == [
        ("authority-assigned", "1"), ("case-not-routed", "case-1/1"), ("case-routed", "case-1/1"),
    ]  # fmt: skip
    routed = json.loads((await emitted(database))[-1]["value"])
    assert (routed["authority"], routed["rule"], routed["confidence"]) == (EAST, "decision", "high")
    assert [each["applies"] for each in routed["considered"]] == [True]
    assert WHY not in json.dumps(routed)
    await handle(database, approved(1, EAST))
    assert (await published(database))[-1] == ("authority-assigned", "2", EAST)


async def test_the_decision_holds_for_later_reports_that_say_the_same(
    client: Client, identity: Any, database: Database
) -> None:
    await handle(database, created(), sent(municipality="0411"))
    async with client(identity.token("national-operator")) as api:
        [item] = await waiting(api)
        await decide(api, item["id"])
        await handle(database, approved(1, EAST), sent(2, steps=("budget",), municipality="0411"))
        assert (await published(database))[-1] == ("case-routed", "case-2/1", EAST)
        await handle(database, sent(3, steps=("agreements",), municipality="0411", agreement_municipality="0147"))
        [again] = await waiting(api)
    assert again["submission_id"] == "case-3"


async def test_who_corrects_the_report_needs_no_decision(client: Client, identity: Any, database: Database) -> None:
    await handle(database, created(), sent(municipality="0411"))
    async with client(identity.token("national-operator")) as api:
        [item] = await waiting(api)
        await handle(database, sent(1, revision=2))
        assert await waiting(api) == []
        assert (await decide(api, item["id"])).status_code == 409
        await handle(database, sent(2, municipality="0411"), closed(2))
        assert await waiting(api) == []
    assert (await published(database))[2] == ("case-routed", "case-1/2", NORD)


async def test_an_answer_that_is_not_sure_goes_on_and_is_listed(
    client: Client, identity: Any, database: Database
) -> None:
    await handle(database, created(), sent(operator_kind="municipal"))
    assert (await published(database))[-1] == ("case-routed", "case-1/1", NORD)
    async with client(identity.token("national-operator")) as api:
        [item] = await waiting(api)
        assert (item["provisional"], item["provisional_name"]) == (NORD, "Socialtilsyn Nord")
        assert "ikke oplyst hvilken" in item["reason"]
        await decide(api, item["id"], "socialtilsyn-oest")
    assert (await published(database))[-1] == ("case-routed", "case-1/1", "socialtilsyn-oest")


async def test_a_tilbud_that_no_rule_can_place_is_its_creators_until_it_is_decided(
    client: Client, identity: Any, database: Database
) -> None:
    await handle(database, created(municipality="0411"))
    async with client(identity.token("national-operator")) as api:
        [item] = await waiting(api)
        assert (item["submission_id"], item["provisional"]) == (None, NORD)
        await decide(api, item["id"])
    assert await published(database) == [("authority-assigned", "1", NORD), ("authority-assigned", "2", EAST)]
    event = json.loads((await emitted(database))[-1]["value"])
    assert (event["rule"], event["previous"]) == ("decision", NORD)


async def test_two_decisions_at_the_same_moment_are_one(client: Client, identity: Any, database: Database) -> None:
    await handle(database, created(), sent(municipality="0411"))
    async with client(identity.token("national-operator")) as api:
        [item] = await waiting(api)
        answers = await asyncio.gather(decide(api, item["id"]), decide(api, item["id"], "socialtilsyn-oest"))
    assert sorted(each.status_code for each in answers) == [200, 409]
    assert [row[0] for row in await published(database)].count("case-routed") == 1


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"authority": "socialtilsyn-vest", "reason": WHY}, ["/authority"]),
        ({"authority": "region-oestdanmark", "reason": " "}, ["/authority", "/reason"]),
        ({"authority": EAST}, ["/reason"]),
        ({"reason": WHY}, ["/authority"]),
    ],
)
async def test_what_is_refused(
    client: Client, identity: Any, database: Database, body: dict[str, str], pointers: list[str]
) -> None:
    await handle(database, created(), sent(municipality="0411"))
    async with client(identity.token("national-operator")) as api:
        [item] = await waiting(api)
        answer = await api.post(f"/v1/undecided/{item['id']}", json=body)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == pointers


async def test_only_the_national_operator_decides_and_those_concerned_are_told(
    client: Client, identity: Any, database: Database
) -> None:
    await handle(database, created(), sent(municipality="0411"))
    async with client(identity.token("officer-nord-a")) as api:
        assert (await api.get("/v1/undecided")).status_code == 403
        assert (await decide(api, "x")).status_code == 403
        assert (await api.get("/v1/undecided/x")).status_code == 403
        [item] = (await api.get("/v1/tilbud/CRV-6324/undecided")).json()["items"]
    assert "Christiansø" in item["reason"]
    for persona, status in (("reporter-solsikken", 200), ("reporter-other", 404), ("officer-region", 404)):
        async with client(identity.token(persona)) as api:
            assert (await api.get("/v1/tilbud/CRV-6324/undecided")).status_code == status
    async with client(identity.token("national-operator")) as api:
        assert (await decide(api, "unknown")).status_code == 404
        assert (await api.get("/v1/undecided/unknown")).status_code == 404
        assert (await api.get(f"/v1/undecided/{item['id']}")).json() == item


async def test_the_list_comes_in_pages(client: Client, identity: Any, database: Database) -> None:
    for number in (1, 2, 3):
        await handle(database, sent(number, municipality="0411"))
    async with client(identity.token("national-operator")) as api:
        first = (await api.get("/v1/undecided?limit=2")).json()
        second = (await api.get(f"/v1/undecided?limit=2&cursor={first['next']}")).json()
    ids = [each["submission_id"] for each in (*first["items"], *second["items"])]
    assert ids == ["case-1", "case-2", "case-3"]
    assert [first["total"], second["total"]] == [3, 3]
    assert second["next"] is None
