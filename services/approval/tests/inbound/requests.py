"""Requests of a supervision system over HTTPS."""

import json
from typing import Any

TILSYN = "dk.tilsyn.tilsyn.completed.v1"

EVENTS = "/v1/external/events"


def tilsyn(**other: Any) -> dict[str, Any]:
    return {
        "tilsyn_id": "T/1",
        "tilbud_id": "CRV-6324",
        "version": 1,
        "kind": "announced",
        "visited_on": "2025-11-02",
        "decided_on": "2025-11-20",
        "decision": "approved",
        "intensified": {"from": "2025-11-20", "until": "2026-01-01", "reason": "Uro."},
    } | other


async def send(client: Any, data: Any, *, event_id: str = "e-1", **headers: str) -> Any:
    attributes = {"ce-id": event_id, "ce-source": "/tilsyn.dk", "ce-type": TILSYN, "content-type": "application/json"}
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return await client.post(EVENTS, content=content, headers=attributes | headers)


async def receipt(client: Any, answer: Any) -> Any:
    assert answer.status_code == 202, answer.text
    return await client.get(answer.json()["receipt"])
