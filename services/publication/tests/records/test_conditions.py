"""Why a tilbud is, or is not, public."""

from datetime import date
from functools import reduce
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.approval import TilsynDecision, TilsynKind
from contracts.testing.factories import (
    authority_assigned,
    example_steps,
    tilbud_ceased,
    tilbud_created,
    tilsyn_published,
)
from devstack.in_process import api_client
from publication.app import build
from publication.records.conditions import CEASED, ConditionName, conditions
from publication.records.rules import public_record
from publication.records.state import TilbudState, apply
from services.publication.tests.factories import approved_case
from services.publication.tests.records.test_rules import BASE, DAY, ID, facts, identity

STEPS = example_steps()
LATER = tilbud_ceased().ceased_on.replace(day=28)
WITHOUT = {key: data for key, data in STEPS.items() if key not in {"places/afd-2", "values"}}


def told(*some: Any) -> dict[str, tuple[bool, str]]:
    state = reduce(apply, some, TilbudState())
    return {each.name: (each.met, each.detail) for each in conditions(state, DAY)}


@settings(max_examples=60, deadline=None)
@given(st.lists(facts, max_size=10, unique_by=identity), st.sampled_from([BASE, ()]))
def test_all_are_met_exactly_when_it_is_public(some: list[Any], before: tuple[Any, ...]) -> None:
    state = reduce(apply, [*before, *some], TilbudState())
    assert all(each.met for each in conditions(state, DAY)) == (public_record(ID, state, DAY) is not None)


@pytest.mark.parametrize(
    ("some", "name", "met", "detail"),
    [
        ([], "steps-approved", False, "Ingen indberetning er godkendt endnu."),
        (
            [approved_case(content=WITHOUT)],
            "steps-approved",
            False,
            "Disse trin er ikke godkendt: Værdigrundlag og Pladser (Afdeling Syd).",
        ),
        (
            [approved_case()],
            "steps-approved",
            True,
            "Alle obligatoriske trin er godkendt. Den seneste godkendelse var den 2. november 2026.",
        ),
        ([], "tilsyn-positive", False, "Der er endnu ikke truffet afgørelse ved et tilsyn."),
        (
            [tilsyn_published(decision=TilsynDecision.NOT_APPROVED)],
            "tilsyn-positive",
            False,
            "Socialtilsyn Nord afgjorde den 2. november 2026, at tilbuddet ikke kan godkendes.",
        ),
        (
            [tilsyn_published(decision=TilsynDecision.APPROVED_WITH_CONDITIONS)],
            "tilsyn-positive",
            True,
            "Socialtilsyn Nord godkendte tilbuddet på vilkår ved tilsynet afgjort den 2. november 2026.",
        ),
        ([], "not-ceased", True, "Tilbuddet er ikke ophørt."),
        (
            [tilbud_ceased()],
            "not-ceased",
            False,
            CEASED.format(day="25. november 2026"),
        ),
        (
            [tilbud_ceased(), tilsyn_published(number=2, decided_on=LATER, kind=TilsynKind.APPROVAL)],
            "not-ceased",
            True,
            "Tilbuddet ophørte den 25. november 2026, men er siden blevet godkendt på ny.",
        ),
    ],
)
def test_each_says_in_words_what_it_follows_from(some: list[Any], name: str, met: object, detail: str) -> None:
    assert told(*some)[name] == (met, detail)


def test_the_missing_steps_are_named_by_their_keys_and_the_facts_by_their_day() -> None:
    facts: list[Any] = [approved_case(content=WITHOUT), tilsyn_published()]
    state = reduce(apply, facts, TilbudState())
    found = {each.name: each for each in conditions(state, DAY)}
    assert set(found[ConditionName.STEPS_APPROVED].missing) == {"values", "places/afd-2"}
    assert found[ConditionName.TILSYN_POSITIVE].since == date(2026, 11, 2)


PEOPLE = {
    "reporter-solsikken": 200,
    "officer-nord-a": 200,
    "national-operator": 200,
    "officer-syd": 404,
    "reporter-other": 404,
    "no-tilbud": 404,
    "caseworker-aalborg": 404,
    "family-own": 404,
}


async def test_those_concerned_are_told_and_others_not_even_that_it_exists(
    settings: Any, database: Any, deliver_facts: Any, identity: Any
) -> None:
    await deliver_facts(tilbud_created(), authority_assigned(), tilsyn_published())
    app = build(settings, database)
    for persona, status in PEOPLE.items():
        async with api_client(app, identity.token(persona)) as api:
            found = await api.get(f"/v1/tilbud/{ID}/publication")
            unknown = await api.get("/v1/tilbud/CRV-1/publication")
        assert (persona, found.status_code, unknown.status_code) == (persona, status, 404)
        if status == 200:
            assert found.json()["public"] is False
            assert [each["met"] for each in found.json()["conditions"]] == [False, True, True]
            assert found.headers["cache-control"] == "private, no-store"
        else:
            assert found.json() | {"instance": ""} == unknown.json() | {"instance": ""}


async def test_of_a_public_one_all_are_met(settings: Any, database: Any, deliver_facts: Any, identity: Any) -> None:
    await deliver_facts(tilbud_created(), authority_assigned(), *BASE)
    async with api_client(build(settings, database), identity.token("officer-nord-a")) as api:
        found = (await api.get(f"/v1/tilbud/{ID}/publication")).json()
    assert found["public"] is True
    assert {each["condition"]: each["met"] for each in found["conditions"]} == dict.fromkeys(ConditionName, True)


async def test_nobody_asks_without_a_token(client: httpx2.AsyncClient) -> None:
    assert (await client.get(f"/v1/tilbud/{ID}/publication")).status_code == 401
