"""The AsyncAPI document of the topics, from Tilbudsportalen's own side: what others write, it receives.

The topics of the authorities stand as one with a parameter. The schemas of all messages share their parts.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from contracts.about import CONTACT, LICENSE
from contracts.events import EVENTS
from contracts.events.external import INBOUND, Receipt
from contracts.events.publication import FeedData, FeedEntry
from contracts.golden import golden_messages
from contracts.topics import FEED_READER, TOPICS, Topic

SCHEMAS = "#/components/schemas/"
BINARY, STRUCTURED, BATCH = "application/json", "application/cloudevents+json", "application/cloudevents-batch+json"
INFO = {
    "title": "Tilbudsportalen",
    "description": (
        "What Tilbudsportalen publishes and receives over Kafka: CloudEvents 1.0. It writes binary mode everywhere "
        "(attributes are headers that begin with `ce_`, the value is the data as JSON), and reads binary and "
        "structured mode and batches. The integrator's handbook has commands to try."
    ),
    "contact": CONTACT,
    "license": LICENSE,
    "tags": [
        {"name": "supervision", "description": "Supervision systems: tilsyn in, receipts and advices out."},
        {"name": "publication", "description": "What is public, as a state and as a feed."},
        {"name": "internal", "description": "Between the services only; nobody else has access."},
    ],
}


def asyncapi(version: str) -> dict[str, Any]:
    """Return the AsyncAPI 3 document of every topic; ``version`` is that of the contracts."""
    topics = _described_topics()
    return {
        "asyncapi": "3.1.0",
        "id": "https://tilbudsportalen.dk/asyncapi",
        "info": {"version": version, **INFO},
        "defaultContentType": BINARY,
        "servers": {
            "external": {
                "host": "{host}:{port}",
                "protocol": "kafka-secure",
                "description": "In development without TLS; `.local/endpoints.json` has the address.",
                "variables": {"host": {"default": "127.0.0.1"}, "port": {"default": "18011"}},
                "security": [
                    {"$ref": "#/components/securitySchemes/scram"},
                    {"$ref": "#/components/securitySchemes/plain"},
                ],
            }
        },
        "channels": {name: _channel(name, topic) for name, topic in topics.items()},
        "operations": dict(_operations(topics)),
        "components": {
            "schemas": _schemas(),
            "messageTraits": {"cloudevent": _trait(), "feedEntry": _FEED_TRAIT},
            "securitySchemes": {
                "scram": {"type": "scramSha512", "description": "Kafka 4 refuses clients on librdkafka before 2.6.1."},
                "plain": {"type": "plain", "description": "For every client; in operation inside TLS."},
            },
        },
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


def _is_inbound(name: str) -> bool:
    return name.startswith("external.tilsyn.")


def _types_on(name: str) -> list[str]:
    if _is_inbound(name):
        return [event.ce_type for event in INBOUND]
    return [event.ce_type for event in EVENTS if event.topic == name]


def _channel(name: str, topic: Topic) -> dict[str, Any]:
    messages = {_slug(ce_type): _message(ce_type, topic) for ce_type in _types_on(name)}
    channel: dict[str, Any] = {
        "address": name,
        "description": topic.description,
        "messages": messages | (_whole_messages() if _is_inbound(name) else {}),
        "tags": [{"name": _tag(topic)}],
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


def _tag(topic: Topic) -> str:
    if topic.name.startswith("external."):
        return "supervision"
    return "publication" if FEED_READER in topic.readers else "internal"


def _parties(names: tuple[str, ...]) -> list[str]:
    """Name services and the feed reader; every other party is an authority."""
    services = {name for topic in TOPICS for name in topic.writers if topic.name.startswith(f"{name}.")}
    return [name if name in services or name == FEED_READER else "{authority}" for name in names]


def _message(ce_type: str, topic: Topic) -> dict[str, Any]:
    """Return a message in binary mode: its value is the data."""
    traits = ["cloudevent", "feedEntry"] if ce_type == FeedEntry.ce_type else ["cloudevent"]
    model = {event.ce_type: event for event in (*EVENTS, *INBOUND)}[ce_type]
    return {
        "name": ce_type,
        "title": model.__name__,
        "summary": (model.__doc__ or "").partition("\n")[0],
        "contentType": BINARY,
        "traits": [{"$ref": f"#/components/messageTraits/{name}"} for name in traits],
        "payload": {"$ref": SCHEMAS + _PAYLOADS.get(ce_type, model).__name__},
        "examples": list(_examples(ce_type)),
        "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}}},
    }


def _examples(ce_type: str) -> Iterator[dict[str, Any]]:
    for name, data in golden_messages(ce_type):
        headers = {"ce_specversion": "1.0", "ce_id": "event-1", "ce_source": "/my-system", "ce_type": ce_type}
        if ce_type == FeedEntry.ce_type:
            own = {"ce_id": data["id"], "ce_source": data["source"], "ce_method": data["method"]}
            yield {"name": name, "headers": headers | own, "payload": data["data"]}
        else:
            yield {"name": name, "headers": headers, "payload": data}


def _whole_messages() -> dict[str, Any]:
    """Return the messages whose value is a whole CloudEvent, or several."""
    [(_, example), *_] = golden_messages(INBOUND[0].ce_type)
    attributes = {"specversion": "1.0", "id": "event-1", "source": "/my-system", "type": INBOUND[0].ce_type}
    event = {**attributes, "data": example}
    kinds = {
        "structured": ("A whole CloudEvent", STRUCTURED, "CloudEvent", event),
        "batch": ("Up to a hundred whole CloudEvents; each gets its own receipt", BATCH, "CloudEventBatch", [event]),
    }
    return {
        f"cloudevent-{mode}": {
            "name": f"cloudevent-{mode}",
            "title": title,
            "summary": f"{title}.",
            "contentType": content_type,
            "payload": {"$ref": SCHEMAS + schema},
            "examples": [{"name": mode, "payload": payload}],
        }
        for mode, (title, content_type, schema, payload) in kinds.items()
    }


def _operations(topics: Mapping[str, Topic]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what Tilbudsportalen does on the topics that others have access to."""
    outside = {FEED_READER, "{authority}"}
    for name, topic in topics.items():
        operation = {"channel": _reference(name), "summary": topic.description, "tags": [{"name": _tag(topic)}]}
        if outside & set(_parties(topic.readers)):
            yield f"send-{_slug(name)}", {"action": "send", **operation}
        if outside & set(_parties(topic.writers)):
            yield f"receive-{_slug(name)}", {"action": "receive", **operation, "reply": _RECEIPT}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": "#/channels/" + name.replace("~", "~0").replace("/", "~1")}


def _slug(name: str) -> str:
    return name.replace("{", "").replace("}", "").replace(".", "-")


_RECEIPT = {
    "channel": _reference(Receipt.topic),
    "messages": [{"$ref": f"{_reference(Receipt.topic)['$ref']}/messages/{_slug(Receipt.ce_type)}"}],
}
# The model of a feed entry is the item of the HTTP feed; on Kafka its attributes are headers.
_PAYLOADS = {FeedEntry.ce_type: FeedData}


def _schemas() -> dict[str, Any]:
    """Return the schema of the data of every event, and those of its parts, by the names of the models."""
    written = [_PAYLOADS.get(event.ce_type, event) for event in EVENTS]
    modes: list[tuple[Any, JsonSchemaMode]] = [(model, "serialization") for model in written]
    modes += [(model, "validation") for model in INBOUND]
    _, shared = models_json_schema(modes, ref_template=SCHEMAS + "{model}")
    return {**shared["$defs"], **_whole_events()}


def _whole_events() -> dict[str, Any]:
    event = {
        "title": "CloudEvent",
        "description": "A CloudEvent 1.0 in structured mode; further attributes are ignored.",
        "type": "object",
        "required": ["specversion", "id", "source", "type"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "maxLength": 200},
            "source": {"type": "string", "maxLength": 200},
            "type": {"enum": [each.ce_type for each in INBOUND]},
            "subject": {"type": "string"},
            "time": {"type": "string"},
            "datacontenttype": {"type": "string"},
            "data": {"oneOf": [{"$ref": SCHEMAS + each.__name__} for each in INBOUND]},
            "data_base64": {"type": "string", "description": "The data as base64, in place of `data`."},
        },
    }
    batch = {"title": "CloudEventBatch", "type": "array", "maxItems": 100, "items": {"$ref": f"{SCHEMAS}CloudEvent"}}
    return {"CloudEvent": event, "CloudEventBatch": batch}


_HEADERS = {
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


def _trait() -> dict[str, Any]:
    """Return what every message in binary mode has."""
    headers = {name: {"type": "string", "description": text} for name, text in _HEADERS.items()}
    version = {"type": "string", "const": "1.0", "description": "The version of CloudEvents; no other is read."}
    required = ["ce_specversion", "ce_id", "ce_type", "ce_source"]
    return {"headers": {"type": "object", "required": required, "properties": {"ce_specversion": version, **headers}}}


_FEED_TRAIT = {
    "headers": {
        "type": "object",
        "required": ["ce_method"],
        "properties": {
            "ce_id": {"type": "string", "description": "The number of the entry in the feed."},
            "ce_method": {"enum": ["PUT", "DELETE"], "description": "DELETE: not public any more."},
        },
    }
}
