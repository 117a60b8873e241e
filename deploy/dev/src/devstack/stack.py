"""Start and stop the whole system; starting leaves alone what runs already."""

import fcntl
import json
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from devstack import account, platform, ports
from devstack.credentials import Passwords
from devstack.paths import ENDPOINTS, ENV, LOCAL, LOGS, PYTHON, ROOT
from devstack.platform import OK, Component
from devstack.processes import Managed, StartError, tail
from devstack.services import SERVICES, Part, Service, environment, url, write_settings
from devstack.tasks import Task, console, together

PLATFORM = ("postgres", "kafka", "mail", "identity")
NAMES = (*PLATFORM, *(service.name for service in SERVICES))
SEED_STAMP = LOCAL / "stamps" / "seed"
# Mails, messages and logs tell about people.
PRIVATE = (ENV, LOGS, *(LOCAL / name for name in ("kafka", "mail", "traces")))


def up(only: Iterable[str] = NAMES, *, seed: bool = True) -> bool:
    """Start what does not run of ``only`` and return whether everything came up."""
    wanted = tuple(only)
    began = time.monotonic()
    with _alone():
        _check_base()
        secrets = platform.passwords()
        servers = [server for name, server in platform.components(secrets).items() if name in wanted]
        services = [service for service in SERVICES if service.name in wanted]
        _check_ports(servers, services)
        ports.remember_base()
        for service in SERVICES:
            write_settings(service, secrets)
        good = together(_tasks(servers, services, secrets)) and (not seed or _seed(wanted))
        _write_endpoints(secrets)
    console.print(f"{'Ready' if good else 'Not everything came up'} after {time.monotonic() - began:.1f} s")
    return good


@contextmanager
def _alone() -> Iterator[None]:
    # Two starts at once would each start everything.
    LOCAL.mkdir(exist_ok=True)
    for folder in PRIVATE:
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
    with (LOCAL / "up.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _check_base() -> None:
    used = ports.used_base()
    if used not in {None, ports.base()} and any(process.pid() for process in processes()):
        raise StartError(f"This checkout runs on the ports from {used}: make down first, to move it to {ports.base()}")


def _check_ports(servers: list[Component], services: list[Service]) -> None:
    needed = [name for server in servers if server.process.pid() is None for name in server.listens]
    numbers = {ports.port(name): name for name in needed}
    numbers |= {part.port: part.name for part in _parts(services) if part.process.pid() is None}
    taken = [
        f"{number} ({name}) by {ports.owner(number)}" for number, name in numbers.items() if not ports.is_free(number)
    ]
    if taken:
        other = f"Another block: PORT_BASE={ports.base() + 1000} make up"
        raise StartError("\n  ".join(("These ports are in use:", *taken)) + f"\n{other}")


def _parts(services: Iterable[Service]) -> list[Part]:
    return [part for service in services for part in service.parts]


def _tasks(servers: list[Component], services: list[Service], secrets: Passwords) -> dict[str, Task]:
    tasks = {server.name: _server_task(server) for server in servers}
    for service in services:
        tasks[f"{service.name} database"] = _database_task(service, secrets)
    return tasks | {part.name: _part_task(part) for part in _parts(services)}


def _server_task(server: Component) -> Task:
    def work() -> str:
        running = server.process.pid() is not None
        server.start()
        return "running" if running else "started"

    return Task(work)


def _database_task(service: Service, secrets: Passwords) -> Task:
    def work() -> str:
        service.ensure_database(platform.postgres(secrets), secrets["postgres"][service.name])
        return "migrated" if service.migrate() else ""

    return Task(work, after=("postgres",))


def _part_task(part: Part) -> Task:
    def work() -> str:
        running = part.process.pid() is not None
        part.launch()
        try:
            part.process.wait_ready(lambda: platform.asked(part.address)[0] == OK)
        except StartError as error:
            raise StartError(f"{error}\nIts health page says: {platform.asked(part.address)[1][:300]}") from error
        return "running" if running else "started"

    database = f"{part.service} database"
    return Task(work, after=(database,) if part.kind == "api" else (database, "kafka"))


def _seed(wanted: tuple[str, ...]) -> bool:
    if SEED_STAMP.exists() or set(wanted) != set(NAMES):
        return True
    return together({"demonstration data": Task(load_demonstration)})


def load_demonstration(*options: str) -> str:
    """Run the seed program; StartError when it fails."""
    log = LOGS / "seed.log"
    with log.open("ab") as output:
        command = [PYTHON, "-m", "devstack.seed", *options]
        done = subprocess.run(command, cwd=ROOT, env=environment(), stdout=output, stderr=output, check=False)
    if done.returncode != 0:
        raise StartError(f"The demonstration data could not be loaded. {tail(log)}\nIts log is {log}")
    SEED_STAMP.parent.mkdir(exist_ok=True)
    SEED_STAMP.touch()
    return "loaded"


def endpoints(secrets: Passwords) -> dict[str, str]:
    """Return every address by the name that everybody finds it by."""
    web = {name: url(name) for name in (*(service.name for service in SERVICES), "identity", "mail")}
    brokers = {name: f"127.0.0.1:{ports.port(name)}" for name in ("kafka", "kafka_external")}
    ordered = {"portal": web.pop("portal"), **web, **brokers}
    return {**ordered, "postgres": platform.postgres(secrets).url}


def _write_endpoints(secrets: Passwords) -> None:
    ENDPOINTS.touch(mode=0o600)
    ENDPOINTS.write_text(json.dumps(endpoints(secrets), indent=1) + "\n")


def processes() -> list[Managed]:
    """Return every process of the system, the platform first."""
    servers = platform.components(platform.passwords()).values()
    return [server.process for server in servers] + [part.process for part in _parts(SERVICES)]


def down() -> None:
    """Stop everything: the services first, then what they stand on."""
    servers = platform.components(platform.passwords())
    parts = [part.process for part in _parts(SERVICES)]
    for group in (parts, [servers["mail"].process, servers["identity"].process, servers["kafka"].process]):
        together({process.name: _stop_task(process) for process in group})
    together({"postgres": Task(lambda: "stopped" if platform.postgres(platform.passwords()).stop() else "")})


def stop(name: str) -> None:
    """Stop one server, or the processes of one service."""
    chosen = [process for process in processes() if process.name in {name, f"{name}-api", f"{name}-worker"}]
    together({process.name: _stop_task(process) for process in chosen})


def _stop_task(process: Managed) -> Task:
    return Task(lambda: "stopped" if process.stop() else "")


def clean() -> None:
    """Stop everything and remove all data, passwords and logs; what was installed stays."""
    down()
    data = account.home(ROOT)
    shutil.rmtree(data if data.is_relative_to(LOCAL) else data.parent, ignore_errors=True)
    kept = {"kafka", "libs", "stamps", "uv.txt"}
    for path in (*LOCAL.iterdir(), *(LOCAL / "kafka").glob("*")):
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for stamp in (SEED_STAMP, *(LOCAL / "stamps").glob("*-migrated")):
        stamp.unlink(missing_ok=True)
