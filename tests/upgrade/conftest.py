"""The six services on the databases of the fixture, migrated by the code as it is now, with the clock of then."""

import importlib
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

import httpx2
import pytest

from chassis import clock
from chassis.database import Database
from chassis.settings import Settings
from devstack.identity.provider import portal_client
from devstack.identity.tokens import AUDIENCE
from devstack.in_process import api_client
from devstack.paths import ROOT
from devstack.services import SERVICES
from devstack.testing import TestIdentity, TestPostgres
from operations.migrate import migrate
from tests.upgrade import fixture
from tests.upgrade.checkout import SYSTEM
from tests.upgrade.client import PORTAL, ServiceClient

NAMES = [each.name for each in SERVICES]
SECRET = "geheim" * 4
Urls = dict[str, str]


@pytest.fixture(scope="session")
def about() -> fixture.About:
    """Where the fixture comes from."""
    return fixture.read_about()


@pytest.fixture(scope="session")
async def migrated(postgres: TestPostgres) -> Urls:
    """The database of each service, loaded from its dump and brought to the newest revision; to be cloned."""
    urls = {name: postgres.create_database(f"upgraded_{name}") for name in NAMES}
    for service, url in urls.items():
        await fixture.load_dump(service, url)
        await migrate(url, service)
    return urls


@pytest.fixture(scope="module")
def frozen_clock(about: fixture.About) -> Iterator[None]:
    """The moment when the old system was asked: what depends on the day is the same."""
    moment = datetime.fromisoformat(about.moment)

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return moment.astimezone(tz)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "datetime", Stopped)
        yield


@dataclass(frozen=True)
class Upgraded:
    """The services: a database and the API of each, and a client of all."""

    databases: dict[str, Database]
    client: ServiceClient
    settings: dict[str, Any]

    def environment(self, service: str) -> dict[str, str]:
        """Return the variables that a process of ``service`` needs to work on the same database."""
        values = self.settings | {"database_url": self.databases[service].url}
        return {f"TP_{name.upper()}": str(value) for name, value in values.items()}


class InProcessTransport(httpx2.AsyncBaseTransport):
    """Leads the portal's requests to the services in this process, at the addresses of the old ones."""

    def __init__(self, apps: dict[str, Any], endpoints: dict[str, str]) -> None:
        ports = {httpx2.URL(address).port: name for name, address in endpoints.items()}
        self._transports = {port: httpx2.ASGITransport(app=apps[name]) for port, name in ports.items() if name in apps}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Let the service answer."""
        return await self._transports[request.url.port].handle_async_request(request)


@pytest.fixture(scope="module")
async def upgraded(
    postgres: TestPostgres, identity: TestIdentity, migrated: Urls, about: fixture.About, frozen_clock: None
) -> AsyncIterator[Upgraded]:
    """The services, each on a copy of its migrated database that the tests of one module share."""
    del frozen_clock
    identity.provider.clients = {PORTAL: portal_client(about.endpoints[PORTAL], SECRET)}
    async with AsyncExitStack() as stack:
        databases = {
            name: Database(postgres.clone_database(url), source=f"/services/{name}") for name, url in migrated.items()
        }
        for database in databases.values():
            stack.push_async_callback(database.close)
        settings = _settings(about, identity)
        services = {name: _build(name, databases[name], settings) for name in NAMES if name != PORTAL}
        portal = _build(PORTAL, databases[PORTAL], settings, InProcessTransport(services, about.endpoints))
        apps = services | {PORTAL: portal}
        clients = {name: await stack.enter_async_context(api_client(app)) for name, app in apps.items()}

        def token(caller: str) -> str:
            if caller.startswith(SYSTEM):
                return identity.system_token(caller.removeprefix(SYSTEM))
            return identity.token(caller)

        yield Upgraded(databases, ServiceClient(clients, token), settings)


def _build(name: str, database: Database, settings: dict[str, Any], *more: Any) -> Any:
    module = importlib.import_module(f"{name}.settings")
    (model,) = (each for each in Settings.__subclasses__() if each.__module__ == module.__name__)
    own = model.model_validate(settings | {"database_url": database.url})
    return importlib.import_module(f"{name}.app").build(own, database, *more)


def _settings(about: fixture.About, identity: TestIdentity) -> dict[str, Any]:
    """Return the settings of all services but their databases; each takes its own."""
    return {f"{name}_url": address for name, address in about.endpoints.items()} | {
        "environment": "development",
        "kafka_bootstrap": "127.0.0.1:1",
        "identity_issuer": identity.issuer,
        "identity_audience": AUDIENCE,
        "cpr_key": about.cpr_key,
        "smtp_host": "127.0.0.1",
        "smtp_port": 9,
        "mail_from": "advis@tilbudsportalen.example",
        "oidc_client_secret": SECRET,
        "session_key": "k" * 40,
        "assets_dir": ROOT / "node_modules",
    }
