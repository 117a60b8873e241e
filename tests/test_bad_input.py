"""Nothing that a caller can send makes a service fail: every operation of every OpenAPI document is tried."""

import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from devstack.services import SERVICES
from tests.e2e.client import SystemClient

CASES = 12
PERSONAS = {"publication": None, "notification": "reporter-solsikken", "portal": None}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


@schemathesis.serializer(WORKBOOK, "application/pdf")
def as_drawn(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """Send what was drawn as it is; no workbook and no PDF is among it."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@pytest.mark.fuzz
@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_no_input_makes_a_service_fail(client: SystemClient, service: str) -> None:
    address = client.endpoints[service]
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
    persona = PERSONAS.get(service, "officer-nord-a")
    headers = {"Authorization": f"Bearer {client.token(persona)}"} if persona else {}
    failures: list[str] = []
    operations = 0
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result.err()
        operation = result.ok()
        operations += 1

        @settings(
            max_examples=CASES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def attempt(case: schemathesis.Case[Any]) -> None:
            if service == "publication" and "timeout" in (case.query or {}):
                case.query["timeout"] = 1
            response = case.call(headers=headers, timeout=20)
            case.validate_response(response, checks=CHECKS)

        try:
            attempt()
        except (FailureGroup, AssertionError) as error:
            found = [str(failure) for failure in getattr(error, "exceptions", [error])]
            failures.append(f"{operation.label}: {found[0][:1500]}")
    assert operations, f"{service} documents no operation"
    assert not failures, "\n\n".join(failures)


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_the_head_of_a_request_does_not_grow_without_end(client: SystemClient, service: str) -> None:
    address = urlsplit(client.endpoints[service])
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + 200_000 * b"a")
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")
