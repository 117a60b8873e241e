"""Why a subject is no longer public, from what its tilsyn and its cessation say. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.events.approval import TilsynPublished
from contracts.tilsyn import OF_DECISION


@dataclass(frozen=True)
class Removal:
    """``why`` is ``ceased`` or ``not-approved``; ``day`` is its last day, or the day of the decision."""

    why: str
    day: date


def newer_decision(known: Mapping[str, Any] | None, event: TilsynPublished) -> dict[str, Any] | None:
    """Return what is kept of the tilsyn that decides, None where ``event`` decides nothing new."""
    if event.decision not in OF_DECISION:
        return None
    found = {
        "tilsyn": [event.authority, event.tilsyn_id],
        "decided_on": event.decided_on.isoformat(),
        "number": event.accepted_number,
        "decision": event.decision.value,
        "kind": event.kind.value,
    }
    is_correction = known is not None and known["tilsyn"] == found["tilsyn"]
    if known and not is_correction and _position(known) > _position(found):
        return None
    return found


def removal(decision: Mapping[str, Any] | None, ceased_on: date | None) -> Removal | None:
    """Return why a subject is not public; None where nothing known says so.

    A new approval that is decided after the last day opens it again (R99).
    """
    decided = date.fromisoformat(decision["decided_on"]) if decision else None
    positive = decision is not None and decision["decision"] != "not-approved"
    if ceased_on and not (positive and decision and decision["kind"] == "approval" and decided and decided > ceased_on):
        return Removal("ceased", ceased_on)
    if decided and not positive:
        return Removal("not-approved", decided)
    return None


def _position(decision: Mapping[str, Any]) -> tuple[str, int]:
    return decision["decided_on"], decision["number"]
