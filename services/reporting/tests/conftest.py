"""One migrated database that every test gets a copy of, the app on it, and callers with tokens."""

import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from chassis.database import Database
from chassis.migrate import migrate
from chassis.testing import api_client
from contracts.form.loading import steps_of
from devstack.testing import TestIdentity, TestPostgres
from reporting.app import build
from reporting.settings import ReportingSettings

EXAMPLES = Path(__file__).parents[3] / "contracts" / "examples"
KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture(scope="session")
async def template(postgres: TestPostgres) -> str:
    url = postgres.create_database("reporting")
    await migrate(url, "reporting")
    return url


@pytest.fixture
async def database(postgres: TestPostgres, template: str) -> AsyncIterator[Database]:
    url = postgres.clone_database(template)
    database = Database(url, source="/services/reporting")
    yield database
    await database.close()
    postgres.drop_database(url)


@pytest.fixture
def settings(identity: TestIdentity, database: Database) -> ReportingSettings:
    return ReportingSettings(
        environment="development",
        database_url=database.url,
        kafka_bootstrap="127.0.0.1:1",
        identity_issuer=identity.issuer,
        cpr_key=KEY,
    )


@pytest.fixture
def app(settings: ReportingSettings, database: Database) -> FastAPI:
    return build(settings, database)


Client = httpx2.AsyncClient
As = Callable[..., Any]


@pytest.fixture
async def stack_of_clients() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as clients:
        yield clients


@pytest.fixture
def client_as(app: FastAPI, identity: TestIdentity, stack_of_clients: AsyncExitStack) -> As:
    """A client for a persona; claims replace what the token says, ``None`` is nobody."""

    async def client(persona: str | None, **claims: object) -> Client:
        token = identity.token(persona, **claims) if persona else None
        return await stack_of_clients.enter_async_context(api_client(app, token))

    return client


@pytest.fixture
async def officer(client_as: As) -> Client:
    client: Client = await client_as("officer-nord-a")
    return client


@pytest.fixture
async def reporter(client_as: As) -> Client:
    client: Client = await client_as("reporter-solsikken")
    return client


def example(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_text())
    return body


@pytest.fixture
def new_tilbud() -> dict[str, Any]:
    """A body that creates a tilbud of Blomsterengen ApS, the organisation of reporter-solsikken."""
    return example("create-tilbud")


@pytest.fixture
async def tilbud_id(officer: Client, new_tilbud: dict[str, Any]) -> str:
    """A tilbud that was created and not reported yet."""
    response = await officer.post("/v1/tilbud", json=new_tilbud)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def save(client: Client, tilbud_id: str, step: str, data: Any) -> httpx2.Response:
    """Save a step with its current ETag."""
    url = f"/v1/tilbud/{tilbud_id}/draft/steps/{step}"
    current = await client.get(url)
    assert current.status_code == 200, current.text
    return await client.put(url, json=data, headers={"If-Match": current.headers["ETag"]})


STEPS = tuple(step.id for step in steps_of("tilbud"))


@pytest.fixture
async def filled(reporter: Client, tilbud_id: str) -> str:
    """A tilbud with every step filled in and nothing sent."""
    for step in STEPS:
        response = await save(reporter, tilbud_id, step, example(f"steps/{step}"))
        assert response.status_code == 200, (step, response.text)
        assert response.json()["complete"], (step, response.json()["errors"], response.json()["blocked_by"])
    return tilbud_id


@pytest.fixture
async def sent(reporter: Client, filled: str) -> tuple[str, str]:
    """A tilbud whose first report awaits approval: the ids of the tilbud and of the submission."""
    response = await reporter.post(f"/v1/tilbud/{filled}/submissions")
    assert response.status_code == 201, response.text
    return filled, str(response.json()["id"])
