"""One service installed and started alone, as its image's build stage does it, but without a container engine.

The requirements come by hash, our packages as built wheels and without their dependencies, and the interpreter sees
nothing of the checkout: a file that a wheel lacks, or a library that only the checkout has, shows here.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx2
import pytest

from devstack.ports import free_ports
from devstack.testing import TestIdentity, TestKafka, TestPostgres

ROOT = Path(__file__).resolve().parents[1]
SERVICE = "jurisdiction"
COPIED = ("contracts", "chassis", "web", "operations", "reports", f"services/{SERVICE}", "deploy/images")
# What a container gets from its surroundings; everything else would be the checkout shining through.
KEPT = ("LANG", "PIP_INDEX_URL", "PIP_CERT", "PIP_FIND_LINKS", "HTTPS_PROXY", "https_proxy", "SSL_CERT_FILE", "HOME")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Installed:
    """A virtual environment with one service in it, and an empty folder to run it in."""

    venv: Path
    folder: Path

    @property
    def python(self) -> str:
        """Return its interpreter."""
        return str(self.venv / "bin" / "python")

    def run(self, *words: str, settings: dict[str, str] | None = None) -> str:
        """Run the interpreter and return what it printed; AssertionError with its errors when it fails."""
        done = subprocess.run(
            [self.python, *words],
            cwd=self.folder,
            env=clean() | (settings or {}),
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def clean() -> dict[str, str]:
    """Return an environment without anything that points into the checkout."""
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {"PATH": "/usr/local/bin:/usr/bin:/bin"}


def copy_sources(target: Path) -> None:
    """Copy what the image's build stage copies: files that git knows or would take, never what it ignores."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *COPIED]
    names = subprocess.run(listing, cwd=ROOT, check=True, text=True, capture_output=True).stdout.splitlines()
    for name in names:
        if (ROOT / name).exists() and "tests" not in Path(name).parts:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes((ROOT / name).read_bytes())
            (target / name).chmod((ROOT / name).stat().st_mode)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The service as the build stage of deploy/images/Dockerfile installs it."""
    folder = tmp_path_factory.mktemp("alone")
    source, venv, empty = folder / "src", folder / "venv", folder / "app"
    copy_sources(source)
    empty.mkdir()
    real = Path(sys.base_prefix) / "bin"
    variables = clean() | {"TOOLS": str(folder / "tools"), "PATH": f"{real}:{clean()['PATH']}"}
    for step in (
        ("requirements", str(venv), f"services/{SERVICE}/requirements.txt"),
        ("packages", str(venv), "contracts", "chassis", "web", "operations", "reports", f"services/{SERVICE}"),
    ):
        command = ["deploy/images/install.sh", *step]
        done = subprocess.run(command, cwd=source, env=variables, text=True, capture_output=True, check=False)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return Installed(venv, empty)


@pytest.fixture
def settings(postgres: TestPostgres, identity: TestIdentity) -> dict[str, str]:
    """What the service gets, as in docker-compose.yml: a database of its own and an identity provider."""
    port, worker_port = free_ports(2)
    return {
        "TP_ENVIRONMENT": "production",
        "TP_DATABASE_URL": postgres.create_database(SERVICE),
        "TP_KAFKA_BOOTSTRAP": "127.0.0.1:9",
        "TP_IDENTITY_ISSUER": identity.issuer,
        "TP_IDENTITY_AUDIENCE": "tilbudsportalen",
        "TP_HTTP_PORT": str(port),
        "TP_WORKER_PORT": str(worker_port),
    }


@asynccontextmanager
async def started(
    installed: Installed, module: str, settings: dict[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a process of the service until the end of the block; it must then end soon when told to."""
    with (installed.folder.parent / f"{module}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            installed.python, "-m", module, cwd=installed.folder, env=clean() | settings, stdout=log, stderr=log
        )
    try:
        yield process
        process.terminate()
        # Uvicorn finishes what it has in hand and then passes the signal on to itself.
        assert await asyncio.wait_for(process.wait(), 30) in {0, -signal.SIGTERM}
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def answer(process: asyncio.subprocess.Process, address: str) -> httpx2.Response:
    """Return the first answer with status 200."""
    async with httpx2.AsyncClient() as client:
        for _ in range(300):
            assert process.returncode is None, "the process has ended"
            try:
                found = await client.get(address)
                if found.status_code == 200:
                    return found
            except httpx2.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


def test_it_has_nothing_of_the_checkout_and_no_build_tools(installed: Installed) -> None:
    script = "import chassis, contracts, {0}; print(*(m.__file__ for m in (chassis, contracts, {0})), sep='\\n')"
    files = installed.run("-c", script.format(SERVICE)).splitlines()
    assert len(files) == 3
    assert all(Path(file).is_relative_to(installed.venv) for file in files)
    listed = {path.name.split("-")[0] for path in installed.venv.glob("lib/python*/site-packages/*.dist-info")}
    assert {"tilbudsportalen_chassis", "tilbudsportalen_contracts", f"tilbudsportalen_{SERVICE}"} <= listed
    assert not listed & {"pip", "setuptools", "pytest", "tilbudsportalen_devstack", "tilbudsportalen_approval"}


async def test_it_migrates_its_database_also_twice(installed: Installed, settings: dict[str, str]) -> None:
    for _ in range(2):
        installed.run("-m", f"{SERVICE}.migrate", settings=settings)
    connection = await asyncpg.connect(settings["TP_DATABASE_URL"].replace("+asyncpg", ""))
    tables = {row["tablename"] for row in await connection.fetch("SELECT tablename FROM pg_tables")}
    await connection.close()
    assert {"alembic_version", "outbox", "inbox"} <= tables


async def test_its_api_becomes_ready_and_answers(
    installed: Installed, settings: dict[str, str], identity: TestIdentity
) -> None:
    installed.run("-m", f"{SERVICE}.migrate", settings=settings)
    here = f"http://127.0.0.1:{settings['TP_HTTP_PORT']}"
    async with started(installed, f"{SERVICE}.app", settings) as process:
        ready = await answer(process, f"{here}/health/ready")
        assert ready.json()["status"] == "ready"
        question = {"legal_bases": ["botilbud-laengerevarende"], "municipality": "0851"}
        async with httpx2.AsyncClient(headers=identity.headers("officer-nord-a")) as client:
            found = await client.post(f"{here}/v1/authority", json=question)
        assert found.status_code == 200, found.text
        assert found.json()["authority"] == "socialtilsyn-nord"


async def test_its_worker_becomes_ready(installed: Installed, settings: dict[str, str], kafka: TestKafka) -> None:
    installed.run("-m", f"{SERVICE}.migrate", settings=settings)
    with_kafka = settings | {"TP_KAFKA_BOOTSTRAP": kafka.bootstrap}
    async with started(installed, f"{SERVICE}.worker", with_kafka) as process:
        ready = await answer(process, f"http://127.0.0.1:{settings['TP_WORKER_PORT']}/health/ready")
        assert ready.json() == {"status": "ready", "reasons": []}
