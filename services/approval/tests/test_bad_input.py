"""Nothing that a caller can send makes a route fail: odd addresses, parameters, cursors and bodies get a problem."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from contracts.testing.factories import NORD
from services.approval.tests.inbound.https_sender import EVENTS, TILSYN, tilsyn
from services.approval.tests.officer import CASE

ODD = [
    "\0",
    "\ud800",
    "\u202e",
    "%",
    "'",
    '"',
    "x" * 250,
    "𝔘",
    "010190-1234",
    "../..",
    "-1",
    str(2**63),
    "1e400",
    "true",
    "",
]
ROUTES = [
    "/v1/cases?cursor={}",
    "/v1/cases?tilbud_id={}",
    "/v1/cases?state={}",
    "/v1/cases?limit={}",
    "/v1/cases/{}",
    "/v1/cases/{}/changes",
    "/v1/tilbud/{}/tilsyn",
    "/v1/tilbud/CRV-6324/tilsyn?cursor={}",
    "/v1/tilbud/CRV-6324/tilsyn?limit={}",
    "/v1/tilsyn/{}",
    "/v1/tilsyn/T-1?authority={}",
    "/v1/external/receipts/{}",
    "/v1/external/receipts?after={}",
    "/v1/external/receipts?limit={}",
    "/v1/external/events?source={0}&id={0}",
]
PLACES: list[Any] = [
    ["2025-01-01", 2**63],
    ["2025-01-01", True],
    ["2025-01-01", 1.5],
    ["9999-99-99", 1],
    ["0000-01-01", 1],
    [None, None],
    ["a\0b", "c"],
    {},
    "x",
    [["2025-01-01"], [1]],
    ["9999-12-31T23:59:59+00:00", "x"],
    ["0001-01-01T00:00:00+14:00", "x"],
]


def encoded(text: str) -> str:
    return quote(text.encode(errors="surrogatepass"), safe="")


@pytest.mark.parametrize("route", ROUTES)
async def test_no_address_makes_a_route_fail(scenario: Any, client_as: Any, system_client: Any, route: str) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as officer, system_client(NORD) as system:
        client = system if "external" in route else officer
        for odd in ODD:
            answer = await client.get(route.format(encoded(odd)))
            assert answer.status_code < 500, (odd, answer.text)
            assert answer.headers["content-type"].startswith("application/"), odd


@pytest.mark.parametrize("route", ["/v1/cases?cursor={}", "/v1/tilbud/CRV-6324/tilsyn?cursor={}"])
@pytest.mark.parametrize("place", PLACES)
async def test_a_cursor_that_was_not_given_out_is_refused(
    scenario: Any, client_as: Any, route: str, place: Any
) -> None:
    await scenario.open_case()
    cursor = base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")
    async with client_as("officer-nord-a") as client:
        assert (await client.get(route.format(cursor))).status_code in {200, 422}


BODIES = [
    b"",
    b"null",
    b"[]",
    b'"x"',
    b"{}",
    b'{"verdict": null}',
    b'{"verdict": "reject", "reason": 7}',
    b'{"verdict": "reject", "reason": "\\ud800"}',
    b'{"verdict": "reject", "verdict": "approve"}',
    b'{"verdict": "approve", "x": NaN}',
    b"[" * 3_000,
    b'{"tilbud_id": "CRV-6324", "decision": "approved", "decided_on": 1e400}',
    b'{"tilbud_id": "CRV-6324", "decision": "approved", "decided_on": "0000-00-00"}',
    b'{"tilbud_id": "CRV-6324", "decision": "approved", "themes": [{"theme": "economy", "score": 1e309}]}',
    b'{"tilbud_id": "\\u0000", "decision": "approved"}',
]


@pytest.mark.parametrize("body", BODIES)
async def test_no_body_makes_a_route_fail(scenario: Any, client_as: Any, system_client: Any, body: bytes) -> None:
    await scenario.open_case()
    headers = {"content-type": "application/json", "If-Match": '"x"', "Idempotency-Key": "k"}
    async with (
        client_as("officer-nord-a") as officer,
        client_as("officer-aalborg") as kommune,
        system_client(NORD) as system,
    ):
        answers = [
            await officer.put(f"{CASE}/decisions/contact", content=body, headers=headers),
            await officer.post(f"{CASE}/outcome", content=body, headers=headers),
            await kommune.post("/v1/tilsyn", content=body, headers=headers),
            await system.post(EVENTS, content=body, headers=headers),
        ]
    assert [answer.status_code for answer in answers if not 400 <= answer.status_code < 500] == []


@pytest.mark.parametrize(
    "attributes",
    [
        {"ce-id": "%00"},
        {"ce-id": "%ff"},
        {"ce-id": "%F0%9F%99%82"},
        {"ce-source": "%E2%80%AE"},
        {"ce-type": "%"},
        {"ce-specversion": "1.0%0d%0aX: y"},
        {"content-type": "application/cloudevents-batch+json"},
        {"content-type": "application/cloudevents+json; charset=x"},
        {"traceparent": "x" * 5_000},
        {"ce-time": "x" * 5_000},
    ],
)
async def test_no_attribute_makes_the_route_fail(scenario: Any, system_client: Any, attributes: Any) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned())
    named = {"ce-specversion": "1.0", "ce-id": "e-1", "ce-source": "/s", "ce-type": TILSYN}
    async with system_client(NORD) as client:
        answer = await client.post(EVENTS, content=json.dumps(tilsyn()).encode(), headers=named | attributes)
        assert answer.status_code in {202, 422}
        if answer.status_code == 202:
            assert (await client.get(answer.json()["receipt"])).json()["accepted"] in {True, False}
