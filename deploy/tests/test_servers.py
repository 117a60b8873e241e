"""What the containers of others are given, tried on real servers: PostgreSQL's start script and Kafka's settings."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from contracts.topics import FEED_READER, SERVICES, TOPICS
from deploy.tests.containers import ROOT, Compose, run
from devstack import kafka, topics
from devstack.account import binary
from devstack.account import environment as postgres_environment
from devstack.ports import answers, free_ports
from devstack.postgres import PASSING, Postgres
from devstack.processes import StartError, wait_until
from devstack.services import SERVICES as RUN_SERVICES

LOGGING = "Configuration: {Loggers: {Root: {level: INFO, AppenderRef: []}, Logger: []}}\n"
TILSYN = "external.tilsyn.socialtilsyn-nord.v1"


@pytest.fixture(scope="module")
def initialised(compose: Compose, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A new PostgreSQL on which the container's start script ran."""
    folder = tmp_path_factory.mktemp("postgres")
    for each in [folder, *list(folder.parents)[:3]]:
        each.chmod(0o711)
    server = Postgres(folder / "data", free_ports(1)[0], "superuser", PASSING, folder, folder)
    server.start()
    variables = compose.environment("postgres") | postgres_environment()
    variables |= {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGPASSWORD": server.password}
    variables["PATH"] = f"{binary('psql').parent}:{os.environ['PATH']}"
    try:
        done = run([ROOT / "deploy/postgres/init.sh"], env=variables)
        assert done.returncode == 0, done.stderr
        yield server
    finally:
        server.stop()


def ask(server: Postgres, user: str, password: str, database: str) -> subprocess.CompletedProcess[str]:
    """Ask a database who is asking."""
    variables = postgres_environment() | {"PGPASSWORD": password}
    command = [str(binary("psql")), "-h", "127.0.0.1", "-p", str(server.port), "-U", user, "-d", database, "-Atc"]
    return run([*command, "SELECT current_user"], env=variables)


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_reaches_its_own_database_only(initialised: Postgres, compose: Compose, service: str) -> None:
    password = compose.environment("postgres")[f"{service.upper()}_DB_PASSWORD"]
    assert ask(initialised, service, password, service).stdout.strip() == service
    assert "password authentication failed" in ask(initialised, service, "wrong", service).stderr
    for other in {*SERVICES, "postgres", "template1"} - {service}:
        assert "permission denied" in ask(initialised, service, password, other).stderr


@pytest.mark.parametrize("service", RUN_SERVICES, ids=lambda service: service.name)
def test_each_database_has_the_extensions_of_make_up(initialised: Postgres, service: object) -> None:
    name, wanted = service.name, set(service.extensions)  # type: ignore[attr-defined]
    found = initialised.sql("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'", name).split()
    assert set(found) == wanted


class Broker:
    """A broker started as the official image does it: its own set-up program, our file, our variables."""

    def __init__(self, compose: Compose, folder: Path) -> None:
        self.folder = folder
        inner, self.services, self.external, controller = free_ports(4)
        moved = {"9092": inner, "9094": self.services, "18011": self.external, "9093": controller, "kafka": "127.0.0.1"}
        self.variables = {
            word: value
            for word, value in compose.environment("kafka").items()
            if word.startswith(("KAFKA_", "CLUSTER"))
        }
        for word in ("KAFKA_LISTENERS", "KAFKA_ADVERTISED_LISTENERS", "KAFKA_CONTROLLER_QUORUM_VOTERS"):
            for before, after in moved.items():
                self.variables[word] = self.variables[word].replace(f"/{before}:", f"/{after}:")
                self.variables[word] = self.variables[word].replace(f":{before}", f":{after}")
        self.variables["KAFKA_LOG_DIRS"] = str(folder / "data")
        self.process: subprocess.Popen[bytes] | None = None

    def java(self, *words: str) -> list[str]:
        """Return the command that runs a program of the broker's jars."""
        return ["java", *kafka.QUICK, "-Xmx384m", "-cp", f"{kafka.jars()}/*", *words]

    def set_up(self) -> str:
        """Do what the image does before the broker starts, and return the settings that came out."""
        for name in ("default", "mounted", "final"):
            (self.folder / name).mkdir()
        for name in ("default", "final"):
            (self.folder / name / "server.properties").write_text("")
        for name in ("log4j2.yaml", "tools-log4j2.yaml"):
            (self.folder / "default" / name).write_text(LOGGING)
        mounted = (ROOT / "deploy/kafka/server.properties").read_text()
        (self.folder / "mounted" / "server.properties").write_text(mounted)
        options = [("default", "default"), ("mounted", "mounted"), ("final", "final")]
        words = [word for option, name in options for word in (f"--{option}-configs-dir", str(self.folder / name))]
        done = run(self.java("kafka.docker.KafkaDockerWrapper", "setup", *words), env=os.environ | self.variables)
        assert done.returncode == 0, done.stderr + done.stdout
        return (self.folder / "final" / "server.properties").read_text()

    def start(self) -> None:
        """Start the broker and wait until both listeners answer."""
        command = self.java("kafka.Kafka", str(self.folder / "final" / "server.properties"))
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603
        if not wait_until(lambda: answers(self.services) and answers(self.external), 60):
            raise StartError((self.folder / "log").read_text()[-2000:])

    def stop(self) -> None:
        """Stop the broker."""
        if self.process:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def broker(compose: Compose, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """The broker of the containers, with topics, ACLs and passwords as the topics job makes them."""
    found = Broker(compose, tmp_path_factory.mktemp("kafka"))
    settings = found.set_up()
    # The last of several lines for one setting wins: nothing of the template's words may be left.
    effective = dict(line.split("=", 1) for line in settings.splitlines() if "=" in line and not line.startswith("#"))
    assert not [name for name, value in effective.items() if "{" in value]
    try:
        found.start()
        bootstrap = f"127.0.0.1:{found.services}"
        job = os.environ | compose.environment("topics") | {"BOOTSTRAP": bootstrap}
        for program in (["-m", "devstack.topics", "--bootstrap", bootstrap], ["deploy/kafka/scram.py", bootstrap]):
            done = run([sys.executable, *program], env=job)
            assert done.returncode == 0, done.stderr
        yield found
    finally:
        found.stop()


def login(broker: Broker, user: str, password: str, mechanism: str, port: int | None = None) -> dict[str, str]:
    """Return the options of a client from outside, or of one at another port."""
    return {
        "bootstrap_servers": f"127.0.0.1:{port or broker.external}",
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": mechanism,
        "sasl_plain_username": user,
        "sasl_plain_password": password,
    }


@pytest.mark.slow
@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
async def test_an_authority_writes_to_its_own_topic_only(broker: Broker, compose: Compose, mechanism: str) -> None:
    password = compose.secrets["KAFKA_PASSWORD_SOCIALTILSYN_NORD"]
    async with AIOKafkaProducer(**login(broker, "socialtilsyn-nord", password, mechanism)) as producer:
        sent = await producer.send_and_wait(TILSYN, b"{}", key=b"CRV-1000")
        assert sent.topic == TILSYN
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait("external.tilsyn.socialtilsyn-syd.v1", b"{}")


@pytest.mark.slow
@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
async def test_a_wrong_password_opens_nothing(broker: Broker, mechanism: str) -> None:
    producer = AIOKafkaProducer(**login(broker, "socialtilsyn-nord", "wrong", mechanism))
    with pytest.raises(KafkaError):
        await producer.start()
    await producer.stop()


@pytest.mark.slow
async def test_the_feed_reader_reads_what_is_public(broker: Broker, compose: Compose) -> None:
    options = login(broker, FEED_READER, compose.secrets["KAFKA_PASSWORD_FEED_READER"], "SCRAM-SHA-512")
    async with AIOKafkaConsumer("publication.feed.v1", group_id="anybody", **options) as consumer:
        assert {partition.topic for partition in consumer.assignment()} == {"publication.feed.v1"}


@pytest.mark.slow
def test_topics_are_those_of_the_contracts_and_come_from_nowhere_else(
    broker: Broker, compose: Compose, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(topics.ADMIN_PASSWORD, compose.secrets[topics.ADMIN_PASSWORD])
    admin = topics.client(f"127.0.0.1:{broker.services}")
    found = {name for name in admin.list_topics(timeout=topics.PATIENCE).topics if not name.startswith("__")}
    assert found == {topic.name for topic in TOPICS}
    answer = admin.list_topics("nobody.asked.for.this.v1", timeout=topics.PATIENCE)
    assert answer.topics["nobody.asked.for.this.v1"].error is not None
    assert "nobody.asked.for.this.v1" not in admin.list_topics(timeout=topics.PATIENCE).topics


@pytest.mark.slow
async def test_a_service_writes_its_own_topics_only(broker: Broker, compose: Compose) -> None:
    password = compose.secrets["KAFKA_PASSWORD_APPROVAL"]
    options = login(broker, "approval", password, "SCRAM-SHA-512", broker.services)
    async with AIOKafkaProducer(**options, enable_idempotence=True) as producer:
        assert (await producer.send_and_wait("approval.cases.v1", b"{}", key=b"CRV-1000")).topic == "approval.cases.v1"
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait("reporting.tilbud.v1", b"{}", key=b"CRV-1000")


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_keycloak_s_health_is_read_without_curl(status: int, code: int) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health/ready" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
            """Stay silent."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        variables = {"KC_HTTP_MANAGEMENT_PORT": str(server.server_port)}
        assert run(["bash", ROOT / "deploy/keycloak/health.sh"], env=os.environ | variables).returncode == code


def test_keycloak_s_health_is_bad_while_nobody_answers() -> None:
    variables = {"KC_HTTP_MANAGEMENT_PORT": str(free_ports(1)[0])}
    assert run(["bash", ROOT / "deploy/keycloak/health.sh"], env=os.environ | variables).returncode != 0
