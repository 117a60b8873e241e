"""Who will decide a report that is about to be sent, and why: told to the reporter before it is sent (R64)."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.clock import today
from contracts.events.parties import RoutingFacts
from contracts.form import routing_facts
from contracts.reference import authority_name, find_authority
from portal.clients import Refused, ServiceClient, segment
from web.errors import Unavailable

ROUTING_STEPS = frozenset({"company", "contact", "agreements"})
NOBODY = "no-authority-found"

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Deciding:
    """Who decides, None where the rules name nobody, and why.

    ``ends_approval_of`` is the name of the authority of another kind whose approval ends with the approval of the
    report.
    """

    name: str | None
    because: str
    ends_approval_of: str | None = None


async def deciding_authority(
    services: ServiceClient, tilbud: Json, summary: Json, keys: Collection[str]
) -> Deciding | None:
    """Return who would decide these step keys if they were sent now; None while too little is reported, or nobody
    answers.
    """
    facts = routing_facts(_steps(summary, keys))
    if not facts.legal_bases or not facts.municipality:
        return None
    try:
        agreements, authority = await _known_of(services, tilbud["id"])
        answer = await services.backends.call(
            "jurisdiction",
            "POST",
            "/v1/authority",
            visitor=services.visitor,
            body=_question(facts) | _agreed(agreements),
        )
    except Unavailable:
        return None
    except Refused as refusal:
        return Deciding(None, refusal.reasons[0].detail) if refusal.slug == NOBODY and refusal.reasons else None
    now_at = authority.get("authority")
    if now_at and answer.body["authority"] in authority.get("givers", ()):
        return Deciding(authority["name"], authority["because"])
    return Deciding(
        authority_name(answer.body["authority"]),
        answer.body["explanation"],
        None if summary["initial"] else _ends_approval_of(now_at, answer.body["authority"]),
    )


async def _known_of(services: ServiceClient, tilbud_id: str) -> tuple[list[Json], Json]:
    base = f"/v1/tilbud/{segment(tilbud_id)}"
    agreements, authority = await asyncio.gather(
        services.find("jurisdiction", f"{base}/agreements"), services.find("jurisdiction", f"{base}/authority")
    )
    return list(agreements.body["items"]) if agreements else [], authority.body if authority else {}


def _steps(summary: Json, sent: Collection[str]) -> dict[str, Any]:
    """Return what the report is routed on: what it sends, and of the other steps what is approved."""
    keys = (key for state in summary["steps"] for key in state["keys"] if key["step"] in ROUTING_STEPS)
    found = {key["step"]: key["new"] if key["step"] in sent or summary["initial"] else key["old"] for key in keys}
    return {step: data for step, data in found.items() if data}


def _question(facts: RoutingFacts) -> dict[str, Any]:
    fields = facts.model_dump(mode="json", exclude_none=True)
    operator = {name: fields.pop(f"operator_{name}", None) for name in ("kind", "municipality", "region")}
    fields |= {"operator": {name: value for name, value in operator.items() if value}} if operator["kind"] else {}
    return {name: value for name, value in fields.items() if value}


def _agreed(agreements: Iterable[Json]) -> dict[str, str]:
    day = today().isoformat()
    held = [each for each in agreements if each["valid_from"] <= day and (each["valid_to"] or day) >= day]
    agreed = {each["type"]: each["authority"] for each in held}
    fields = {
        "delegated_to": agreed.get("delegation"),
        "all_places_municipality": agreed.get("all-places", "").removeprefix("kommune-"),
    }
    return {name: value for name, value in fields.items() if value}


def _ends_approval_of(now_at: str | None, then_at: str) -> str | None:
    before, after = find_authority(now_at or ""), find_authority(then_at)
    return before.name if before and after and before.kind is not after.kind else None
