"""One trace leads from a request over outbox and Kafka through the consumers into their SQL."""

import json
import secrets
from typing import Any
from uuid import uuid4

from devstack.system import System
from tests.e2e.client import SystemClient, eventually
from tests.e2e.scenario import example


def spans_of(system: System, trace_id: str) -> list[dict[str, Any]]:
    """Return every finished span of a trace, from the files of all processes."""
    lines = [line for file in (system.local / "traces").glob("*.jsonl") for line in file.read_text().splitlines()]
    return [span for span in map(json.loads, lines) if span["context"]["trace_id"] == f"0x{trace_id}"]


def service_of(span: dict[str, Any]) -> str:
    return str(span["resource"]["attributes"]["service.name"])


def test_a_request_can_be_followed_into_the_sql_of_other_services(system: System, client: SystemClient) -> None:
    trace_id = secrets.token_hex(16)
    headers = {"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"}
    body = example("create-tilbud") | {"name": f"Sporet {uuid4().hex[:6]}"}
    client.call("officer-nord-a", "POST", "reporting", "/v1/tilbud", body=body, status=201, headers=headers)

    def complete() -> list[dict[str, Any]] | None:
        spans = spans_of(system, trace_id)
        reached = {service_of(span) for span in spans if span["kind"] == "SpanKind.CONSUMER"}
        return spans if {"jurisdiction", "notification", "portal"} <= reached else None

    spans = eventually(complete, "the trace in three consuming services")
    kinds = {(service_of(span), span["kind"]) for span in spans}
    assert ("reporting", "SpanKind.SERVER") in kinds
    assert ("reporting", "SpanKind.PRODUCER") in kinds
    by_id = {span["context"]["span_id"]: span for span in spans}
    handled = [span for span in spans if service_of(span) == "jurisdiction" and span["kind"] == "SpanKind.CONSUMER"]
    queries = [span for span in spans if by_id.get(span["parent_id"]) in handled]
    assert any(span["kind"] == "SpanKind.CLIENT" for span in queries), "the consumer's SQL is not part of the trace"
    assert body["leader"]["cpr"][:6] not in json.dumps(spans)
