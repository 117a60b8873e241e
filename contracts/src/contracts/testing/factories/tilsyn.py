"""What ``approval`` publishes about tilsyn."""

from datetime import date, datetime, time, timedelta
from typing import Any

from contracts.events.approval import DeadlineNoticed, Intensified, Sanction, TilbudCeased, TilsynPublished
from contracts.events.samples import ControlSampleChanged
from contracts.testing.factories.building import build
from contracts.testing.factories.moments import START
from contracts.testing.factories.parties import NORD, TILBUD_ID


def tilsyn_published(
    tilbud_id: str = TILBUD_ID, number: int = 1, *, decided_on: date | None = None, **fields: Any
) -> TilsynPublished:
    """Return the tilsyn that was accepted as number so-and-so, decided that many days after ``START``.

    It is the first version of ``tilsyn-<number>``, positive and without sanctions.
    """
    decided_on = decided_on or START.date() + timedelta(days=number)
    defaults = {
        "tilbud_id": tilbud_id,
        "tilsyn_id": f"tilsyn-{number}",
        "version": 1,
        "accepted_number": number,
        "authority": NORD,
        "external": True,
        "kind": "announced",
        "visited_on": decided_on - timedelta(days=10),
        "decided_on": decided_on,
        "decision": "approved",
        "conclusion": "Tilbuddet har den fornødne kvalitet.",
        "themes": [{"theme": "health-and-wellbeing", "conclusion": "Borgerne trives.", "score": 4.2}],
        "accepted_at": _noon(decided_on) + timedelta(minutes=number),
    }
    return build(TilsynPublished, defaults, fields)


def tilbud_ceased(tilbud_id: str = TILBUD_ID, ceased_on: date = date(2026, 11, 25), **fields: Any) -> TilbudCeased:
    """Return that the tilbud has ceased."""
    defaults = {
        "tilbud_id": tilbud_id,
        "authority": NORD,
        "ceased_on": ceased_on,
        "reason": "Tilbuddet er lukket.",
        "accepted_at": _noon(ceased_on),
    }
    return build(TilbudCeased, defaults, fields)


def deadline_noticed(tilbud_id: str = TILBUD_ID, deadline: date = date(2026, 12, 15), **fields: Any) -> DeadlineNoticed:
    """Return that the deadline of an order is near, noticed two weeks before."""
    defaults = {
        "tilbud_id": tilbud_id,
        "authority": NORD,
        "deadline_of": "order",
        "reference": "tilsyn-1",
        "deadline": deadline,
        "passed": False,
        "noticed_at": _noon(deadline - timedelta(days=14)),
    }
    return build(DeadlineNoticed, defaults, fields)


def sample_changed(tilbud_id: str = TILBUD_ID, version: int = 1, **fields: Any) -> ControlSampleChanged:
    """Return that documentation is asked for in the first control sample of a tilbud."""
    defaults = {
        "tilbud_id": tilbud_id,
        "sample_id": "0193a1b0-0000-7000-8000-0000000000c1",
        "number": 1,
        "version": version,
        "authority": NORD,
        "state": "documentation",
        "act": "documentation",
        "steps": ["places"],
        "deadline": date(2026, 12, 15),
        "marking": None,
        "outcome": None,
        "changed_at": START + timedelta(days=version),
    }
    return build(ControlSampleChanged, defaults, fields)


def sample_marked(tilbud_id: str = TILBUD_ID, version: int = 5, **fields: Any) -> ControlSampleChanged:
    """Return that a tilbud is marked since what was ordered is not done."""
    marking = {"since": date(2026, 12, 30), "reason": "Antallet af pladser er ikke rettet."}
    marked = {"state": "marked", "act": "marking", "deadline": None, "marking": marking}
    return sample_changed(tilbud_id, version, **{**marked, **fields})


def sanction(text: str = "Medicinhåndteringen skal rettes.", **fields: Any) -> Sanction:
    """Return an order (give it a ``deadline``) or a condition."""
    return build(Sanction, {"text": text}, fields)


def intensified(start: date, until: date, **fields: Any) -> Intensified:
    """Return intensified tilsyn from the first to the last day."""
    return build(Intensified, {"from": start, "until": until, "reason": "Medicin"}, fields)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), START.tzinfo)
