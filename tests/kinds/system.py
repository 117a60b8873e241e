"""The services of ``tests.chaos.ordering`` in this process, with that of the lighthouses, every API and every page."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI
from sqlalchemy import Table

import jurisdiction.app
import jurisdiction.settings
import notification.app
import portal.app
import portal.settings
from chassis import tables
from chassis.database import Database
from devstack.in_process import api_client
from devstack.testing import TestIdentity, TestPostgres
from notification.settings import NotificationSettings
from portal.assets import NEEDED
from portal.sessions.commands import begin_session
from portal.sessions.oidc import Tokens
from tests.chaos.ordering.system import InProcessSystem, Service, in_process_system
from tests.kinds import lighthouses

PORTAL = "http://portal.example"
# Who called which service, and what a sign-in leaves: that is about no subject.
ABOUT_NO_SUBJECT = frozenset({"outbox", "inbox", "idempotency", "users", "sessions", "kept_forms"})

Row = dict[str, Any]


class ServicesInProcess(httpx2.AsyncBaseTransport):
    """The way from the portal to the apps of the other services, whose names stand for their hosts."""

    def __init__(self, apps: dict[str, FastAPI]) -> None:
        self._apps = apps

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Let the app answer that the host names."""
        return await httpx2.ASGITransport(self._apps[request.url.host]).handle_async_request(request)


@dataclass
class SystemWithLighthouses:
    """All services, the lighthouses among them, and the portal as browsers see it."""

    running: InProcessSystem
    mails: NotificationSettings
    clients: AsyncExitStack

    async def browser(self, who: str) -> httpx2.AsyncClient:
        """Return a browser in which a persona is signed in to the portal."""
        app = self.running.apps["portal"]
        token = self.running.identity.token(who)
        principal = await app.state.verifier.verify(token)
        async with self.running.services["portal"].database.begin() as session:
            cookie = await begin_session(session, app.state.seal, principal, Tokens(token, timedelta(hours=1)))
        client = await self.clients.enter_async_context(api_client(app))
        client.headers["accept"] = "text/html"
        client.cookies.set("tp_session", cookie)
        return client

    async def rows(self, name: str) -> dict[str, Row]:
        """Return every row of a service that is about a subject, by a text that says all of it and its table."""
        service = self.running.services[name]
        found = {}
        for table in service.tables:
            if table.name not in ABOUT_NO_SUBJECT:
                for row in await service.rows(f"SELECT to_jsonb(t) AS row FROM {table.name} t"):  # noqa: S608  Ours.
                    found[f"{table.name} {json.dumps(row['row'], sort_keys=True)}"] = row["row"]
        return found

    async def all_rows(self) -> dict[str, dict[str, Row]]:
        """Return the rows of every service but the one that only knows lighthouses."""
        return {name: await self.rows(name) for name in self.running.services if name != "lighthouses"}

    async def consumed(self, name: str) -> int:
        """Return how many messages a service has handled."""
        [row] = await self.running.services[name].rows("SELECT count(*) AS n FROM inbox")
        return int(row["n"])


def kind_of(row: Row) -> str | None:
    """Return the kind of the subject that a row is about; None for a part of a case, which says it."""
    kind: str | None = row.get("subject_kind", row.get("kind"))
    return kind


@asynccontextmanager
async def system_with_lighthouses(
    postgres: TestPostgres, identity: TestIdentity, folder: Path, smtp_port: int
) -> AsyncIterator[SystemWithLighthouses]:
    """Make the databases and apps of all services; the kind has to be registered before."""
    async with in_process_system(postgres, identity) as running, AsyncExitStack() as clients:
        common: dict[str, Any] = {
            "environment": "development",
            "database_url": "postgresql+asyncpg://unused",
            "kafka_bootstrap": "unused",
            "identity_issuer": identity.issuer,
            "identity_audience": "tilbudsportalen",
        }
        running.services["lighthouses"] = await _lighthouses(postgres, clients)
        mails = NotificationSettings(
            **common, smtp_host="127.0.0.1", smtp_port=smtp_port, mail_from="noreply@portal.example", portal_url=PORTAL
        )
        databases = {name: service.database for name, service in running.services.items()}
        running.apps |= {
            "lighthouses": lighthouses.build(lighthouses.LighthouseSettings(**common), databases["lighthouses"]),
            "jurisdiction": jurisdiction.app.build(
                jurisdiction.settings.JurisdictionSettings(**common), databases["jurisdiction"]
            ),
            "notification": notification.app.build(mails, databases["notification"]),
        }
        settings = portal_settings(common, folder)
        running.apps["portal"] = portal.app.build(settings, databases["portal"], ServicesInProcess(running.apps))
        yield SystemWithLighthouses(running, mails, clients)


async def _lighthouses(postgres: TestPostgres, closing: AsyncExitStack) -> Service:
    database = Database(postgres.create_database("lighthouses"), source="/services/lighthouses")
    closing.push_async_callback(database.close)
    async with database.engine.begin() as connection:
        await connection.run_sync(lighthouses.create_tables)
    subscriptions = {topic: each for each in lighthouses.subscriptions() for topic in each.topic_names}
    own: list[Table] = [*lighthouses.Base.metadata.sorted_tables, *tables.metadata.sorted_tables]
    return Service("lighthouses", database, own, subscriptions)


def portal_settings(common: dict[str, Any], folder: Path) -> portal.settings.PortalSettings:
    """Return settings with a folder that has the names which the pages load."""
    for pattern in NEEDED:
        file = folder / pattern.replace("*", "any")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    names = ("reporting", "jurisdiction", "approval", "publication", "notification")
    addresses: dict[str, Any] = {f"{name}_url": f"http://{name}" for name in names}
    return portal.settings.PortalSettings(
        **common,
        **addresses,
        portal_url=PORTAL,
        oidc_client_secret="geheim" * 4,
        session_key="k" * 40,
        assets_dir=folder,
    )
