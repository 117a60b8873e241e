"""People, organisations, what identifies a tilbud, and decisions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from contracts.events.parties import Actor, Person, RoutingFacts, StepDecision, TilbudFacts, Verdict
from contracts.examples import BASIS, OPERATOR_CVR
from contracts.reference import authority_name
from contracts.testing.factories.building import build
from contracts.testing.factories.moments import START

TILBUD_ID = "CRV-6324"
NORD = "socialtilsyn-nord"


def reporter(**fields: Any) -> Actor:
    """Return an employee of the operator."""
    defaults = {"sub": "dorthe", "name": "Dorthe Kragh", "org_name": "Blomsterengen ApS", "cvr": OPERATOR_CVR}
    return build(Actor, defaults, fields)


def officer(authority: str = NORD, **fields: Any) -> Actor:
    """Return an employee of the authority."""
    organisation = authority_name(authority)
    defaults = {"sub": "rasmus", "name": "Rasmus Toft", "org_name": organisation, "authority": authority}
    return build(Actor, defaults, fields)


def leader(**fields: Any) -> Person:
    """Return the leader of the tilbud."""
    return build(Person, {"name": "Lis Lind", "email": "lis@solsikken.example", "phone": "98000001"}, fields)


def person(**fields: Any) -> Person:
    """Return the contact person of the tilbud."""
    return build(Person, {"name": "Per Holm", "email": "per@solsikken.example", "phone": "98000002"}, fields)


def tilbud_facts(
    name: str = "Solsikken",
    *,
    cvr: str = OPERATOR_CVR,
    operator_kind: str = "private",
    municipality: str = "0851",
    legal_basis: str = BASIS,
    **fields: Any,
) -> TilbudFacts:
    """Return what identifies a tilbud."""
    defaults = {
        "name": name,
        "operator": {"cvr": cvr, "name": "Blomsterengen ApS", "kind": operator_kind},
        "address": {"street": "Solvej 1", "postcode": "9000", "city": "Aalborg", "municipality": municipality},
        "primary_legal_basis": legal_basis,
        "legal_bases": [legal_basis],
    }
    return build(TilbudFacts, defaults, fields)


def routing_facts(legal_basis: str = BASIS, *, municipality: str = "0851", **fields: Any) -> RoutingFacts:
    """Return the facts that the choice of authority needs."""
    defaults = {"legal_bases": [legal_basis], "primary": legal_basis, "municipality": municipality}
    return build(RoutingFacts, defaults, fields)


def decisions(
    steps: Iterable[str], *, rejected: Iterable[str] = (), by: Actor | None = None, at: datetime = START
) -> list[StepDecision]:
    """Return an approval of each step, and a rejection of the ``rejected`` ones, which need not be among them."""
    verdicts = dict.fromkeys(steps, Verdict.APPROVE) | dict.fromkeys(rejected, Verdict.REJECT)
    return [
        StepDecision(
            step=step,
            verdict=verdict,
            reason="Beskriv det nærmere." if verdict is Verdict.REJECT else None,
            decided_by=by or officer(),
            decided_at=at,
        )
        for step, verdict in verdicts.items()
    ]
