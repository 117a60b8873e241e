"""What the services stand on: PostgreSQL, Kafka, the mail catcher and the identity provider of this checkout."""

from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from contracts.topics import SERVICES as SERVICE_USERS
from devstack import account, credentials, ports, topics
from devstack.credentials import Passwords
from devstack.identity.provider import PORTAL
from devstack.kafka import Kafka, KafkaPorts
from devstack.paths import CREDENTIALS, LOCAL, LOGS, PYTHON, ROOT, RUN
from devstack.postgres import Postgres, close_to_public
from devstack.processes import Managed
from devstack.services import SERVICES, environment, url

OK = 200


@dataclass(frozen=True)
class Component:
    """One server of the platform."""

    name: str
    process: Managed
    listens: tuple[str, ...]
    start: Callable[[], None]
    ready: Callable[[], bool]


def passwords() -> Passwords:
    """Return all passwords of this checkout, making those that are missing."""
    return credentials.ensure(
        CREDENTIALS,
        {
            "postgres": ("postgres", *(service.name for service in SERVICES)),
            "kafka": topics.users(),
            "kafka_services": SERVICE_USERS,
            "oauth": (PORTAL, *topics.authorities()),
            credentials.KEYS: ("cpr", "session", "digest"),
        },
    )


def postgres(secrets: Passwords) -> Postgres:
    """Return this checkout's PostgreSQL."""
    data = account.home(ROOT)
    return Postgres(data, ports.port("postgres"), secrets["postgres"]["postgres"], run=RUN, logs=LOGS)


def kafka(secrets: Passwords) -> Kafka:
    """Return this checkout's broker."""
    numbers = KafkaPorts(*(ports.port(name) for name in ("kafka", "kafka_external", "kafka_controller")))
    return Kafka(LOCAL / "kafka", numbers, secrets["kafka"] | secrets["kafka_services"], RUN, LOGS)


def components(secrets: Passwords) -> dict[str, Component]:
    """Return the platform's servers by name."""
    database, broker = postgres(secrets), kafka(secrets)

    def start_postgres() -> None:
        database.start()
        close_to_public(database)

    def start_kafka() -> None:
        broker.start()
        topics.ensure(broker.bootstrap)
        # A broker from before the services had passwords keeps its folder.
        topics.ensure_passwords(broker.bootstrap, secrets["kafka_services"])

    listed = (
        Component("postgres", database.process, ("postgres",), start_postgres, database.ready),
        Component("kafka", broker.process, ("kafka", "kafka_external", "kafka_controller"), start_kafka, broker.ready),
        _web("mail", ("mail", "smtp")),
        _web("identity", ("identity",)),
    )
    return {component.name: component for component in listed}


def _web(name: str, listens: tuple[str, ...]) -> Component:
    module = f"devstack.{name}.app"
    process = Managed(name, (PYTHON, module), RUN, LOGS)
    address = f"{url(name)}/health/ready"

    def start() -> None:
        process.start([PYTHON, "-m", module], cwd=ROOT, env=environment())
        process.wait_ready(lambda: asked(address)[0] == OK)

    return Component(name, process, listens, start, lambda: asked(address)[0] == OK)


def asked(address: str, patience: float = 3) -> tuple[int, str]:
    """Return the status and text that an address answers; status 0 and the reason when it does not."""
    parts = urlsplit(address)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=patience)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, HTTPException) as error:
        return 0, str(error) or type(error).__name__
    finally:
        connection.close()
