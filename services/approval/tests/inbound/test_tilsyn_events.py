"""Tilsyn and cessations that a supervision system sends."""

from typing import Any

import pytest

from contracts.testing.factories import tilsyn_completed
from services.approval.tests.inbound.supervision_system import CEASED, SupervisionSystem, slug


async def test_a_tilsyn_is_published_and_answered(supervision_system: SupervisionSystem) -> None:
    [receipt] = await supervision_system.send(tilsyn_completed())
    assert receipt["accepted"] is True
    assert receipt["event_id"] == "e-1"
    assert receipt["problem"] is None
    [fact] = await supervision_system.tilsyn_events()
    assert fact["key"] == "CRV-6324"
    assert fact["data"]["accepted_number"] == 1
    assert fact["data"]["themes"][0]["score"] == 4.2


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"decided_on": "2999-01-01"}, "/decided_on"),
        ({"visited_on": "2999-01-01"}, "/visited_on"),
        ({"conclusion": "Borgeren 010190-1234 trives."}, "/conclusion"),
        ({"orders": [{"text": "Ret op.", "deadline": None}]}, "/orders/0/deadline"),
        ({"orders": [{"text": "Om 0101901234.", "deadline": "2026-01-01"}]}, "/orders/0/text"),
        ({"intensified": {"from": "2025-11-20", "until": "2026-05-21"}}, "/intensified/until"),
        ({"intensified": {"from": "2025-11-20", "until": "2025-11-19"}}, "/intensified/until"),
        ({"decision": "perhaps"}, "/decision"),
        ({"version": "1"}, "/version"),
        ({"unknown": 1}, "/unknown"),
        ({"themes": [{"theme": "health-and-wellbeing", "score": 7}]}, "/themes/0/score"),
        ({"plejefamilie_id": "P-1"}, "/plejefamilie_id"),
        ({"decided_on": "2013-12-31", "visited_on": None}, "/decided_on"),
        ({"visited_on": "2025-11-21", "decided_on": "2025-11-20"}, "/visited_on"),
        ({"orders": [{"text": "Ret op.", "deadline": "2025-11-19"}]}, "/orders/0/deadline"),
        ({"orders": [{"text": "Ret op.", "deadline": "0027-01-15"}]}, "/orders/0/deadline"),
        ({"conditions": [{"text": "Ret op.", "deadline": "2199-01-15"}]}, "/conditions/0/deadline"),
        ({"themes": [{"theme": "economy"}, {"theme": "economy", "score": 1}]}, "/themes/1/theme"),
        ({"conclusion": " \u200b\u3164 "}, "/conclusion"),
        ({"conclusion": "a\x1b[31mb"}, "/conclusion"),
        ({"orders": [{"text": "\u2800", "deadline": "2026-01-01"}]}, "/orders/0/text"),
        ({"conclusion": "Borger 670180-1234 trives."}, "/conclusion"),
        ({"conclusion": "Borger 010190\ufe0f.1234 trives."}, "/conclusion"),
        ({"tilsyn_id": "a\u202eb"}, "/tilsyn_id"),
        ({"tilsyn_id": " "}, "/tilsyn_id"),
        ({"decision": "approved-with-conditions"}, "/conditions"),
        ({"decision": "approved", "conditions": [{"text": "Højst fire."}]}, "/decision"),
    ],
)
async def test_a_wrong_tilsyn_is_refused_with_the_place(
    supervision_system: SupervisionSystem, content: dict[str, Any], pointer: str
) -> None:
    [receipt] = await supervision_system.send(tilsyn_completed(**content))
    assert receipt["accepted"] is False
    assert pointer in [error["pointer"] for error in receipt["problem"]["errors"]]
    assert await supervision_system.tilsyn_events() == []


async def test_a_text_is_published_as_every_text_is(supervision_system: SupervisionSystem) -> None:
    await supervision_system.send(tilsyn_completed(conclusion=" Bo\u00adstedet\u00a0er\r\nA\u030abent.\u202e "))
    [fact] = await supervision_system.tilsyn_events()
    assert fact["data"]["conclusion"] == "Bostedet er\nÅbent."


async def test_six_months_of_intensified_tilsyn_are_taken(supervision_system: SupervisionSystem) -> None:
    [receipt] = await supervision_system.send(
        tilsyn_completed(intensified={"from": "2025-08-31", "until": "2026-02-28", "reason": "Uro."})
    )
    assert receipt["accepted"] is True
    [fact] = await supervision_system.tilsyn_events()
    assert fact["data"]["intensified"]["from"] == "2025-08-31"


async def test_the_topic_says_who_speaks(supervision_system: SupervisionSystem) -> None:
    [receipt] = await supervision_system.send(tilsyn_completed(), authority="socialtilsyn-syd")
    assert slug(receipt) == "foreign-tilbud"
    [fact] = [fact for fact in await supervision_system.scenario.published() if "receipt" in fact["type"]]
    assert fact["topic"] == "external.receipts.socialtilsyn-syd.v1"
    [mine] = await supervision_system.send(tilsyn_completed())
    assert mine["accepted"] is True


async def test_versions_correct_and_do_not_go_back(supervision_system: SupervisionSystem) -> None:
    await supervision_system.send(tilsyn_completed(version=2))
    [lower] = await supervision_system.send(tilsyn_completed(decision="not-approved"), id="e-2")
    [same] = await supervision_system.send(tilsyn_completed(version=2, decision="not-approved"), id="e-3")
    [again] = await supervision_system.send(tilsyn_completed(version=2), id="e-4")
    [higher] = await supervision_system.send(tilsyn_completed(version=3, decision="not-approved"), id="e-5")
    [elsewhere] = await supervision_system.send(tilsyn_completed(version=4, tilbud_id="CRV-1"), id="e-6") or [None]
    assert [lower["accepted"], same["accepted"], again["accepted"], higher["accepted"]] == [True, False, True, True]
    assert same["problem"]["errors"][0]["pointer"] == "/version"
    assert [fact["data"]["version"] for fact in await supervision_system.tilsyn_events()] == [2, 3]
    assert elsewhere is None


async def test_a_tilsyn_id_belongs_to_one_tilbud_and_one_authority(supervision_system: SupervisionSystem) -> None:
    scenario = supervision_system.scenario
    await scenario.deliver(scenario.created("CRV-2"), scenario.assigned(tilbud_id="CRV-2"))
    await scenario.deliver(scenario.created("CRV-3"), scenario.assigned("socialtilsyn-syd", tilbud_id="CRV-3"))
    await supervision_system.send(tilsyn_completed())
    [moved] = await supervision_system.send(tilsyn_completed(tilbud_id="CRV-2", version=2), id="e-2")
    [other] = await supervision_system.send(tilsyn_completed(tilbud_id="CRV-3"), authority="socialtilsyn-syd")
    assert moved["problem"]["errors"][0]["pointer"] == "/tilsyn_id"
    assert other["accepted"] is True


async def test_a_cessation_is_published_once(supervision_system: SupervisionSystem) -> None:
    ceased = {"tilbud_id": "CRV-6324", "ceased_on": "2025-11-20", "reason": "Lukket."}
    [first] = await supervision_system.send(ceased, ce_type=CEASED)
    [again] = await supervision_system.send(ceased, ce_type=CEASED, id="e-2")
    [future] = await supervision_system.send({**ceased, "ceased_on": "2999-01-01"}, ce_type=CEASED, id="e-3")
    assert [first["accepted"], again["accepted"], future["accepted"]] == [True, True, False]
    [fact] = await supervision_system.tilsyn_events()
    assert fact["fact"] == "tilbud-ceased"


async def test_a_tilsyn_ends_sanctions_that_an_earlier_one_gave(supervision_system: SupervisionSystem) -> None:
    order = {"id": "1", "text": "Ret op.", "deadline": "2026-01-01"}
    ended = [{"tilsyn_id": "T-1", "id": "1"}]
    [unknown] = await supervision_system.send(tilsyn_completed(tilsyn_id="T-2", ended=ended), id="e-1")
    await supervision_system.send(tilsyn_completed(orders=[order]), id="e-2")
    [accepted] = await supervision_system.send(tilsyn_completed(tilsyn_id="T-2", ended=ended), id="e-3")
    # A correction drops the order: it was given all the same.
    await supervision_system.send(tilsyn_completed(version=2), id="e-4")
    [again] = await supervision_system.send(tilsyn_completed(tilsyn_id="T-2", version=2, ended=ended), id="e-5")
    assert [unknown["accepted"], accepted["accepted"], again["accepted"]] == [False, True, True]
    assert slug(unknown) == "tilsyn-not-valid"
    assert [error["pointer"] for error in unknown["problem"]["errors"]] == ["/ended/0/tilsyn_id"]
    published = [fact["data"] for fact in await supervision_system.tilsyn_events()]
    assert published[0]["orders"] == [order]
    assert [each.get("ended") for each in published] == [None, ended, None, ended]


def orders(count: int, length: int) -> list[dict[str, Any]]:
    return [{"text": "x" * length, "deadline": "2026-01-01"} for _ in range(count)]


async def test_sanctions_in_force_fit_into_a_public_record(supervision_system: SupervisionSystem) -> None:
    [too_large] = await supervision_system.send(tilsyn_completed(orders=orders(38, 19_900)), id="e-1")
    [first] = await supervision_system.send(tilsyn_completed(orders=orders(10, 19_000)), id="e-2")
    [more] = await supervision_system.send(tilsyn_completed(tilsyn_id="T-2", orders=orders(10, 19_000)), id="e-3")
    [same] = await supervision_system.send(tilsyn_completed(version=2, orders=orders(11, 19_000)), id="e-4")
    removal = tilsyn_completed(tilsyn_id="T-3", decision="not-approved", orders=orders(10, 19_000))
    [removed] = await supervision_system.send(removal, id="e-5")
    [again] = await supervision_system.send(tilsyn_completed(tilsyn_id="T-4", orders=orders(10, 19_000)), id="e-6")
    answers = [answer["accepted"] for answer in (too_large, first, more, same, removed, again)]
    assert answers == [False, True, False, True, True, True]
    assert (slug(too_large), slug(more)) == ("unreadable", "tilsyn-not-valid")
    assert await supervision_system.dead_letters() == 0


async def test_what_a_system_may_send_at_most_is_published(supervision_system: SupervisionSystem) -> None:
    themes = [
        {"theme": theme, "conclusion": "æ" * 9_000, "score": 1}
        for theme in ("economy", "competences", "physical-environment", "organisation-and-management")
    ]
    full = tilsyn_completed(conclusion="ø" * 10_000, themes=themes, orders=orders(9, 19_000))
    [receipt] = await supervision_system.send(full)
    assert receipt["accepted"] is True
    [fact] = await supervision_system.tilsyn_events()
    assert len(fact["value"]) < 400_000
