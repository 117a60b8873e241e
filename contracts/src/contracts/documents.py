"""The documents that outside parties build against, generated from the models: JSON Schemas and AsyncAPI 3.

``python -m contracts.documents <folder>`` writes them; the OpenAPI documents come from the running services.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from contracts.events import EVENTS
from contracts.events.external import INBOUND
from contracts.topics import FEED_READER, TOPICS, Topic

SCHEMA_DIALECT = GenerateJsonSchema.schema_dialect
VERSION = "1.0.0"


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of the data of every event, by CloudEvents type."""
    written = {event.ce_type: _schema(event, "serialization") for event in EVENTS}
    return written | {event.ce_type: _schema(event, "validation") for event in INBOUND}


def _schema(model: type[BaseModel], mode: Any) -> dict[str, Any]:
    return {"$schema": SCHEMA_DIALECT, **model.model_json_schema(mode=mode)}


def inbound_types() -> frozenset[str]:
    """Return the types that others write and we read."""
    return frozenset(event.ce_type for event in INBOUND)


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI 3 document of every topic; the topics of the authorities stand as one with a parameter."""
    channels = {name: _channel(name, topic) for name, topic in _described_topics().items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tilbudsportalen",
            "version": VERSION,
            "description": "CloudEvents 1.0 on Kafka, binary mode; inbound also structured mode.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "external": {
                "host": "{host}:{port}",
                "protocol": "kafka-secure",
                "variables": {"host": {"default": "127.0.0.1"}, "port": {"default": "18011"}},
                "security": [{"type": "scramSha512"}, {"type": "plain"}],
            }
        },
        "channels": channels,
        "operations": _operations(_described_topics()),
        "components": {"schemas": schemas(), "messageTraits": {"cloudevent": _TRAIT}},
    }


def _described_topics() -> dict[str, Topic]:
    """Return one topic for each name, with ``{authority}`` in place of an authority's id."""
    described: dict[str, Topic] = {}
    for topic in TOPICS:
        described.setdefault(_generic(topic.name), topic)
    return described


def _generic(name: str) -> str:
    parts = name.split(".")
    return ".".join([*parts[:2], "{authority}", *parts[3:]]) if parts[0] == "external" else name


def _types_on(generic: str) -> list[str]:
    if generic.startswith("external.tilsyn."):
        return [event.ce_type for event in INBOUND]
    return [event.ce_type for event in EVENTS if event.topic == generic]


def _channel(name: str, topic: Topic) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "address": name,
        "description": topic.description,
        "messages": {_slug(ce_type): _message(ce_type, topic) for ce_type in _types_on(name)},
        "bindings": {
            "kafka": {
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": [topic.cleanup],
                    topic.retention_setting: topic.retention_ms,
                    "max.message.bytes": topic.max_message_bytes,
                },
            }
        },
        "x-data-class": topic.data_class,
        "x-writers": _parties(topic.writers),
        "x-readers": _parties(topic.readers),
    }
    if "{authority}" in name:
        channel["parameters"] = {"authority": {"description": "The authority's id, such as socialtilsyn-nord."}}
    return channel


def _parties(names: tuple[str, ...]) -> list[str]:
    """Name services and the feed reader; every other party is an authority."""
    services = {name for topic in TOPICS for name in topic.writers if topic.name.startswith(f"{name}.")}
    return [name if name in services or name == FEED_READER else "{authority}" for name in names]


def _message(ce_type: str, topic: Topic) -> dict[str, Any]:
    return {
        "name": ce_type,
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
        "payload": {"$ref": f"#/components/schemas/{ce_type}"},
        "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}}},
    }


def _operations(topics: Mapping[str, Topic]) -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for name, topic in topics.items():
        reference = {"$ref": "#/channels/" + name.replace("~", "~0").replace("/", "~1")}
        outside = {FEED_READER, "{authority}"}
        if outside & set(_parties(topic.readers)):
            operations[f"receive-{_slug(name)}"] = {"action": "receive", "channel": reference}
        if outside & set(_parties(topic.writers)):
            operations[f"send-{_slug(name)}"] = {"action": "send", "channel": reference}
    return operations


def _slug(name: str) -> str:
    return name.replace("{", "").replace("}", "").replace(".", "-")


_HEADERS = {
    "ce_specversion": "Always 1.0.",
    "ce_id": "Id of the event; a reader drops what it has seen, by source and id.",
    "ce_type": "What happened.",
    "ce_source": "Who says so.",
    "ce_subject": "The entity that it is about.",
    "ce_time": "When, RFC 3339 in UTC.",
    "ce_sequence": "Rises by one for each event of one source about one subject.",
    "ce_correlationid": "The same for everything that one request led to.",
    "ce_causationid": "The event that led to this one.",
    "traceparent": "W3C trace context.",
}
_TRAIT = {
    "headers": {
        "type": "object",
        "required": ["ce_specversion", "ce_id", "ce_type", "ce_source"],
        "properties": {name: {"type": "string", "description": text} for name, text in _HEADERS.items()},
    }
}


def files() -> dict[str, str]:
    """Return the content of every generated file by its path below ``contracts/``."""
    documents: dict[str, Any] = {f"schemas/{ce_type}.json": schema for ce_type, schema in schemas().items()}
    documents["asyncapi.json"] = asyncapi()
    return {path: render(document) for path, document in documents.items()}


def render(document: Any) -> str:
    """Return ``document`` as it stands in a file: indented, UTF-8, keys in their own order."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def write(folder: Path, contents: Mapping[str, str]) -> None:
    """Write ``contents`` below ``folder``."""
    for path, text in contents.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


if __name__ == "__main__":
    write(Path(sys.argv[1]), files())
