"""Uses the Python clients that `openapi-python-client` makes: reads addresses and tokens, prints what it has seen.

Type-checked and run by the environment of the generated clients, which has none of our packages.
"""

import json
import sys
from typing import Any

from generated.approval import AuthenticatedClient as ApprovalClient
from generated.approval.api.external import get_event, receive_event
from generated.approval.models.accepted import Accepted
from generated.approval.models.cloud_event import CloudEvent
from generated.approval.models.cloud_event_data import CloudEventData
from generated.approval.models.event_status import EventStatus
from generated.publication import Client
from generated.publication.api.feed import get_feed
from generated.publication.api.publication import get_tilbud, search_tilbud
from generated.publication.models.feed_item import FeedItem
from generated.publication.models.problem import Problem
from generated.publication.models.public_tilbud import PublicTilbud
from generated.publication.models.search_page import SearchPage
from generated.reporting import AuthenticatedClient as ReportingClient
from generated.reporting.api.tilbud import list_own_tilbud
from generated.reporting.models.page_tilbud_item import PageTilbudItem


def read_what_is_public(address: str) -> dict[str, Any]:
    """Search, read the first hit, ask for what is not there, and read the first entry of the feed."""
    client = Client(base_url=address)
    found = search_tilbud.sync(client=client, limit=1)
    assert isinstance(found, SearchPage)
    [hit] = found.items
    tilbud = get_tilbud.sync(hit.tilbud_id, client=client)
    assert isinstance(tilbud, PublicTilbud)
    missing = get_tilbud.sync("CRV-1", client=client)
    assert isinstance(missing, Problem)
    entries = get_feed.sync(client=client, limit=1)
    assert isinstance(entries, list)
    entry: FeedItem = entries[0]
    return {
        "same": tilbud.name == hit.name,
        "missing": missing.type_,
        "reason": str(entry.data.reason),
        "named": bool(entry.data.tilbud and entry.data.tilbud.name),
    }


def list_own(address: str, token: str) -> list[str]:
    """Return the names of the tilbud of a reporter."""
    own = list_own_tilbud.sync(client=ReportingClient(base_url=address, token=token))
    assert isinstance(own, PageTilbudItem)
    return [each.name for each in own.items]


def send_event(address: str, token: str, event_id: str) -> dict[str, Any]:
    """Send an event about an unknown tilbud, and ask what became of it."""
    client = ApprovalClient(base_url=address, token=token)
    data = CloudEventData.from_dict({"tilbud_id": "CRV-0", "ceased_on": "2026-11-20", "reason": "Lukket."})
    event = CloudEvent("1.0", event_id, "/python-client", "dk.tilsyn.tilbud.ceased.v1", data)
    accepted = receive_event.sync(client=client, body=event)
    assert isinstance(accepted, Accepted)
    status = get_event.sync(client=client, source="/python-client", id=event_id)
    assert isinstance(status, EventStatus)
    return {"receipt": accepted.receipt, "same": status.receipt == accepted.receipt, "effect": str(status.effect)}


if __name__ == "__main__":
    given = json.load(sys.stdin)
    seen = {
        "public": read_what_is_public(given["publication"]),
        "own": list_own(given["reporting"], given["reporter"]),
        "event": send_event(given["approval"], given["system"], given["event_id"]),
    }
    json.dump(seen, sys.stdout)
