"""The four services that a report and a tilsyn go through, in this process, each on its own database."""

import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import httpx2
from fastapi import FastAPI
from pydantic import SecretStr

import approval.app
import approval.settings
import jurisdiction.app
import jurisdiction.settings
import publication.app
import publication.settings
import reporting.app
import reporting.settings
from approval.inbound.parking import retry_parked
from approval.sanctions.commands import keep_sanctions
from approval.unused_approvals.commands import follow_unused_approvals
from chassis import tables
from chassis.database import Database
from devstack.in_process import SavedRows, api_client
from devstack.testing import TestIdentity, TestPostgres
from publication.feed.commands import append_pending
from publication.publishing.maintenance import publish_day_changes
from tests.chaos.ordering.system import Service, open_service
from tests.state_machine.carrier import Carrier
from tests.support.services import tables_of

NAMES = ("reporting", "jurisdiction", "approval", "publication")


@dataclass
class FourServices:
    """The services, their APIs, and the carrier between them; ``saved`` is where every run starts from."""

    services: dict[str, Service]
    identity: TestIdentity
    carrier: Carrier
    apps: dict[str, FastAPI] = field(default_factory=dict)
    saved: tuple[Any, ...] = ()
    _clients: dict[tuple[str, str], httpx2.AsyncClient] = field(default_factory=dict)
    _closing: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def call(self, who: str, method: str, service: str, path: str, **options: Any) -> httpx2.Response:
        """Call an API as a persona or, by the name of an authority, as its tilsyn system; it never breaks."""
        if (who, service) not in self._clients:
            token = self.identity.system_token(who) if who.startswith("socialtilsyn") else self.identity.token(who)
            opened = await self._closing.enter_async_context(api_client(self.apps[service], token))
            self._clients[who, service] = opened
        answer = await self._clients[who, service].request(method, path, **options)
        assert answer.status_code < 500, (method, path, answer.text)
        if method != "GET":
            await self.carrier.relay(self.services[service])
        return answer

    async def rows(self, service: str, statement: str, **values: Any) -> list[dict[str, Any]]:
        """Return the rows that a query of a service's database gives."""
        return await self.services[service].rows(statement, **values)

    async def run_timers(self) -> None:
        """Do what the workers do on their own."""
        of_approval, of_publication = self.services["approval"].database, self.services["publication"].database
        for job in (retry_parked, keep_sanctions, follow_unused_approvals):
            await job(of_approval)
        await publish_day_changes(of_publication)
        await append_pending(of_publication)
        for name in ("approval", "publication"):
            await self.carrier.relay(self.services[name])

    async def drain(self) -> None:
        """Let the timers run and deliver everything, until nothing is left."""
        await self.run_timers()
        while not self.carrier.is_quiet():
            for name, group in self.carrier.groups.items():
                while self.carrier.waiting(group):
                    await self.carrier.deliver(name, 20)
            await self.run_timers()

    async def restart(self) -> None:
        """Start every process anew; what a worker had not acknowledged comes again."""
        for service in self.services.values():
            await service.database.close()
            service.database = Database(service.database.url, source=f"/services/{service.name}")
        self.carrier.forget_last_batches()
        await self.start()

    async def start(self) -> None:
        """Build the APIs anew."""
        await self._closing.aclose()
        self._clients.clear()
        self.apps = _apps(self.identity, {name: service.database for name, service in self.services.items()})

    async def save(self) -> None:
        """Keep everything as it is as the start of every run."""
        for service in self.services.values():
            await _rows_of(service).save("start")
        reads = {name: dict(group.read) for name, group in self.carrier.groups.items()}
        log = {key: list(records) for key, records in self.carrier.log.items()}
        self.saved = reads, log, dict(self.carrier.offsets)

    async def restore(self) -> None:
        """Let everything be as it was at the start."""
        for service in self.services.values():
            await _rows_of(service).restore("start")
        reads, log, offsets = deepcopy(self.saved)
        for name, group in self.carrier.groups.items():
            group.read, group.last = reads[name], {}
        for kept, old in ((self.carrier.log, log), (self.carrier.offsets, offsets)):
            kept.clear()
            kept.update(old)
        self.carrier.twice = False


@asynccontextmanager
async def four_services(postgres: TestPostgres, identity: TestIdentity) -> AsyncIterator[FourServices]:
    """Make the databases and the APIs."""
    services = {name: await open_service(postgres, name) for name in NAMES}
    system = FourServices(services, identity, Carrier.between(services.values()))
    await system.start()
    try:
        yield system
    finally:
        await system._closing.aclose()
        for service in services.values():
            await service.database.close()


def _rows_of(service: Service) -> SavedRows:
    return SavedRows(service.database, tables_of(service.name), tables.metadata)


def _apps(identity: TestIdentity, databases: dict[str, Database]) -> dict[str, FastAPI]:
    common: dict[str, Any] = {
        "database_url": "postgresql+asyncpg://unused",
        "kafka_bootstrap": "unused",
        "identity_issuer": identity.issuer,
        "identity_audience": "tilbudsportalen",
    }
    key = SecretStr(base64.b64encode(bytes(32)).decode())
    return {
        "reporting": reporting.app.build(
            reporting.settings.ReportingSettings(**common, cpr_key=key), databases["reporting"]
        ),
        "jurisdiction": jurisdiction.app.build(
            jurisdiction.settings.JurisdictionSettings(**common), databases["jurisdiction"]
        ),
        "approval": approval.app.build(approval.settings.ApprovalSettings(**common), databases["approval"]),
        "publication": publication.app.build(
            publication.settings.PublicationSettings(**common), databases["publication"]
        ),
    }
