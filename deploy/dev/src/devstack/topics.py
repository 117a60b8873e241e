"""Create the topics and ACLs that ``contracts.topics`` lists; what is there already is brought in line.

Alone: ``python -m devstack.topics --bootstrap 127.0.0.1:18010``.
"""

import argparse
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
)

from contracts.topics import FEED_READER, SERVICES, TOPICS, Topic
from devstack.processes import wait_until

PATIENCE = 30
TILSYN = "external.tilsyn."


def authorities(topics: Iterable[Topic] = TOPICS) -> tuple[str, ...]:
    """Return the authorities that have topics of their own."""
    return tuple(t.name.removeprefix(TILSYN).removesuffix(".v1") for t in topics if t.name.startswith(TILSYN))


def users(topics: Iterable[Topic] = TOPICS) -> tuple[str, ...]:
    """Return the external users: one per authority, and the feed reader."""
    return (*authorities(topics), FEED_READER)


def client(bootstrap: str) -> AdminClient:
    """Return an administrator's client of the inner listener."""
    return AdminClient({"bootstrap.servers": bootstrap, "log_level": 2})


def ensure(bootstrap: str, topics: Iterable[Topic] = TOPICS) -> int:
    """Create what is missing of topics and ACLs and return how many things were created or changed."""
    admin = client(bootstrap)
    wanted = tuple(topics)
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
    """Return the ACLs of all external users. The services use the inner listener and need none."""
    listed = tuple(topics)
    external = set(users(listed))
    bindings = []
    for topic in listed:
        for user in external.intersection(topic.writers):
            bindings += _topic(user, topic.name, AclOperation.WRITE)
        for user in external.intersection(topic.readers):
            bindings += _topic(user, topic.name, AclOperation.READ)
    return bindings + [acl for user in external for acl in _groups(user, listed)]


def _topic(user: str, name: str, operation: AclOperation) -> list[AclBinding]:
    what = (ResourceType.TOPIC, name, ResourcePatternType.LITERAL, f"User:{user}", "*")
    return [AclBinding(*what, each, AclPermissionType.ALLOW) for each in (operation, AclOperation.DESCRIBE)]


def _groups(user: str, topics: Iterable[Topic]) -> list[AclBinding]:
    # Kafka clients want a group, and a reader chooses its name, but not one that belongs to somebody else.
    owned = {f"{service}." for service in SERVICES}
    owned |= {_where_it_parts(other, user) for other in authorities(topics) if other != user}
    refused = [_group(prefix, ResourcePatternType.PREFIXED, user, AclPermissionType.DENY) for prefix in sorted(owned)]
    return [_group("*", ResourcePatternType.LITERAL, user), *refused]


def _where_it_parts(other: str, user: str) -> str:
    """Return the shortest start of ``other`` that names its kind and is no start of ``user``: few rules for many."""
    kind = other.index("-") + 1
    return next(other[:end] for end in range(kind, len(other) + 1) if not user.startswith(other[:end]))


def _group(
    name: str,
    pattern: ResourcePatternType,
    user: str,
    permission: AclPermissionType = AclPermissionType.ALLOW,
) -> AclBinding:
    return AclBinding(ResourceType.GROUP, name, pattern, f"User:{user}", "*", AclOperation.READ, permission)


def main() -> int:
    """Create topics and ACLs at the broker named on the command line."""
    parser = argparse.ArgumentParser(prog="devstack.topics", description=__doc__)
    parser.add_argument("--bootstrap", required=True, help="address of the inner listener")
    changes = ensure(parser.parse_args().bootstrap)
    print(f"{len(TOPICS)} topics, {changes} changes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
