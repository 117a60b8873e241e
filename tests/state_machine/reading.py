"""What the records say that a reader has been given, as plain facts: what it shows must be what follows from them."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from chassis.subscriptions import Record
from tests.chaos.ordering.system import header
from tests.state_machine.carrier import Carrier
from tests.state_machine.model import Facts

READ = ("publication.cases", "publication.tilsyn", "publication.removals")


def data_of(record: Record) -> dict[str, Any]:
    """Return what a record says."""
    data: dict[str, Any] = json.loads(record.value or b"{}")
    return data


def kind_of(record: Record) -> str:
    """Return the name of an event without who tells it, such as ``case-approved``; "" for a structured one."""
    return "".join(header(record, "ce_type").split(".")[-2:-1])


def read_by_publication(carrier: Carrier, seen: dict[tuple[str, str], int], tilbud_id: str) -> Facts:
    """Return what ``publication`` knows of a tilbud from what it was given; ``seen`` is how far each group once was."""
    facts, ceased = Facts(), ("", "")
    for name in READ:
        for (topic, key), records in carrier.log.items():
            if key == tilbud_id:
                for record in records[: seen.get((name, topic + key), 0)]:
                    ceased = _add(facts, record, ceased, removals_only=name == "publication.removals")
    return facts


def _add(facts: Facts, record: Record, ceased: tuple[str, str], *, removals_only: bool) -> tuple[str, str]:
    data = data_of(record)
    match kind_of(record):
        case "case-approved":
            facts.approved[data["number"]] = steps_of(data)
        case "tilsyn-published" if not removals_only or data["decision"] == "not-approved":
            tilsyn = {"orders": [], "conditions": [], "ended": [], "intensified": None} | data
            facts.keep(tilsyn | {"number": data["accepted_number"]})
        case "tilbud-ceased":
            ceased = max(ceased, (data["accepted_at"], data["ceased_on"]))
            facts.ceased_on = date.fromisoformat(ceased[1])
    return ceased


def steps_of(case: dict[str, Any]) -> dict[str, Any]:
    """Return of an approved case what the machine edits."""
    found: dict[str, Any] = {}
    for step in case["steps"]:
        found |= edited_of(step["key"], step["data"])
    return found


def edited_of(key: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return what the machine edits of a step, by the step's key; empty for other steps."""
    match key:
        case "values":
            return {key: data["values"]}
        case "contact":
            return {key: (data["name"], data["address"]["municipality"])}
        case "target-groups/afd-1":
            return {key: data["exclusions"]}
    return {}


def of_kind(records: Iterable[Record], *kinds: str) -> list[Record]:
    """Return the records of some kinds of events, each once."""
    found = {header(record, "ce_id"): record for record in records if kind_of(record) in kinds}
    return list(found.values())
