"""The broker lets an authority do what its topics say, and nothing else."""

import math
import subprocess

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import TopicAuthorizationFailedError
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # It re-exports without saying so.
    AclPermissionType,
    AdminClient,
    ConfigResource,
    ResourceType,
)

from contracts.topics import SERVICES, TOPICS, dead_letters_topic
from contracts.topics import topic as topic_named
from devstack import topics
from devstack.testing import TestKafka

NORD, SYD = "socialtilsyn-nord", "socialtilsyn-syd"


def login(kafka: TestKafka, user: str, mechanism: str = "PLAIN") -> dict[str, str]:
    return {
        "bootstrap.servers": kafka.external_bootstrap,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": mechanism,
        "sasl.username": user,
        "sasl.password": kafka.credentials[user],
    }


def produce(settings: dict[str, str], topic: str) -> KafkaError | None:
    """Send one message and return why it was refused."""
    outcomes: list[KafkaError | None] = []
    producer = Producer({**settings, "log_level": 0})
    producer.produce(topic, b"{}", key=b"CRV-1", callback=lambda error, _: outcomes.append(error))
    producer.flush(10)
    return outcomes[0]


@pytest.fixture
def receipts(kafka: TestKafka) -> str:
    topic = f"external.receipts.{NORD}.v1"
    assert produce({"bootstrap.servers": kafka.bootstrap}, topic) is None
    return topic


def read(settings: dict[str, str], topic: str, group: str) -> bytes | None:
    consumer = Consumer({**settings, "group.id": group, "auto.offset.reset": "earliest", "log_level": 0})
    consumer.subscribe([topic])
    try:
        message = consumer.poll(10)
    finally:
        consumer.close()
    if message is None:
        return None
    if (error := message.error()) is not None:
        raise KafkaException(error)
    return message.value()


def test_every_topic_of_the_contracts_exists(kafka: TestKafka) -> None:
    found = topics.client(kafka.bootstrap).list_topics(timeout=10).topics
    assert {topic.name: topic.partitions for topic in TOPICS}.items() <= {
        name: len(topic.partitions) for name, topic in found.items()
    }.items()


def test_creating_topics_again_changes_nothing(kafka: TestKafka) -> None:
    assert topics.ensure(kafka.bootstrap) == 0


def test_an_authority_writes_its_own_topic_only(kafka: TestKafka) -> None:
    settings = login(kafka, NORD)
    assert produce(settings, f"external.tilsyn.{NORD}.v1") is None
    for topic in (f"external.tilsyn.{SYD}.v1", f"external.receipts.{NORD}.v1", "approval.tilsyn.v1"):
        refusal = produce(settings, topic)
        assert refusal is not None
        assert refusal.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED


def test_an_authority_reads_its_own_receipts_only(kafka: TestKafka, receipts: str) -> None:
    assert read(login(kafka, NORD), receipts, f"{NORD}.test") == b"{}"
    with pytest.raises(KafkaException, match="Topic authorization failed"):
        read(login(kafka, SYD), receipts, f"{SYD}.test")


def test_a_consumer_group_belongs_to_its_user(kafka: TestKafka, receipts: str) -> None:
    with pytest.raises(KafkaException, match="Group authorization failed"):
        read(login(kafka, NORD), receipts, f"{SYD}.test")
    with pytest.raises(KafkaException, match="Group authorization failed"):
        read(login(kafka, "feed-reader"), "publication.feed.v1", "approval.submissions")
    with pytest.raises(KafkaException, match="Group authorization failed"):
        read(login(kafka, NORD), receipts, "feed-reader")


@pytest.mark.parametrize("user", [NORD, "feed-reader"])
def test_nobody_outside_sees_the_groups_of_the_services(kafka: TestKafka, user: str) -> None:
    inner = {"bootstrap.servers": kafka.bootstrap}
    assert produce(inner, "approval.dead-letters.v1") is None
    read(inner, "approval.dead-letters.v1", "portal.seen")
    everything, outside = topics.client(kafka.bootstrap), AdminClient({**login(kafka, user), "log_level": 0})
    assert "portal.seen" in {group.group_id for group in everything.list_consumer_groups().result().valid}
    shown = outside.list_consumer_groups().result().valid
    assert not [group.group_id for group in shown if group.group_id.startswith(tuple(f"{each}." for each in SERVICES))]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_writes_and_reads_what_the_contracts_say(kafka: TestKafka, service: str) -> None:
    settings = login(kafka, service, "SCRAM-SHA-512")
    # What stood on any other topic of its own would be read by the workers of other tests.
    own = topic_named(dead_letters_topic(service))
    foreign = next(topic for topic in TOPICS if service not in topic.writers and not topic.name.startswith("external"))
    assert produce(settings, own.name) is None
    refusal = produce(settings, foreign.name)
    assert refusal is not None
    assert refusal.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED
    unread = next(topic for topic in TOPICS if service not in topic.readers)
    with pytest.raises(KafkaException, match="Topic authorization failed"):
        read(settings, unread.name, f"{service}.test")
    other = next(each for each in SERVICES if each != service)
    readable = next(topic for topic in TOPICS if service in topic.readers)
    with pytest.raises(KafkaException, match="Group authorization failed"):
        read(settings, readable.name, f"{other}.test")


def test_an_authority_that_writes_without_end_is_slowed_down(kafka: TestKafka) -> None:
    waits: list[float] = []
    settings = {**login(kafka, SYD), "log_level": 0, "linger.ms": 0}
    producer = Producer({**settings, "throttle_cb": lambda event: waits.append(event.throttle_time)})
    # The broker looks at ten seconds: so much may come at once.
    messages = 10 * topics.PRODUCER_BYTES_A_SECOND / 900_000
    for _ in range(math.ceil(messages) + 4):
        producer.produce(f"external.tilsyn.{SYD}.v1", bytes(900_000), key=b"CRV-1")
        producer.flush(60)
    assert max(waits, default=0) > 0


def test_what_outside_parties_write_is_bounded_by_its_size(kafka: TestKafka) -> None:
    resource = ConfigResource(ConfigResource.Type.TOPIC, f"external.tilsyn.{NORD}.v1")
    admin = topics.client(kafka.bootstrap)
    found = admin.describe_configs([resource])[resource].result()
    assert int(found["retention.bytes"].value) == 1024**3


def test_an_authority_chooses_its_group(kafka: TestKafka, receipts: str) -> None:
    assert read(login(kafka, NORD), receipts, "my-supervision-system") == b"{}"
    assert read(login(kafka, NORD), receipts, f"{NORD}-2") == b"{}"


def test_no_user_may_take_the_group_of_a_service_or_of_another_authority() -> None:
    groups = [acl for acl in topics.acls(TOPICS) if acl.restype is ResourceType.GROUP]
    refused: dict[str, list[str]] = {user: [] for user in topics.users()}
    for acl in groups:
        if acl.permission_type is AclPermissionType.DENY:
            refused[acl.principal.removeprefix("User:")].append(acl.name)
    for user, prefixes in refused.items():
        assert not user.startswith(tuple(prefixes))
        assert all(f"{service}.x".startswith(tuple(prefixes)) for service in SERVICES)
        assert all(other.startswith(tuple(prefixes)) for other in topics.authorities() if other != user)


def test_the_feed_reader_chooses_its_group(kafka: TestKafka) -> None:
    assert produce({"bootstrap.servers": kafka.bootstrap}, "publication.feed.v1") is None
    assert read(login(kafka, "feed-reader"), "publication.feed.v1", "my-search-engine") == b"{}"
    refusal = produce(login(kafka, "feed-reader"), "publication.feed.v1")
    assert refusal is not None


def test_topics_are_not_made_by_asking(kafka: TestKafka) -> None:
    refusal = produce({"bootstrap.servers": kafka.bootstrap, "message.timeout.ms": "2000"}, "not.there.v1")
    assert refusal is not None
    assert "not.there.v1" not in topics.client(kafka.bootstrap).list_topics(timeout=10).topics


async def test_aiokafka_logs_in_with_scram(kafka: TestKafka, receipts: str) -> None:
    settings = {
        "bootstrap_servers": kafka.external_bootstrap,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": NORD,
        "sasl_plain_password": kafka.credentials[NORD],
    }
    async with AIOKafkaProducer(**settings, enable_idempotence=True) as producer:
        sent = await producer.send_and_wait(f"external.tilsyn.{NORD}.v1", b"{}")
        assert sent.topic == f"external.tilsyn.{NORD}.v1"
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait(f"external.tilsyn.{SYD}.v1", b"{}")
    async with AIOKafkaConsumer(receipts, **settings, auto_offset_reset="earliest") as consumer:
        assert (await consumer.getone()).value == b"{}"


def test_kcat_logs_in_with_plain(kafka: TestKafka) -> None:
    options = [word for name, value in login(kafka, NORD).items() for word in ("-X", f"{name}={value}")]
    command = ["kcat", *options, "-P", "-t", f"external.tilsyn.{NORD}.v1", "-k", "CRV-1"]
    sent = subprocess.run(command, input="{}", text=True, capture_output=True, timeout=20, check=False)
    assert sent.returncode == 0, sent.stderr
    wrong = [word.replace(kafka.credentials[NORD], "wrong") for word in command]
    refused = subprocess.run([*wrong, "-X", "message.timeout.ms=3000"], input=b"{}", check=False)
    assert refused.returncode != 0
