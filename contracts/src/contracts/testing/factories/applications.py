"""What supervision systems send, as JSON, and what becomes of an application."""

from typing import Any

from contracts.events.approval import ApplicationAccepted
from contracts.examples import BASIS, OPERATOR_CVR
from contracts.testing.factories.building import build
from contracts.testing.factories.moments import moment
from contracts.testing.factories.parties import NORD, TILBUD_ID, leader, tilbud_facts


def tilsyn_completed(**fields: Any) -> dict[str, Any]:
    """Return the data of an inbound tilsyn; any ``fields`` are taken, also wrong ones."""
    return {
        "tilsyn_id": "T-1",
        "tilbud_id": TILBUD_ID,
        "version": 1,
        "kind": "announced",
        "visited_on": "2025-11-02",
        "decided_on": "2025-11-20",
        "decision": "approved",
        "conclusion": "Tilbuddet har den fornødne kvalitet.",
        "themes": [{"theme": "health-and-wellbeing", "conclusion": "God trivsel.", "score": 4.2}],
        "orders": [],
        "conditions": [],
        "intensified": None,
        **fields,
    }


def tilbud_ceased_inbound(**fields: Any) -> dict[str, Any]:
    """Return the data of an inbound cessation; any ``fields`` are taken, also wrong ones."""
    return {"tilbud_id": TILBUD_ID, "ceased_on": "2025-11-20", "reason": "Tilbuddet er lukket.", **fields}


def application_transferred(**fields: Any) -> dict[str, Any]:
    """Return the data of an inbound application; any ``fields`` are taken, also wrong ones."""
    return {
        "application_id": "ans-1",
        "name": "Violen",
        "primary_legal_basis": BASIS,
        "legal_bases": [BASIS],
        "address": tilbud_facts().address.model_dump(),
        "cvr": OPERATOR_CVR,
        "leader": leader().model_dump(),
        **fields,
    }


def application_accepted(application_id: str = "ans-1", authority: str = NORD, **fields: Any) -> ApplicationAccepted:
    """Return that an application was accepted; ``reporting`` creates its tilbud."""
    defaults = {
        **application_transferred(application_id=application_id, contact=None),
        "authority": authority,
        "accepted_at": moment(),
    }
    return build(ApplicationAccepted, defaults, fields)
