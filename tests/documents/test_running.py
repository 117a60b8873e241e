"""What the running system says and sends is what the documents promise."""

import json

import pytest

from contracts.asyncapi import asyncapi
from contracts.documents import VERSION
from contracts.events.publication import FeedData, FeedEntry
from devstack.services import SERVICES
from tests.documents.validators import OPENAPI
from tests.e2e.client import SystemClient


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_a_service_gives_the_document_of_the_contracts(client: SystemClient, service: str) -> None:
    live = client.call(None, "GET", service, "/openapi.json").json()
    assert live == json.loads((OPENAPI / f"{service}.json").read_text())


def test_messages_of_the_feed_are_as_the_asyncapi_document_says(client: SystemClient) -> None:
    channel = asyncapi(VERSION)["channels"][FeedEntry.topic]
    [message] = channel["messages"].values()
    traits = asyncapi(VERSION)["components"]["messageTraits"]
    known = {name for trait in traits.values() for name in trait["headers"]["properties"]}
    required = {name for trait in traits.values() for name in trait["headers"]["required"]}
    records = client.records("feed-reader", FeedEntry.topic)
    assert records
    for record in records:
        assert record.headers["content-type"] == message["contentType"]
        assert required <= set(record.headers) <= known | {"content-type"}
        assert FeedData.model_validate(record.value).reason


def test_answers_name_the_headers_that_they_have(client: SystemClient) -> None:
    """Those that everybody gets; limits are off for the machine itself in development."""
    document = json.loads((OPENAPI / "publication.json").read_text())
    for path, name in (("/v1/feed", "Feed-Epoch"), ("/v1/dump", "Feed-Position"), ("/v1/search", "ETag")):
        answer = client.call(None, "GET", "publication", path)
        assert answer.headers[name]
        assert name in document["paths"][path]["get"]["responses"]["200"]["headers"]
    refused = client.call(None, "GET", "reporting", "/v1/tilbud", status=401)
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert refused.headers["Content-Language"] == "da"
