"""Every address of every service answers the methods that HTTP asks for, whoever wrote its route."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from devstack.documents import application
from devstack.in_process import api_client
from devstack.services import SERVICES, Service
from web.routes import RouteTable

PAGES = "portal"
WITHOUT_TOKENS = {"portal"}


@pytest.fixture(params=SERVICES, ids=lambda service: service.name)
def service(request: pytest.FixtureRequest) -> Service:
    found: Service = request.param
    return found


@pytest.fixture
def app(service: Service) -> FastAPI:
    return application(service)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with api_client(app) as opened:
        yield opened


def addresses(app: FastAPI) -> dict[str, set[str]]:
    """Return the methods of the OpenAPI document by an address of each path."""
    paths: dict[str, Any] = app.openapi()["paths"]
    found: dict[str, set[str]] = {}
    for path, operations in paths.items():
        methods = {name.upper() for name in operations} & {"GET", "POST", "PUT", "PATCH", "DELETE"}
        found.setdefault(re.sub(r"\{[^}]*\}", "CRV-6324", path), set()).update(methods)
    return found


async def test_options_and_405_name_every_method(app: FastAPI, client: httpx2.AsyncClient) -> None:
    assert addresses(app)
    for address, methods in addresses(app).items():
        expected = methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
        for method, status in (("OPTIONS", 204), ("PROPFIND", 405)):
            answer = await client.request(method, address, headers={"Accept": "application/json"})
            assert answer.status_code == status, address
            # An address may fit two paths: what a fixed word answers, a name in its place may answer as well.
            assert expected <= set(answer.headers["allow"].split(", ")), address


async def test_pages_of_other_sites_may_ask_for_what_everybody_may_read(
    app: FastAPI, client: httpx2.AsyncClient, service: Service
) -> None:
    table = RouteTable.of(app)
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    for address in addresses(app):
        answer = await client.options(address, headers=headers)
        allowed = answer.headers.get("access-control-allow-origin") == "*"
        assert allowed == (bool(table.open_methods(address)) and service.name != PAGES), address
        assert "access-control-allow-credentials" not in answer.headers


async def test_who_is_not_signed_in_is_told_so_by_head_as_by_get(
    app: FastAPI, client: httpx2.AsyncClient, service: Service
) -> None:
    table = RouteTable.of(app)
    closed = [
        address
        for address in addresses(app)
        if (route := table.find({"method": "GET", "path": address})) and route.needs_token
    ]
    assert bool(closed) == (service.name not in WITHOUT_TOKENS)
    for address in closed:
        whole, head = await client.get(address), await client.head(address)
        assert (whole.status_code, head.status_code, head.content) == (401, 401, b""), address
        assert whole.headers["cache-control"] == "no-store", address
