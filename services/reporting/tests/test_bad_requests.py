"""Everything that a request can have wrong, and that the document describes every route."""

from typing import Any

import pytest
from fastapi import FastAPI

from devstack.in_process import api_client
from services.reporting.tests.http_requests import (
    Client,
)


async def test_nobody_without_a_valid_token_gets_in(app: FastAPI, identity: Any, client_as: Any) -> None:
    nobody = await client_as(None)
    assert (await nobody.get("/v1/tilbud")).status_code == 401
    expired = identity.token("officer-nord-a", exp=1)
    foreign = identity.foreign_token("officer-nord-a")
    for token in (expired, foreign, "nonsense"):
        async with api_client(app, token) as client:
            response = await client.get("/v1/tilbud")
            assert response.status_code == 401
            assert response.json()["type"].endswith("/unauthenticated")


BAD_BODIES: list[tuple[bytes, int]] = [
    (b"", 422),
    (b"null", 422),
    (b"[]", 422),
    (b'"text"', 422),
    (b"{", 400),
    (b'{"name": "\xff"}', 400),
    (b'{"name": "a\\u0000b"}', 422),
    (b'{"name": "\\ud800"}', 400),
    (b'{"a":' * 1_000 + b"1" + b"}" * 1_000, 400),
    (b'{"name": "' + b"x" * 10_000_000 + b'"}', 413),
]


@pytest.mark.parametrize(("body", "status"), BAD_BODIES, ids=[str(number) for number in range(len(BAD_BODIES))])
async def test_a_body_that_is_no_body_is_refused_everywhere(
    officer: Client, reporter: Client, tilbud_id: str, body: bytes, status: int
) -> None:
    headers = {"Content-Type": "application/json", "If-Match": '"x"'}
    url = f"/v1/tilbud/{tilbud_id}"
    for client, method, path in (
        (officer, "POST", "/v1/tilbud"),
        (reporter, "POST", f"{url}/draft"),
        (reporter, "PUT", f"{url}/draft/steps/values"),
        (reporter, "PUT", f"{url}/vacancies"),
        (officer, "PUT", f"{url}/leader-cpr"),
        (officer, "POST", f"{url}/leader-cpr/views"),
    ):
        response = await client.request(method, path, content=body, headers=headers)
        assert response.status_code == status, (path, response.text)
        assert response.headers["content-type"] == "application/problem+json"


async def test_odd_numbers_in_a_step_are_no_fault_of_ours(reporter: Client, tilbud_id: str) -> None:
    url = f"/v1/tilbud/{tilbud_id}/draft/steps/budget"
    headers = {"Content-Type": "application/json"}
    for number in (b"1e400", b"NaN", b"Infinity", b"-0", b"9" * 4_000, b"1e-400", b"123456789012345678901234567890"):
        headers["If-Match"] = (await reporter.get(url)).headers["ETag"]
        response = await reporter.put(url, content=b'{"year": ' + number + b"}", headers=headers)
        assert response.status_code in {200, 400, 422}, (number, response.text)


@pytest.mark.parametrize("odd", ["%00", "..%2fx", "CRV-%F0%9F%8C%BB", "a" * 300, "CRV-6325%20", "%ff"])
async def test_an_odd_id_is_not_found(officer: Client, odd: str) -> None:
    for path in (f"/v1/tilbud/{odd}", f"/v1/tilbud/{odd}/draft", f"/v1/form/{odd}"):
        assert (await officer.get(path)).status_code in {400, 404, 422}


async def test_the_document_describes_every_route(app: FastAPI) -> None:
    document = app.openapi()
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            assert "401" in answers, (method, path)
            assert "application/problem+json" in answers["422"]["content"], (method, path)
            assert "application/json" not in answers["422"]["content"], (method, path)
            assert operation["summary"]
    assert "/v1/tilbud/{tilbud_id}/submissions/{submission_id}/closure" in document["paths"]
