"""What ``jurisdiction`` publishes."""

from typing import Any

from contracts.events.jurisdiction import AuthorityAssigned, CaseNotRouted, CaseRouted, HandoverRequested
from contracts.testing.factories.building import build
from contracts.testing.factories.moments import moment, sent_at
from contracts.testing.factories.parties import NORD, TILBUD_ID, officer
from contracts.testing.factories.reports import submission_id

HANDOVER_ID = "0193b7a0-0000-7000-8000-000000000001"
EXPLANATION = "Tilbuddet ligger i Aalborg Kommune."


def case_routed(
    tilbud_id: str = TILBUD_ID, number: int = 1, revision: int = 1, *, authority: str = NORD, **fields: Any
) -> CaseRouted:
    """Return who decides a revision of the tilbud's submission with this number."""
    at = sent_at(number, revision)
    defaults = {
        "tilbud_id": tilbud_id,
        "submission_id": submission_id(tilbud_id, number),
        "revision": revision,
        "authority": authority,
        "rule": "R1",
        "legal_source": "Lov om socialtilsyn § 2, stk. 2",
        "confidence": "high",
        "explanation": EXPLANATION,
        "considered": [],
        "reference_version": "2026-1",
        "valid_on": at.date(),
        "routed_at": at,
    }
    return build(CaseRouted, defaults, fields)


def case_not_routed(tilbud_id: str = TILBUD_ID, number: int = 1, revision: int = 1, **fields: Any) -> CaseNotRouted:
    """Return that no rule names an authority."""
    defaults = {
        "tilbud_id": tilbud_id,
        "submission_id": submission_id(tilbud_id, number),
        "revision": revision,
        "reason": "Christiansø er ikke en del af en kommune.",
        "routed_at": sent_at(number, revision),
    }
    return build(CaseNotRouted, defaults, fields)


def handover_requested(tilbud_id: str = TILBUD_ID, **fields: Any) -> HandoverRequested:
    """Return that Socialtilsyn Nord wants to hand the tilbud over to Socialtilsyn Syd, with its first case."""
    defaults = {
        "tilbud_id": tilbud_id,
        "handover_id": HANDOVER_ID,
        "authority_version": 1,
        "from_authority": NORD,
        "to_authority": "socialtilsyn-syd",
        "reason": "Tilbuddet er en del af en koncern, som Socialtilsyn Syd fører tilsyn med.",
        "taken_back": False,
        "cases": [submission_id(tilbud_id, 1)],
        "requested_by": officer(),
        "requested_at": moment(days=2),
    }
    return build(HandoverRequested, defaults, fields)


def authority_assigned(
    tilbud_id: str = TILBUD_ID, version: int = 1, authority: str = NORD, **fields: Any
) -> AuthorityAssigned:
    """Return who supervises the tilbud from this version on."""
    defaults = {
        "tilbud_id": tilbud_id,
        "version": version,
        "authority": authority,
        "previous": None,
        "rule": "R1",
        "explanation": EXPLANATION,
        "assigned_at": moment(minutes=version),
    }
    return build(AuthorityAssigned, defaults, fields)
