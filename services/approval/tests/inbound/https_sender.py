"""Requests of a supervision system over HTTPS."""

import json
from typing import Any

from contracts.testing.factories import tilsyn_completed

TILSYN = "dk.tilsyn.tilsyn.completed.v1"

EVENTS = "/v1/external/events"


def tilsyn(**fields: Any) -> dict[str, Any]:
    """Return a tilsyn whose id has a slash, with intensified tilsyn."""
    intensified = {"from": "2025-11-20", "until": "2026-01-01", "reason": "Uro."}
    return tilsyn_completed(**{"tilsyn_id": "T/1", "intensified": intensified, **fields})


async def send(client: Any, data: Any, *, event_id: str = "e-1", **headers: str) -> Any:
    """Send an event in binary mode."""
    attributes = {"ce-specversion": "1.0", "ce-id": event_id, "ce-source": "/tilsyn.dk", "ce-type": TILSYN}
    attributes["content-type"] = "application/json"
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return await client.post(EVENTS, content=content, headers=attributes | headers)


async def receipt(client: Any, answer: Any) -> Any:
    """Fetch the receipt that an answer names."""
    assert answer.status_code == 202, answer.text
    return await client.get(answer.json()["receipt"])
