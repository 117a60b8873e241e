"""What other services tell reporting beside the outcomes of cases."""

from datetime import date
from typing import Any

from sqlalchemy import text

from chassis.clock import now
from chassis.database import Database
from contracts.events import (
    ApplicationAccepted,
    AuthorityAssigned,
    CaseNotRouted,
    CaseRouted,
    TilsynPublished,
)
from contracts.events.approval import TilsynDecision, TilsynKind
from services.reporting.tests.requests import (
    example,
)


def routed(tilbud_id: str, submission_id: str, revision: int = 1, authority: str = "socialtilsyn-nord") -> CaseRouted:
    return CaseRouted(
        tilbud_id=tilbud_id,
        submission_id=submission_id,
        revision=revision,
        authority=authority,
        rule="R1",
        legal_source="Lov om socialtilsyn § 2, stk. 2",
        confidence="high",
        explanation="Tilbuddet ligger i Aalborg Kommune.",
        considered=[],
        reference_version="2014-1",
        valid_on=date(2026, 11, 20),
        routed_at=now(),
    )


def not_routed(tilbud_id: str, submission_id: str, revision: int = 1) -> CaseNotRouted:
    return CaseNotRouted(
        tilbud_id=tilbud_id,
        submission_id=submission_id,
        revision=revision,
        reason="Christiansø er ikke en del af en kommune.",
        routed_at=now(),
    )


def assigned(tilbud_id: str, version: int, authority: str) -> AuthorityAssigned:
    return AuthorityAssigned(
        tilbud_id=tilbud_id,
        version=version,
        authority=authority,
        previous=None,
        rule="R1",
        explanation="Fordi.",
        assigned_at=now(),
    )


def tilsyn(tilbud_id: str, **facts: Any) -> TilsynPublished:
    values: dict[str, Any] = {
        "tilbud_id": tilbud_id,
        "tilsyn_id": "t-1",
        "version": 1,
        "accepted_number": 1,
        "authority": "socialtilsyn-nord",
        "external": True,
        "kind": TilsynKind.ANNOUNCED,
        "visited_on": None,
        "decided_on": date(2026, 11, 1),
        "decision": TilsynDecision.APPROVED,
        "accepted_at": now(),
    }
    return TilsynPublished(**{**values, **facts})


def application(application_id: str = "ans-1") -> ApplicationAccepted:
    body = example("create-tilbud")
    leader = {name: body["leader"][name] for name in ("name", "email", "phone")}
    return ApplicationAccepted(
        application_id=application_id,
        authority="socialtilsyn-nord",
        name="Violen",
        primary_legal_basis="botilbud-laengerevarende",
        legal_bases=["botilbud-laengerevarende"],
        address=body["address"],
        cvr="99000015",
        leader=leader,
        contact=None,
        accepted_at=now(),
    )


async def open_letters(database: Database) -> int:
    async with database.read() as session:
        return int(await session.scalar(text("SELECT count(*) FROM dead_letters")) or 0)
