"""The topics: what each carries, who writes and reads it, and how long it is kept.

The broker's topics and ACLs and the AsyncAPI document are generated from this table; auto-creation is off.
"""

from dataclasses import dataclass
from typing import Literal

from contracts.events import types_on
from contracts.events.external import advices_topic, receipts_topic, tilsyn_topic
from contracts.reference import authorities

DAY_MS = 24 * 60 * 60 * 1000
EVENT_RETENTION_MS = 90 * DAY_MS
MEGABYTE = 1024 * 1024
SERVICES = ("reporting", "jurisdiction", "approval", "publication", "notification", "portal")

FEED_READER = "feed-reader"
PARTITIONS = 6


@dataclass(frozen=True)
class Topic:
    """One topic.

    ``key`` says what its Kafka key is. ``writers`` and ``readers`` are services or external users: authority ids
    and ``feed-reader``. ``retention_ms`` is how long an event topic keeps its events, and on a compacted topic
    how long a null value stays to be seen; ``retention_bytes`` bounds a partition of a topic that outside parties
    write, whatever its age. ``data_class`` is public, internal or named (holds names of leaders).
    """

    name: str
    description: str
    key: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    partitions: int = PARTITIONS
    cleanup: Literal["delete", "compact"] = "delete"
    retention_ms: int = EVENT_RETENTION_MS
    retention_bytes: int | None = None
    max_message_bytes: int = MEGABYTE
    data_class: Literal["public", "internal", "named"] = "internal"

    @property
    def types(self) -> frozenset[str]:
        """Return the CloudEvents types that it carries; anything else on it is a fault."""
        return types_on(self.name)

    @property
    def retention_setting(self) -> str:
        """Return the broker's name for what ``retention_ms`` is about."""
        return "retention.ms" if self.cleanup == "delete" else "delete.retention.ms"


def _internal() -> tuple[Topic, ...]:
    return (
        Topic(
            "reporting.tilbud.v1",
            "Tilbud created, submissions sent and closed, vacancies.",
            "tilbud_id",
            ("reporting",),
            ("jurisdiction", "approval", "publication", "notification", "portal"),
            data_class="named",
        ),
        Topic(
            "reporting.duties.v1",
            "What a tilbud has to report soon, or should have reported.",
            "tilbud_id",
            ("reporting",),
            ("notification",),
        ),
        Topic(
            "jurisdiction.cases.v1",
            "The authority of each revision of a submission, and why.",
            "tilbud_id",
            ("jurisdiction",),
            ("reporting", "approval", "notification", "portal"),
        ),
        Topic(
            "jurisdiction.tilbud.v1",
            "State: the authority of each tilbud now.",
            "tilbud_id",
            ("jurisdiction",),
            ("reporting", "approval", "publication", "notification", "portal"),
            cleanup="compact",
        ),
        Topic(
            "approval.cases.v1",
            "Cases opened, returned, approved and closed.",
            "tilbud_id",
            ("approval",),
            ("reporting", "jurisdiction", "publication", "notification", "portal"),
            data_class="named",
        ),
        Topic(
            "approval.tilsyn.v1",
            "Tilsyn published and tilbud ceased.",
            "tilbud_id",
            ("approval",),
            ("reporting", "publication", "notification", "portal"),
        ),
        Topic(
            "approval.deadlines.v1",
            "Deadlines of sanctions, and of what else is watched, that are near or have passed.",
            "tilbud_id",
            ("approval",),
            ("notification",),
        ),
        Topic(
            "approval.samples.v1",
            "Control samples of what tilbud report, and the markings that they end in.",
            "tilbud_id",
            ("approval",),
            ("publication", "notification"),
        ),
        Topic(
            "approval.applications.v1",
            "Applications transferred from supervision systems; each becomes a tilbud.",
            "authority/application_id",
            ("approval",),
            ("reporting",),
            data_class="named",
        ),
        Topic(
            "publication.tilbud.v1",
            "State: the public record of each tilbud; null = not public any more.",
            "tilbud_id",
            ("publication",),
            ("jurisdiction", "notification", "portal", FEED_READER),
            cleanup="compact",
            data_class="public",
        ),
        Topic(
            "publication.feed.v1",
            "The publication feed, the same entries as GET /v1/feed.",
            "tilbud_id",
            ("publication",),
            (FEED_READER,),
            partitions=1,
            data_class="public",
        ),
        Topic(
            "notification.follows.v1",
            "State: who follows each tilbud.",
            "tilbud_id",
            ("notification",),
            ("portal",),
            cleanup="compact",
        ),
    )


def dead_letters_topic(service: str) -> str:
    """Return the topic of the messages that ``service`` could not handle."""
    return f"{service}.dead-letters.v1"


def _dead_letters() -> tuple[Topic, ...]:
    return tuple(
        Topic(
            dead_letters_topic(service),
            f"Messages that {service} could not handle, with original bytes, headers and reason.",
            "key of the original message",
            (service,),
            (),
            partitions=1,
            max_message_bytes=8 * MEGABYTE,
            data_class="named",
        )
        for service in SERVICES
    )


def _external(authority: str) -> tuple[Topic, ...]:
    # One partition each: clients hash keys differently, kcat by CRC32 and Java by murmur2.
    return (
        Topic(
            tilsyn_topic(authority),
            "Tilsyn events from the authority's supervision system; applications name leaders.",
            "tilbud_id; application_id for an application",
            (authority,),
            ("approval",),
            partitions=1,
            retention_bytes=1024 * MEGABYTE,
            max_message_bytes=3 * MEGABYTE,
            data_class="named",
        ),
        Topic(
            receipts_topic(authority),
            "Receipts for the authority's tilsyn events.",
            "event_id",
            ("approval",),
            (authority,),
            partitions=1,
        ),
        Topic(
            advices_topic(authority),
            "Advices that a report waits for the authority, and that it does so no more.",
            "tilbud_id",
            ("approval",),
            (authority,),
            partitions=1,
        ),
    )


def _topics() -> tuple[Topic, ...]:
    external = tuple(topic for authority in authorities() for topic in _external(authority.id))
    return (*_internal(), *_dead_letters(), *external)


# A list, so that a kind of subject can add its topics: whoever imported the name sees them too.
TOPICS: list[Topic] = list(_topics())


def topic(name: str) -> Topic:
    """Return the topic called ``name``; KeyError when there is none."""
    for candidate in TOPICS:
        if candidate.name == name:
            return candidate
    raise KeyError(name)
