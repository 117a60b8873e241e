"""What the portal's tests make: visitors, golden messages, and the record that takes a tilbud off the public search."""

from pathlib import Path
from typing import Any

import contracts
from chassis.clock import today
from chassis.envelope import headers_for
from chassis.subscriptions import Record
from contracts.events import TilbudPublished
from contracts.events.base import Event
from contracts.examples import ExampleReport
from contracts.testing import factories
from portal.sessions.visitor import Visitor
from web.auth import Principal, Right

GOLDEN = Path(contracts.__file__).parents[2] / "golden"
REPORT = ExampleReport(today())


def visitor(sub: str = "dorthe", cvr: str = factories.OPERATOR_CVR, *rights: str) -> Visitor:
    """Return a signed-in user; each right is ``privilege:scope``."""
    held = frozenset(Right(*right.split(":")) for right in rights)
    return Visitor(Principal(sub, "Navn", cvr, "Org", "substantial", held), "t", owner="o", csrf="c")


def golden_message(event: type[Event]) -> bytes:
    """Return the golden message of an event."""
    return (GOLDEN / f"{event.ce_type}.json").read_bytes()


def example_step(step: str) -> dict[str, Any]:
    """Return the example data of a step."""
    return REPORT.body(f"steps/{step}")


def publication_record(tilbud_id: str, sequence: int, *, public: bool) -> Record:
    """Return the state of a tilbud on publication's topic: its public record, or null when it is not public."""
    headers = headers_for(
        TilbudPublished.ce_type, tilbud_id, source="/services/publication", sequence=sequence, traceparent=""
    )
    encoded = [(name, text.encode()) for name, text in headers.items()]
    value = factories.tilbud_published(tilbud_id).model_dump_json(by_alias=True).encode() if public else None
    return Record(TilbudPublished.topic, 0, sequence, tilbud_id, encoded, value)


# What reporting says of the places of a department.
FIGURES: dict[str, Any] = {
    "department_id": "afd-1",
    "name": "Afdeling Nord",
    "approved_places": 10,
    "vacancies": 2,
    "waiting_time_weeks": None,
    "vacancies_note": None,
    "confirmed_at": "2026-11-22T10:00:00Z",
    "approved": False,
}

# What reporting says of something that is due.
DUE: dict[str, Any] = {
    "tilbud_id": "CRV-1",
    "tilbud_name": "Solsikken",
    "what": "vacancies",
    "state": "overdue",
    "since": "2026-10-20",
    "deadline": "2026-11-19",
    "year": None,
    "submission_id": None,
    "todo": "Bekræft, at tallene stadig er rigtige.",
    "link": "/v1/tilbud/CRV-1/vacancies",
}
