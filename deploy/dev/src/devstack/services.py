"""The six services as the development stack runs them: their settings, databases and processes."""

import hashlib
import os
import subprocess
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from devstack import ports
from devstack.credentials import Passwords
from devstack.identity.provider import PORTAL
from devstack.identity.tokens import AUDIENCE
from devstack.paths import ENV, LOCAL, LOGS, PYTHON, ROOT, RUN
from devstack.postgres import Postgres
from devstack.processes import Managed, StartError, tail

HOST = "127.0.0.1"
MAIL_FROM = "advis@tilbudsportalen.example"


@dataclass(frozen=True)
class Part:
    """One process of a service: its API or its worker."""

    service: str
    kind: str

    @property
    def name(self) -> str:
        """Return the name of its log and pid file."""
        return f"{self.service}-{self.kind}"

    @property
    def listener(self) -> str:
        """Return the name of its port."""
        return self.service if self.kind == "api" else self.name

    @property
    def port(self) -> int:
        """Return the port that it listens on."""
        return ports.port(self.listener)

    @property
    def module(self) -> str:
        """Return the module that is run."""
        return f"{self.service}.{'app' if self.kind == 'api' else 'worker'}"

    @property
    def process(self) -> Managed:
        """Return the process. The interpreter's path tells it from the same module in another checkout."""
        return Managed(self.name, (PYTHON, self.module), RUN, LOGS)

    @property
    def address(self) -> str:
        """Return the address of its health page."""
        return f"http://{HOST}:{self.port}/health/ready"

    def launch(self) -> None:
        """Start the process without waiting for it."""
        self.process.start([PYTHON, "-m", self.module], cwd=ROOT, env=environment())


@dataclass(frozen=True)
class Service:
    """One service and the PostgreSQL extensions that its database gets."""

    name: str
    extensions: tuple[str, ...] = field(default=())

    @property
    def parts(self) -> tuple[Part, Part]:
        """Return its processes."""
        return (
            Part(self.name, "api"),
            Part(self.name, "worker"),
        )

    def ensure_database(self, server: Postgres, password: str) -> None:
        """Create the service's login and database when they are missing."""
        server.ensure_database(self.name, password, self.extensions)

    def migrate(self) -> bool:
        """Bring the database to the newest revision; return whether there was something to do."""
        stamp = LOCAL / "stamps" / f"{self.name}-migrated"
        digest = self._migrations_digest()
        if stamp.exists() and stamp.read_text() == digest:
            return False
        log = LOGS / f"{self.name}-migrate.log"
        with log.open("ab") as output:
            command = [PYTHON, "-m", f"{self.name}.migrate"]
            done = subprocess.run(
                command, cwd=ROOT, env=environment(), stdout=output, stderr=output, check=False, timeout=180
            )
        if done.returncode != 0:
            raise StartError(f"The migration of {self.name} failed. {tail(log)}\nIts log is {log}")
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(digest)
        return True

    def _migrations_digest(self) -> str:
        digest = hashlib.sha256()
        for file in sorted(Path(str(files(self.name))).joinpath("migrations").rglob("*.py")):
            digest.update(file.read_bytes())
        return digest.hexdigest()


SERVICES = (
    Service("reporting"),
    Service("jurisdiction"),
    Service("approval"),
    Service("publication", ("pg_trgm", "btree_gist", "btree_gin")),
    Service("notification"),
    Service("portal"),
)


def url(name: str) -> str:
    """Return the address of a listener that speaks HTTP."""
    return f"http://{HOST}:{ports.port(name)}"


def environment() -> dict[str, str]:
    """Return the environment of our processes: the caller's, without settings that belong to single services."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TP_")} | {
        "TP_ENVIRONMENT": "development",
        "TP_ROOT": str(ROOT),
        "PORT_BASE": str(ports.base()),
        "PYTHONUNBUFFERED": "1",
    }


def settings(service: Service, passwords: Passwords) -> dict[str, str]:
    """Return the ``TP_*`` variables of a service."""
    api, worker = service.parts
    password = passwords["postgres"][service.name]
    shared = {
        "TP_ENVIRONMENT": "development",
        "TP_DATABASE_URL": (
            f"postgresql+asyncpg://{service.name}:{password}@{HOST}:{ports.port('postgres')}/{service.name}"
        ),
        "TP_KAFKA_BOOTSTRAP": f"{HOST}:{ports.port('kafka_external')}",
        "TP_KAFKA_USERNAME": service.name,
        "TP_KAFKA_PASSWORD": passwords["kafka_services"][service.name],
        "TP_IDENTITY_ISSUER": url("identity"),
        "TP_IDENTITY_AUDIENCE": AUDIENCE,
        "TP_DIGEST_KEY": passwords["keys"]["digest"],
        "TP_HTTP_HOST": HOST,
        "TP_HTTP_PORT": str(api.port),
        "TP_WORKER_PORT": str(worker.port),
        "TP_PUBLIC_URL": url(service.name),
        "TP_PORTAL_URL": url("portal"),
    }
    if os.environ.get("TRACES"):
        shared["TP_TRACE_FILE"] = str(LOCAL / "traces" / f"{service.name}.jsonl")
    if exempt := os.environ.get("RATE_LIMIT_EXEMPT"):
        shared["TP_RATE_LIMIT_EXEMPT"] = exempt
    return shared | _own_settings(service.name, passwords)


def _own_settings(name: str, passwords: Passwords) -> dict[str, str]:
    if name == "reporting":
        return {"TP_CPR_KEY": passwords["keys"]["cpr"], "TP_JURISDICTION_URL": url("jurisdiction")}
    if name == "notification":
        smtp = {"TP_SMTP_HOST": HOST, "TP_SMTP_PORT": str(ports.port("smtp")), "TP_MAIL_FROM": MAIL_FROM}
        return smtp | {"TP_PUBLICATION_URL": url("publication")}
    if name == "publication":
        return {"TP_NOTIFICATION_URL": url("notification")}
    if name == "portal":
        others = {f"TP_{each.name.upper()}_URL": url(each.name) for each in SERVICES if each.name != PORTAL}
        return others | {
            "TP_OIDC_CLIENT_ID": PORTAL,
            "TP_OIDC_CLIENT_SECRET": passwords["oauth"][PORTAL],
            "TP_SESSION_KEY": passwords["keys"]["session"],
            "TP_ASSETS_DIR": str(ROOT / "node_modules"),
        }
    return {}


def write_settings(service: Service, passwords: Passwords) -> None:
    """Write ``.local/env/<service>.env``, which the service's processes read."""
    ENV.mkdir(parents=True, exist_ok=True)
    target = ENV / f"{service.name}.env"
    target.touch(mode=0o600)
    target.write_text("".join(f"{name}={value}\n" for name, value in settings(service, passwords).items()))
