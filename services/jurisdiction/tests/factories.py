"""Events about Solsikken, as reporting and approval send them."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from contracts.events import CaseApproved, CaseReturned, SubmissionClosed, SubmissionSent, TilbudCreated

# Opens a client of the API for a token, or for nobody.
Client = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]

TILBUD = "CRV-6324"
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ALL_STEPS = ("company", "contact", "agreements", "budget")
LEADER = {"name": "Dorthe Kragh", "email": "dorthe@blomsterengen.example", "phone": "98100200"}
REPORTER = {"sub": "s-1", "name": "Dorthe Kragh", "org_name": "Blomsterengen ApS", "cvr": "99000015"}
OFFICER = {"sub": "s-2", "name": "Rasmus Toft", "org_name": "Socialtilsyn Nord", "authority": "socialtilsyn-nord"}
HOME = "botilbud-laengerevarende"


def facts_of_tilbud(municipality: str = "0851", basis: str = HOME) -> dict[str, Any]:
    """Return what identifies Solsikken."""
    return {
        "name": "Solsikken",
        "operator": {"cvr": "99000015", "name": "Blomsterengen ApS", "kind": "private"},
        "address": {"street": "Blomstervej 12", "postcode": "9000", "city": "Aalborg", "municipality": municipality},
        "primary_legal_basis": basis,
        "legal_bases": [basis],
    }


def created(municipality: str = "0851", basis: str = HOME, by: str = "socialtilsyn-nord") -> TilbudCreated:
    """Solsikken was created by an authority."""
    return TilbudCreated.model_validate(
        {
            "tilbud_id": TILBUD,
            "tilbud": facts_of_tilbud(municipality, basis),
            "leader": LEADER,
            "contact": None,
            "created_by_authority": by,
            "created_by": OFFICER,
            "created_at": START,
        }
    )


def sent(
    number: int = 1, revision: int = 1, steps: tuple[str, ...] = ALL_STEPS, municipality: str = "0851", **facts: Any
) -> SubmissionSent:
    """A submission of Solsikken was sent; its id tells its number."""
    return SubmissionSent.model_validate(
        {
            "tilbud_id": TILBUD,
            "submission_id": f"case-{number}",
            "number": number,
            "revision": revision,
            "initial": number == 1,
            "form_version": "2026-01-01",
            "sent_at": START + timedelta(hours=number),
            "sent_by": REPORTER,
            "tilbud": facts_of_tilbud(municipality),
            "leader": LEADER,
            "contact": None,
            "facts": {"legal_bases": [HOME], "primary": HOME, "municipality": municipality, **facts},
            "steps": [{"key": step, "data": {}} for step in steps],
        }
    )


def _case(number: int, revision: int, authority: str) -> dict[str, Any]:
    return {
        "tilbud_id": TILBUD,
        "case_id": f"case-{number}",
        "revision": revision,
        "number": number,
        "authority": authority,
        "tilbud_name": "Solsikken",
        "leader": LEADER,
        "contact": None,
        "decisions": [],
    }


def approved(
    number: int = 1, authority: str = "socialtilsyn-nord", steps: tuple[str, ...] = ALL_STEPS, revision: int = 1
) -> CaseApproved:
    """A case of Solsikken was approved."""
    return CaseApproved.model_validate(
        {
            **_case(number, revision, authority),
            "initial": number == 1,
            "form_version": "2026-01-01",
            "tilbud": facts_of_tilbud(),
            "steps": [{"key": step, "data": {}} for step in steps],
            "approved_by": OFFICER,
            "approved_at": START + timedelta(days=number),
        }
    )


def returned(number: int = 1, revision: int = 1) -> CaseReturned:
    """A case of Solsikken was returned."""
    return CaseReturned.model_validate(
        {**_case(number, revision, "socialtilsyn-nord"), "returned_by": OFFICER, "returned_at": START}
    )


def closed(number: int = 1, revision: int = 1) -> SubmissionClosed:
    """The reporter gave a returned case up."""
    return SubmissionClosed.model_validate(
        {
            "tilbud_id": TILBUD,
            "submission_id": f"case-{number}",
            "revision": revision,
            "closed_at": START,
            "closed_by": REPORTER,
        }
    )
