"""The portal on real PostgreSQL, with sessions of the demonstration's personas."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from chassis import tables
from chassis.database import Database
from devstack.in_process import SharedApp, api_client, empty, migrated_database
from devstack.testing import TestIdentity, TestPostgres
from portal.app import build
from portal.assets import NEEDED
from portal.clients import Backends
from portal.models import Base
from portal.sessions.commands import begin_session
from portal.sessions.oidc import Tokens
from portal.settings import PortalSettings

Browser = Callable[..., Awaitable[httpx2.AsyncClient]]
PORTAL = "http://portal.test"


@pytest.fixture(scope="session")
async def portal_database(postgres: TestPostgres) -> AsyncIterator[Database]:
    """One database for the whole run: a copy for each test takes longer than most tests."""
    async with migrated_database(postgres.create_database("portal"), "portal") as database:
        yield database


@pytest.fixture
async def database(portal_database: Database) -> Database:
    """The database of the portal, empty."""
    await empty(portal_database, Base.metadata, tables.metadata)
    return portal_database


@pytest.fixture(scope="session")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the names that the pages load: the tests of pages need no npm."""
    folder = tmp_path_factory.mktemp("assets")
    for pattern in NEEDED:
        file = folder / pattern.replace("*", "any")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    return folder


@pytest.fixture(scope="session")
def settings(portal_database: Database, identity: TestIdentity, assets: Path) -> PortalSettings:
    nowhere = "http://127.0.0.1:9"
    return PortalSettings(
        environment="development",
        database_url=portal_database.url,
        kafka_bootstrap="",
        identity_issuer=identity.issuer,
        portal_url=PORTAL,
        reporting_url=nowhere,
        jurisdiction_url=nowhere,
        approval_url=nowhere,
        publication_url=nowhere,
        notification_url=nowhere,
        oidc_client_secret="geheim" * 4,
        session_key="k" * 40,
        assets_dir=assets,
    )


@pytest.fixture(scope="session")
def shared_app(settings: PortalSettings, portal_database: Database) -> SharedApp:
    return SharedApp(build(settings, portal_database))


@pytest.fixture
def transport() -> httpx2.AsyncBaseTransport | None:
    """What stands behind the portal in place of the services; None for addresses where nobody answers."""
    return None


@pytest.fixture
def app(
    shared_app: SharedApp,
    settings: PortalSettings,
    database: Database,
    transport: httpx2.AsyncBaseTransport | None,
) -> FastAPI:
    """The portal, on an empty database."""
    return shared_app.as_built(database=database, backends=Backends(settings, transport))


@pytest.fixture
async def browser(app: FastAPI, database: Database, identity: TestIdentity) -> AsyncIterator[Browser]:
    """Open clients of the portal, signed in as a persona where one is named."""
    async with AsyncExitStack() as stack:

        async def opened(persona: str | None = None, lasts: timedelta = timedelta(hours=1)) -> httpx2.AsyncClient:
            client = await stack.enter_async_context(api_client(app))
            client.headers["accept"] = "text/html"
            if persona:
                token = identity.token(persona)
                principal = await app.state.verifier.verify(token)
                async with database.begin() as session:
                    cookie = await begin_session(session, app.state.seal, principal, Tokens(token, lasts))
                client.cookies.set("tp_session", cookie)
            return client

        yield opened
