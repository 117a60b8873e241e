"""The app on a database of its own for each test, at the stage of a report where the test begins.

``tilbud_id``, ``filled``, ``sent``, ``returned`` and ``approved`` each name such a stage. The databases of the stages
are made once, through the API, and copied.
"""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from chassis.database import Database
from devstack.in_process import api_client
from devstack.testing import TestIdentity, TestPostgres
from operations.migrate import migrate
from reporting.app import build
from reporting.settings import ReportingSettings
from services.reporting.tests.http_requests import Client, approve_case, example, fill, return_case, submit

KEY = base64.b64encode(bytes(range(32))).decode()


@dataclass(frozen=True)
class Sent:
    """A tilbud with its first submission."""

    tilbud_id: str
    submission_id: str


@dataclass(frozen=True)
class Snapshot:
    """A database at some stage, to be copied; ``subject`` is what the test is about."""

    url: str
    subject: Any = None


def settings_for(url: str, issuer: str) -> ReportingSettings:
    return ReportingSettings(
        environment="development",
        database_url=SecretStr(url),
        kafka_bootstrap="127.0.0.1:1",
        identity_issuer=issuer,
        cpr_key=SecretStr(KEY),
    )


Advance = Callable[[Database, Client, Client, Any], Awaitable[Any]]


class Snapshots:
    """Makes the snapshot of each stage once, from that of the stage before it."""

    def __init__(self, postgres: TestPostgres, identity: TestIdentity) -> None:
        self._postgres = postgres
        self._identity = identity
        self._made: dict[str, Snapshot] = {}

    async def at(self, stage: str) -> Snapshot:
        """Return the snapshot of a stage."""
        if stage not in self._made:
            self._made[stage] = await self._make(stage)
        return self._made[stage]

    async def _make(self, stage: str) -> Snapshot:
        if stage == "empty":
            url = self._postgres.create_database("reporting")
            await migrate(url, "reporting")
            return Snapshot(url)
        before, advance = STAGES[stage]
        start = await self.at(before)
        url = self._postgres.clone_database(start.url)
        database = Database(url, source="/services/reporting")
        app = build(settings_for(url, self._identity.issuer), database)
        async with (
            api_client(app, self._identity.token("officer-nord-a")) as officer,
            api_client(app, self._identity.token("reporter-solsikken")) as reporter,
        ):
            subject = await advance(database, officer, reporter, start.subject)
        await database.close()
        return Snapshot(url, subject)


async def _create(_: Database, officer: Client, __: Client, ___: Any) -> str:
    response = await officer.post("/v1/tilbud", json=example("create-tilbud"))
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def _fill(_: Database, __: Client, reporter: Client, tilbud_id: str) -> str:
    await fill(reporter, tilbud_id)
    return tilbud_id


async def _submit(_: Database, __: Client, reporter: Client, tilbud_id: str) -> Sent:
    return Sent(tilbud_id, await submit(reporter, tilbud_id))


async def _return(database: Database, _: Client, __: Client, sent: Sent) -> Sent:
    await return_case(database, sent.submission_id, "values")
    return sent


async def _approve(database: Database, _: Client, __: Client, sent: Sent) -> Sent:
    await approve_case(database, sent.submission_id)
    return sent


STAGES: dict[str, tuple[str, Advance]] = {
    "tilbud_id": ("empty", _create),
    "filled": ("tilbud_id", _fill),
    "sent": ("filled", _submit),
    "returned": ("sent", _return),
    "approved": ("sent", _approve),
}


@pytest.fixture(scope="session")
def snapshots(postgres: TestPostgres, identity: TestIdentity) -> Snapshots:
    return Snapshots(postgres, identity)


@pytest.fixture
async def snapshot(snapshots: Snapshots, request: pytest.FixtureRequest) -> Snapshot:
    """The stage that the test asks for by the name of a fixture."""
    return await snapshots.at(next((name for name in STAGES if name in request.fixturenames), "empty"))


@pytest.fixture
async def database(postgres: TestPostgres, snapshot: Snapshot) -> AsyncIterator[Database]:
    url = postgres.clone_database(snapshot.url)
    database = Database(url, source="/services/reporting")
    yield database
    await database.close()
    postgres.drop_database(url)


@pytest.fixture
def tilbud_id(snapshot: Snapshot) -> str:
    """A tilbud that was created and not reported yet."""
    return str(snapshot.subject)


@pytest.fixture
def filled(snapshot: Snapshot) -> str:
    """A tilbud with every step filled in and nothing sent."""
    return str(snapshot.subject)


@pytest.fixture
def sent(snapshot: Snapshot) -> Any:
    """A tilbud whose first report awaits approval."""
    return snapshot.subject


@pytest.fixture
def returned(snapshot: Snapshot) -> Any:
    """A tilbud whose first report was returned, because of ``values``."""
    return snapshot.subject


@pytest.fixture
def approved(snapshot: Snapshot) -> Any:
    """A tilbud whose first report is approved."""
    return snapshot.subject


@pytest.fixture(scope="session")
async def one_app(identity: TestIdentity) -> AsyncIterator[FastAPI]:
    """Building an app and fetching the issuer's keys takes longer than most tests: all share one."""
    nowhere = Database("postgresql+asyncpg://nobody@127.0.0.1:1/nothing", source="/services/reporting")
    yield build(settings_for(nowhere.url, identity.issuer), nowhere)
    await nowhere.close()


@pytest.fixture
def app(one_app: FastAPI, database: Database) -> FastAPI:
    """The app on the database of this test."""
    one_app.state.database = database
    return one_app


@pytest.fixture
async def open_clients() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as clients:
        yield clients


@pytest.fixture
def client_as(app: FastAPI, identity: TestIdentity, open_clients: AsyncExitStack) -> Callable[..., Awaitable[Client]]:
    """Opens a client for a persona; claims replace what the token says, and None is nobody."""

    async def client(persona: str | None, **claims: object) -> Client:
        token = identity.token(persona, **claims) if persona else None
        return await open_clients.enter_async_context(api_client(app, token))

    return client


@pytest.fixture
async def officer(client_as: Callable[..., Awaitable[Client]]) -> Client:
    return await client_as("officer-nord-a")


@pytest.fixture
async def reporter(client_as: Callable[..., Awaitable[Client]]) -> Client:
    return await client_as("reporter-solsikken")


@pytest.fixture
async def colleague(client_as: Callable[..., Awaitable[Client]]) -> Client:
    """Another reporter of the same operator."""
    return await client_as("reporter-valmuen")


@pytest.fixture
async def other_operator(client_as: Callable[..., Awaitable[Client]]) -> Client:
    """A reporter of another operator."""
    return await client_as("reporter-other")
