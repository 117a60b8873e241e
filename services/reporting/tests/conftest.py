"""The app on a database at the stage of a report where the test begins.

``tilbud_id``, ``filled``, ``sent``, ``returned`` and ``approved`` each name such a stage. Its rows are made once,
through the API, and put back for each test: a copy of a whole database takes longer than most tests.
"""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from chassis import tables
from chassis.database import Database
from devstack.in_process import SavedRows, api_client, migrated_database
from devstack.testing import TestIdentity, TestPostgres
from reporting.app import build
from reporting.models import Base
from reporting.settings import ReportingSettings
from services.reporting.tests.http_requests import Client, approve_case, example, fill, return_case, submit

KEY = base64.b64encode(bytes(range(32))).decode()


@dataclass(frozen=True)
class Sent:
    """A tilbud with its first submission."""

    tilbud_id: str
    submission_id: str


def settings_for(url: str, issuer: str) -> ReportingSettings:
    return ReportingSettings(
        environment="development",
        database_url=SecretStr(url),
        kafka_bootstrap="127.0.0.1:1",
        identity_issuer=issuer,
        cpr_key=SecretStr(KEY),
    )


Advance = Callable[[Database, Client, Client, Any], Awaitable[Any]]


class Stages:
    """Brings one database to a stage; the first time through the API, from the stage before it."""

    def __init__(self, database: Database, identity: TestIdentity) -> None:
        self._rows = SavedRows(database, Base.metadata, tables.metadata)
        self._database = database
        self._identity = identity
        self._subjects: dict[str, Any] = {}

    async def begin(self, stage: str) -> Any:
        """Put the database back to ``stage`` and return what a test of it is about."""
        if stage not in self._subjects:
            self._subjects[stage] = await self._reach(stage)
            await self._rows.save(stage)
        else:
            await self._rows.restore(stage)
        return self._subjects[stage]

    async def _reach(self, stage: str) -> Any:
        if stage == "empty":
            return None
        before, advance = STAGES[stage]
        subject = await self.begin(before)
        app = build(settings_for(self._database.url, self._identity.issuer), self._database)
        async with (
            api_client(app, self._identity.token("officer-nord-a")) as officer,
            api_client(app, self._identity.token("reporter-solsikken")) as reporter,
        ):
            return await advance(self._database, officer, reporter, subject)


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
async def migrated(postgres: TestPostgres) -> AsyncIterator[Database]:
    """One database for the whole run."""
    async with migrated_database(postgres.create_database("reporting"), "reporting") as database:
        yield database


@pytest.fixture(scope="session")
def stages(migrated: Database, identity: TestIdentity) -> Stages:
    return Stages(migrated, identity)


@pytest.fixture
async def subject(stages: Stages, request: pytest.FixtureRequest) -> Any:
    """What the stage is about that the test asks for by the name of a fixture."""
    return await stages.begin(next((name for name in STAGES if name in request.fixturenames), "empty"))


@pytest.fixture
def database(migrated: Database, subject: Any) -> Database:  # noqa: ARG001  The rows are put back before.
    """The database, at the stage of the test."""
    return migrated


@pytest.fixture
def tilbud_id(subject: Any) -> str:
    """A tilbud that was created and not reported yet."""
    return str(subject)


@pytest.fixture
def filled(subject: Any) -> str:
    """A tilbud with every step filled in and nothing sent."""
    return str(subject)


@pytest.fixture
def sent(subject: Any) -> Any:
    """A tilbud whose first report awaits approval."""
    return subject


@pytest.fixture
def returned(subject: Any) -> Any:
    """A tilbud whose first report was returned, because of ``values``."""
    return subject


@pytest.fixture
def approved(subject: Any) -> Any:
    """A tilbud whose first report is approved."""
    return subject


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
