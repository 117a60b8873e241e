"""Create the topics and ACLs that ``contracts.topics`` lists; what is there already is brought in line.

Alone: ``python -m devstack.topics --bootstrap 127.0.0.1:18010``; ``KAFKA_PASSWORD_ADMIN`` is the administrator's
password where the listener asks for one.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from confluent_kafka.admin import (  # type: ignore[attr-defined]  # It re-exports without saying so.
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)

from contracts.topics import FEED_READER, MEGABYTE, SERVICES, TOPICS, Topic
from devstack.kafka_quotas import set_quotas
from devstack.processes import wait_until

PATIENCE = 30
SCRAM_ITERATIONS = 8192
ADMIN = "admin"
ADMIN_PASSWORD = "KAFKA_PASSWORD_ADMIN"  # noqa: S105  The name of a variable.
TILSYN = "external.tilsyn."
# A country's tilsyn of a year are a few hundred megabytes.
PRODUCER_BYTES_A_SECOND = 2.0 * MEGABYTE
CONSUMER_BYTES_A_SECOND = 20.0 * MEGABYTE
UNLIMITED = float(2**40)


def authorities(topics: Iterable[Topic] = TOPICS) -> tuple[str, ...]:
    """Return the authorities that have topics of their own."""
    return tuple(t.name.removeprefix(TILSYN).removesuffix(".v1") for t in topics if t.name.startswith(TILSYN))


def users(topics: Iterable[Topic] = TOPICS) -> tuple[str, ...]:
    """Return the external users: one per authority, and the feed reader. The services are users too."""
    return (*authorities(topics), FEED_READER)


def ensure_passwords(bootstrap: str, passwords: Mapping[str, str]) -> int:
    """Give users their SCRAM-SHA-512 passwords and return how many there are."""
    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS)
    wanted: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(user, info, password.encode()) for user, password in passwords.items()
    ]
    # The client must be kept: without it, the answers that are still under way are lost.
    admin = client(bootstrap)
    for done in admin.alter_user_scram_credentials(wanted, request_timeout=PATIENCE).values():
        done.result()
    return len(wanted)


def ensure_quotas(bootstrap: str) -> None:
    """Limit what outside parties write and read in a second; the services and the inner listener have no limit."""
    limits = {"producer_byte_rate": PRODUCER_BYTES_A_SECOND, "consumer_byte_rate": CONSUMER_BYTES_A_SECOND}
    without = dict.fromkeys(limits, UNLIMITED)
    password = os.environ.get(ADMIN_PASSWORD)
    quotas: dict[str | None, dict[str, float]] = {
        None: limits,
        **dict.fromkeys(("ANONYMOUS", ADMIN, *SERVICES), without),
    }
    set_quotas(bootstrap, quotas, login=(ADMIN, password) if password else None)


def client(bootstrap: str) -> AdminClient:
    """Return an administrator's client; it signs in where the environment has its password."""
    options: dict[str, str | int | float | bool] = {"bootstrap.servers": bootstrap, "log_level": 2}
    if password := os.environ.get(ADMIN_PASSWORD):
        options |= {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN"}
        options |= {"sasl.username": ADMIN, "sasl.password": password}
    return AdminClient(options)


def ensure(bootstrap: str, topics: Iterable[Topic] = TOPICS) -> int:
    """Create what is missing of topics and ACLs and return how many things were created or changed."""
    admin = client(bootstrap)
    wanted = tuple(topics)
    ensure_quotas(bootstrap)
    return ensure_topics(admin, wanted) + ensure_acls(admin, wanted)


def ensure_topics(admin: AdminClient, topics: Iterable[Topic]) -> int:
    """Create missing topics and correct the settings of the others; returns the number of changes."""
    wanted = {topic.name: topic for topic in topics}
    present = set(admin.list_topics(timeout=PATIENCE).topics)
    missing = [_new(topic) for name, topic in wanted.items() if name not in present]
    if missing:
        for created in admin.create_topics(missing, operation_timeout=PATIENCE).values():
            created.result()
    return len(missing) + _correct(admin, [topic for name, topic in wanted.items() if name in present])


def _new(topic: Topic) -> NewTopic:
    return NewTopic(topic.name, num_partitions=topic.partitions, replication_factor=1, config=settings(topic))


def settings(topic: Topic) -> dict[str, str]:
    """Return the broker's settings of a topic."""
    return {
        "cleanup.policy": topic.cleanup,
        topic.retention_setting: str(topic.retention_ms),
        "retention.bytes": str(topic.retention_bytes or -1),
        "max.message.bytes": str(topic.max_message_bytes),
    }


def _correct(admin: AdminClient, topics: list[Topic]) -> int:
    if not topics:
        return 0
    resources = [ConfigResource(ConfigResource.Type.TOPIC, topic.name) for topic in topics]
    found = {resource.name: future.result() for resource, future in admin.describe_configs(resources).items()}
    changes = [change for topic in topics if (change := _change(topic, found[topic.name])) is not None]
    if changes:
        for changed in admin.incremental_alter_configs(changes).values():
            changed.result()
    return len(changes)


def _change(topic: Topic, found: Mapping[str, ConfigEntry]) -> ConfigResource | None:
    wrong = {name: value for name, value in settings(topic).items() if found[name].value != value}
    if not wrong:
        return None
    entries = [ConfigEntry(k, v, incremental_operation=AlterConfigOpType.SET) for k, v in wrong.items()]
    return ConfigResource(ConfigResource.Type.TOPIC, topic.name, incremental_configs=entries)


def ensure_acls(admin: AdminClient, topics: Iterable[Topic]) -> int:
    """Give each external user exactly its rights, taking other ones away; returns the number of changes."""
    wanted = set(acls(topics))
    present = _present(admin)
    if missing := list(wanted - present):
        for created in admin.create_acls(missing, request_timeout=PATIENCE).values():
            created.result()
    if surplus := list(present - wanted):
        filters = [_filter(acl) for acl in surplus]
        for deleted in admin.delete_acls(filters, request_timeout=PATIENCE).values():
            deleted.result()
    # The controller answers before the broker has applied hundreds of new topics, and ACLs come after those.
    wait_until(lambda: _present(admin) == wanted, PATIENCE, pause=0.1)
    return len(missing) + len(surplus)


def _present(admin: AdminClient) -> set[AclBinding]:
    return set(admin.describe_acls(_everything(), request_timeout=PATIENCE).result())


def _everything() -> AclBindingFilter:
    # The library takes None as "any" although its annotations do not say so.
    anything: Any = None
    kind, pattern = ResourceType.ANY, ResourcePatternType.ANY
    operation, permission = AclOperation.ANY, AclPermissionType.ANY
    return AclBindingFilter(kind, anything, pattern, anything, anything, operation, permission)


def _filter(acl: AclBinding) -> AclBindingFilter:
    what = (acl.restype, acl.name, acl.resource_pattern_type)
    return AclBindingFilter(*what, acl.principal, acl.host, acl.operation, acl.permission_type)


def acls(topics: Iterable[Topic]) -> list[AclBinding]:
    """Return the ACLs of every user: what the topics say of its writing and reading, and which groups it may use."""
    listed = tuple(topics)
    bindings = []
    for topic in listed:
        for user in topic.writers:
            bindings += _topic(user, topic.name, AclOperation.WRITE)
        for user in topic.readers:
            bindings += _topic(user, topic.name, AclOperation.READ)
    bindings += [_group(f"{service}.", ResourcePatternType.PREFIXED, service) for service in SERVICES]
    return bindings + [acl for user in users(listed) for acl in _groups(user, listed)]


def _topic(user: str, name: str, operation: AclOperation) -> list[AclBinding]:
    what = (ResourceType.TOPIC, name, ResourcePatternType.LITERAL, f"User:{user}", "*")
    return [AclBinding(*what, each, AclPermissionType.ALLOW) for each in (operation, AclOperation.DESCRIBE)]


def _groups(user: str, topics: Iterable[Topic]) -> list[AclBinding]:
    # Kafka clients want a group, and a reader chooses its name, but not one that belongs to somebody else.
    owned = {f"{service}." for service in SERVICES}
    owned |= {_where_it_parts(other, user) for other in users(topics) if other != user}
    return [
        _group("*", ResourcePatternType.LITERAL, user),
        *(_refused_groups(prefix, user) for prefix in sorted(owned)),
    ]


def _refused_groups(prefix: str, user: str) -> AclBinding:
    # All operations: a user would otherwise see who is in them.
    what = (ResourceType.GROUP, prefix, ResourcePatternType.PREFIXED, f"User:{user}", "*")
    return AclBinding(*what, AclOperation.ALL, AclPermissionType.DENY)


def _where_it_parts(other: str, user: str) -> str:
    """Return the shortest start of ``other`` that names its kind and is no start of ``user``: few rules for many."""
    kind = other.index("-") + 1
    return next(other[:end] for end in range(kind, len(other) + 1) if not user.startswith(other[:end]))


def _group(name: str, pattern: ResourcePatternType, user: str) -> AclBinding:
    what = (ResourceType.GROUP, name, pattern, f"User:{user}", "*")
    return AclBinding(*what, AclOperation.READ, AclPermissionType.ALLOW)


def main() -> int:
    """Create topics and ACLs at the broker named on the command line."""
    parser = argparse.ArgumentParser(prog="devstack.topics", description=__doc__)
    parser.add_argument("--bootstrap", required=True, help="address of a listener for administrators")
    changes = ensure(parser.parse_args().bootstrap)
    print(f"{len(TOPICS)} topics, {changes} changes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
