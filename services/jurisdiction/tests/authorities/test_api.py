"""The HTTP API: the question, its answers, and everything that is refused."""

from typing import Any

import pytest

from services.jurisdiction.tests.factories import Client

QUESTION = {"legal_bases": ["botilbud-laengerevarende"], "municipality": "0851", "at": "2026-11-22"}
FULL = {
    **QUESTION,
    "primary": "botilbud-laengerevarende",
    "operator": {"kind": "municipal", "municipality": "0851", "region": "1081"},
    "group": {"head_municipality": "0751"},
    "agreement_municipality": "0147",
    "features": ["secured", "ship", "boarding-over-8"],
    "part_of": "socialtilsyn-nord",
    "delegated_to": None,
    "moved": {"from_municipality": "0751", "known_on": "2026-06-01"},
}


@pytest.mark.parametrize("persona", ["officer-nord-a", "reporter-solsikken", "caseworker-aalborg"])
async def test_everybody_who_is_signed_in_may_ask(client: Client, identity: Any, persona: str) -> None:
    async with client(identity.token(persona)) as api:
        answer = await api.post("/v1/authority", json=QUESTION)
    assert answer.status_code == 200
    body = answer.json()
    assert body["authority"] == "socialtilsyn-nord"
    assert body["rule"] == "R1"
    assert body["confidence"] == "medium"
    assert set(body) == {
        "authority", "rule", "legal_source", "confidence", "explanation", "considered", "reference_version",
    }  # fmt: skip
    assert set(body["considered"][0]) == {"rule", "applies", "because"}


async def test_every_field_of_the_question_is_understood(client: Client, identity: Any) -> None:
    async with client(identity.token("officer-nord-a")) as api:
        answer = await api.post("/v1/authority", json=FULL)
    assert answer.json()["rule"] == "part_of"


async def test_nobody_asks_without_a_token(client: Client, identity: Any) -> None:
    async with client() as api:
        assert (await api.post("/v1/authority", json=QUESTION)).status_code == 401
    async with client(identity.foreign_token("officer-nord-a")) as api:
        assert (await api.post("/v1/authority", json=QUESTION)).status_code == 401


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"legal_bases": []}, "/legal_bases"),
        ({"legal_bases": "botilbud"}, "/legal_bases"),
        ({"legal_bases": ["x" * 101]}, "/legal_bases/0"),
        ({"legal_bases": ["a"] * 21}, "/legal_bases"),
        ({"municipality": "851"}, "/municipality"),
        ({"municipality": "٠٨٥١"}, "/municipality"),
        ({"municipality": None}, "/municipality"),
        ({"operator": {"kind": "public"}}, "/operator/kind"),
        ({"operator": {}}, "/operator/kind"),
        ({"group": {}}, "/group/head_municipality"),
        ({"features": ["flying"]}, "/features/0"),
        ({"at": "yesterday"}, "/at"),
        ({"at": 0}, "/at"),
        ({"at": 1764288000}, "/at"),
        ({"at": "1764288000"}, "/at"),
        ({"at": "2026-11-22T00:00:00Z"}, "/at"),
        ({"at": "0001-01-01"}, "/at"),
        ({"at": "9999-12-31"}, "/at"),
        ({"moved": {"from_municipality": "0751", "known_on": "9999-12-31"}}, "/moved/known_on"),
        ({"moved": {"from_municipality": "0751", "known_on": "0026-06-01"}}, "/moved/known_on"),
        ({"municipality": "0851\n"}, "/municipality"),
        ({"municipality": 851}, "/municipality"),
        ({"legal_bases": [7]}, "/legal_bases/0"),
        ({"operator": {"kind": "municipal", "municipality": "\u202e0851"}}, "/operator/municipality"),
        ({"moved": {"from_municipality": "0751"}}, "/moved/known_on"),
        ({"unknown": 1}, "/unknown"),
    ],
)
async def test_bad_input_is_answered_at_the_field(
    client: Client, identity: Any, change: dict[str, Any], pointer: str
) -> None:
    async with client(identity.token("officer-nord-a")) as api:
        answer = await api.post("/v1/authority", json={**QUESTION, **change})
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/problems/invalid")
    assert pointer in {error["pointer"] for error in answer.json()["errors"]}


@pytest.mark.parametrize(
    "change",
    [
        {"municipality": "0411"},
        {"legal_bases": ["raadhus"]},
        {"at": "2013-12-31"},
        {"part_of": "\u202e"},
        {"delegated_to": "' OR 1"},
    ],
)
async def test_no_authority_is_a_problem_with_its_reason(client: Client, identity: Any, change: dict[str, Any]) -> None:
    async with client(identity.token("officer-nord-a")) as api:
        answer = await api.post("/v1/authority", json={**QUESTION, **change})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/problems/no-authority-found")
    assert answer.json()["errors"][0]["detail"] == answer.json()["detail"]
    assert "raadhus" not in answer.text
