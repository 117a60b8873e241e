"""Real PostgreSQL, Kafka and tokens for tests: started when first asked for, gone when the run ends.

Use the fixtures of the root ``conftest.py``. With ``TP_TEST_STACK`` naming the file that
``python -m devstack.testing`` wrote, servers that run already are used instead.
"""

import json
import os
import secrets
import signal
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import uvicorn
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from contracts.topics import SERVICES
from devstack import topics
from devstack.guard import Guard
from devstack.identity.app import create_app
from devstack.identity.keys import KeyRing
from devstack.identity.provider import Provider
from devstack.identity.tokens import AUDIENCE, access_token
from devstack.kafka import Kafka, KafkaPorts
from devstack.personas import PERSONAS, system_claims
from devstack.ports import free_base, free_ports
from devstack.postgres import PASSING, Postgres, close_to_public
from devstack.processes import wait_until
from devstack.system import System

SHARED = "TP_TEST_STACK"


@dataclass
class TestPostgres:
    """A PostgreSQL server for tests."""

    __test__ = False
    server: Postgres

    def create_database(self, name: str = "test", extensions: tuple[str, ...] = ()) -> str:
        """Create an empty database with a login of its own and return its SQLAlchemy address (asyncpg).

        ``name`` is only the beginning of its name, so every call gives a new one.
        """
        full = f"{name}_{secrets.token_hex(4)}"
        return self.server.ensure_database(full, secrets.token_hex(8), extensions)

    def clone_database(self, url: str) -> str:
        """Return the address of a copy of the database at ``url``, for instance one that is migrated.

        Nobody may be connected to the original.
        """
        original = url.rsplit("/", 1)[1]
        owner = url.split("://", 1)[1].split(":", 1)[0]
        copy = f"{original.rsplit('_', 1)[0]}_{secrets.token_hex(4)}"
        self.server.sql(f"CREATE DATABASE {copy} TEMPLATE {original} OWNER {owner} STRATEGY FILE_COPY")
        self.server.sql(f"REVOKE ALL ON DATABASE {copy} FROM PUBLIC")
        return f"{url.rsplit('/', 1)[0]}/{copy}"

    def drop_database(self, url: str) -> None:
        """Remove a database, cutting off whoever is connected."""
        self.server.sql(f"DROP DATABASE IF EXISTS {url.rsplit('/', 1)[1]} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server, for outage tests; whoever is connected is cut off."""
        self.server.stop()

    def kill(self) -> None:
        """End the server without any warning, as a power cut would."""
        self.server.process.stop(how=signal.SIGQUIT)

    def start(self) -> None:
        """Start the server again, at the same address and with the same data."""
        self.server.start()


@dataclass
class TestKafka:
    """A Kafka broker for tests, with the topics and ACLs of ``contracts``."""

    __test__ = False
    broker: Kafka
    _admin: AdminClient | None = field(default=None, repr=False)

    @property
    def bootstrap(self) -> str:
        """Return the address of the inner listener: no login, every right."""
        return self.broker.bootstrap

    @property
    def external_bootstrap(self) -> str:
        """Return the address of the listener with SASL (PLAIN, SCRAM-SHA-512) and ACLs."""
        return self.broker.external_bootstrap

    @property
    def credentials(self) -> dict[str, str]:
        """Return the passwords of all users: authority ids, ``feed-reader`` and the services."""
        return dict(self.broker.users)

    def create_topics(
        self, names: Iterable[str], partitions: int = 1, settings: Mapping[str, str] | None = None
    ) -> None:
        """Create topics that ``contracts`` does not know; ``settings`` are the broker's own, by name."""
        admin = self._admin = self._admin or topics.client(self.bootstrap)
        config = dict(settings or {})
        wanted = [NewTopic(name, num_partitions=partitions, replication_factor=1, config=config) for name in names]
        for created in admin.create_topics(wanted, operation_timeout=topics.PATIENCE).values():
            created.result()

    def stop(self) -> None:
        """Stop the broker, for outage tests."""
        self.broker.stop()

    def kill(self) -> None:
        """End the broker without any warning."""
        self.broker.process.stop(how=signal.SIGKILL)

    def start(self) -> None:
        """Start the broker again, at the same address and with the same data."""
        self.broker.start()


class TestIdentity:
    """An identity provider for tests, in this process."""

    __test__ = False

    def __init__(self) -> None:
        self._port = free_ports(1)[0]
        self.provider = Provider(f"http://127.0.0.1:{self._port}", KeyRing(), {})
        self._server = uvicorn.Server(
            uvicorn.Config(create_app(self.provider), host="127.0.0.1", port=self._port, log_config=None)
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        wait_until(lambda: self._server.started, 10, pause=0.01)

    @property
    def issuer(self) -> str:
        """Return the issuer's address: discovery and keys are below it."""
        return self.provider.issuer

    def token(self, persona: str, **claims: object) -> str:
        """Return an access token of a persona; ``claims`` replace what the token says."""
        return self.mint(**{**PERSONAS[persona].claims, **claims})

    def system_token(self, authority: str, **claims: object) -> str:
        """Return an access token of an authority's tilsyn system."""
        return self.mint(**{"client_id": authority, **system_claims(authority), **claims})

    def mint(self, **claims: object) -> str:
        """Return an access token with these claims; issuer, audience and times are right unless replaced."""
        return access_token(self.provider.keys, self.issuer, "tests", claims)

    def headers(self, persona: str, **claims: object) -> dict[str, str]:
        """Return the request headers of a signed-in persona."""
        return {"Authorization": f"Bearer {self.token(persona, **claims)}"}

    def foreign_token(self, persona: str) -> str:
        """Return a token that looks right but that another provider signed."""
        return access_token(KeyRing(), self.issuer, "tests", PERSONAS[persona].claims)

    def stop(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self._thread.join()


class Stack:
    """The servers of one test run, each started when first asked for."""

    def __init__(self, folder: Path, guard: Guard, described: dict[str, Any] | None = None) -> None:
        self.folder = folder
        self._guard = guard
        self._described = described
        self._identity: TestIdentity | None = None

    @cached_property
    def postgres(self) -> TestPostgres:
        """Return the PostgreSQL server."""
        known = self._described["postgres"] if self._described else None
        port, password = known or (free_ports(1)[0], secrets.token_hex(8))
        server = Postgres(self.folder / "postgres", port, password, PASSING, self.folder, self.folder)
        if known is None:
            self._guard.process(server.process.pid_file, server.process.words)
            server.start()
            close_to_public(server)
        return TestPostgres(server)

    @cached_property
    def kafka(self) -> TestKafka:
        """Return the Kafka broker."""
        known = self._described["kafka"] if self._described else None
        ports, users = known or (free_ports(3), {user: secrets.token_hex(8) for user in (*topics.users(), *SERVICES)})
        broker = Kafka(self.folder / "kafka", KafkaPorts(*ports), users, self.folder, self.folder)
        if known is None:
            self._guard.process(broker.process.pid_file, broker.process.words)
            broker.start()
            topics.ensure(broker.bootstrap)
        return TestKafka(broker)

    @cached_property
    def identity(self) -> TestIdentity:
        """Return the identity provider."""
        self._identity = TestIdentity()
        return self._identity

    @cached_property
    def system(self) -> System:
        """Return the whole system."""
        return self.new_system()

    def new_system(self, only: str = "", settings: Mapping[str, str] | None = None) -> System:
        """Start another system, or some of its parts (comma-separated), in a folder and on ports of its own."""
        base = free_base()
        system = System(self.folder / f"checkout-{base}", base, settings)
        self._guard.command(system.command("down"), system.environment)
        system.up(only=only)
        return system

    def close(self) -> None:
        """Stop what runs in this process; the guard ends the rest."""
        if self._identity is not None:
            self._identity.stop()

    def describe(self) -> dict[str, Any]:
        """Start everything and return what another test run must know to use it."""
        server, broker = self.postgres.server, self.kafka.broker
        ports = list(broker.ports)
        return {
            "folder": str(self.folder),
            "postgres": [server.port, server.password],
            "kafka": [ports, dict(broker.users)],
        }


@contextmanager
def running() -> Iterator[Stack]:
    """Give the servers of this test run and take them down at the end."""
    os.environ.setdefault("TP_IDENTITY_AUDIENCE", AUDIENCE)
    with Guard() as guard:
        if shared := os.environ.get(SHARED):
            described = json.loads(Path(shared).read_text())
            with closing(Stack(Path(described["folder"]), guard, described)) as servers:
                yield servers
            return
        folder = Path(tempfile.mkdtemp(prefix="tilbudsportalen-test-"))
        # PostgreSQL runs as another user and must be able to walk through.
        folder.chmod(0o711)
        guard.folder(folder)
        with closing(Stack(folder, guard)) as servers:
            yield servers


def main() -> int:
    """Start servers for several test runs, write where they are, and keep them until input closes."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else ".local/test-stack.json").resolve()
    with running() as stack:
        target.write_text(json.dumps(stack.describe()))
        print(f"export {SHARED}={target}", flush=True)
        with suppress(KeyboardInterrupt):
            sys.stdin.read()
    target.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
