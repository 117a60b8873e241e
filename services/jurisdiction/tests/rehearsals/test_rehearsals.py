"""A future set of reference data is rehearsed: who would move, and why. Nothing is stored and nobody moves."""

from typing import Any

import pytest

from chassis.database import Database
from contracts.events.parties import OperatorKind
from contracts.testing import factories
from devstack.in_process import emitted
from services.jurisdiction.tests.factories import Client, created, handle

OEST = "socialtilsyn-oest"
ALL_TO_OEST = {"code": "0851", "socialtilsyn": OEST, "ground_rule_socialtilsyn": OEST}


async def rehearse(client: Client, identity: Any, at: str = "2027-01-01", **reference: Any) -> Any:
    async with client(identity.token("national-operator")) as api:
        return await api.post("/v1/rehearsals", json={"reference": reference, "at": at})


async def test_it_says_who_would_move_and_why(client: Client, identity: Any, database: Database) -> None:
    elsewhere = factories.tilbud_created("CRV-7", tilbud=factories.tilbud_facts(municipality="0751"))
    await handle(database, created(), elsewhere.model_copy(update={"created_by_authority": "socialtilsyn-midt"}))
    before = len(await emitted(database))
    answer = await rehearse(client, identity, municipalities=[ALL_TO_OEST])
    assert answer.status_code == 200
    result = answer.json()
    assert (result["judged"], result["moving"], result["unknown"]) == (2, 1, 0)
    assert result["flows"] == [{"from": "socialtilsyn-nord", "to": OEST, "subjects": 1}]
    [moved] = result["items"]
    assert (moved["id"], moved["from"], moved["to"], moved["rule"]) == ("CRV-6324", "socialtilsyn-nord", OEST, "R1")
    assert "Socialtilsyn Øst fører tilsyn" in moved["because"]
    assert len(await emitted(database)) == before
    same = (await rehearse(client, identity)).json()
    assert same["moving"] == 0
    assert same["reference_version"] != result["reference_version"]


async def test_the_region_of_2027_is_rehearsed_before_it_is_there(
    client: Client, identity: Any, database: Database
) -> None:
    """Without a code nobody can be named; with the code that the operator expects the tilbud would move to it."""
    facts = factories.tilbud_facts(municipality="0101", legal_basis="beskyttet-beskaeftigelse")
    regional = {"kind": OperatorKind.REGIONAL, "region": "1084", "municipality": None}
    operator = facts.operator.model_copy(update=regional)
    event = factories.tilbud_created(tilbud=facts.model_copy(update={"operator": operator}))
    await handle(database, event.model_copy(update={"created_by_authority": "region-1084"}))
    switched = {"region-oestdanmark": "2027-01-01"}
    [waits] = (await rehearse(client, identity, switched_on=switched)).json()["items"]
    assert waits["to"] is None
    assert "kræver afgørelse" in waits["because"]
    region = {"id": "oestdanmark", "code": "9999", "enabled": True}
    [moves] = (await rehearse(client, identity, switched_on=switched, regions=[region])).json()["items"]
    assert (moves["from"], moves["to"]) == ("region-1084", "region-9999")


@pytest.mark.parametrize(
    ("reference", "pointer"),
    [
        ({"municipalities": [{"code": "9999"}]}, "/reference/municipalities/0/code"),
        ({"municipalities": [{"code": "0851", "latitude": "nord"}]}, "/reference/municipalities/0/latitude"),
        ({"municipalities": [{"code": "0851", "socialtilsyn": "socialtilsyn-vest"}]}, "/reference/municipalities"),
        ({"regions": [{"id": "ny"}]}, "/reference/regions/0/valid_from"),
        ({"switched_on": {"R99": "2027-01-01"}}, "/reference/switched_on"),
    ],
)
async def test_a_wrong_set_is_refused_with_its_place(
    client: Client, identity: Any, reference: dict[str, Any], pointer: str
) -> None:
    answer = await rehearse(client, identity, **reference)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_only_the_national_operator_rehearses(client: Client, identity: Any) -> None:
    async with client(identity.token("officer-nord-a")) as api:
        answer = await api.post("/v1/rehearsals", json={"reference": {}, "at": "2027-01-01"})
    assert answer.status_code == 403
