"""Events about Solsikken, as reporting and approval send them: what each test names, and valid defaults."""

from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx2

from contracts.events import CaseApproved, CaseReturned, SubmissionClosed, SubmissionSent, TilbudCreated
from contracts.testing import factories

# Opens a client of the API for a token, or for nobody.
Client = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]

TILBUD = factories.TILBUD_ID
ALL_STEPS = ("company", "contact", "agreements", "budget")
HOME = factories.BASIS


def created(municipality: str = "0851", basis: str = HOME, by: str = "socialtilsyn-nord") -> TilbudCreated:
    """Solsikken was created by an authority."""
    tilbud = factories.tilbud_facts(municipality=municipality, legal_basis=basis)
    return factories.tilbud_created(tilbud=tilbud, created_by_authority=by)


def sent(
    number: int = 1, revision: int = 1, steps: Iterable[str] = ALL_STEPS, municipality: str = "0851", **facts: Any
) -> SubmissionSent:
    """A submission of Solsikken was sent; its id tells its number."""
    return factories.submission_sent(
        number=number,
        revision=revision,
        submission_id=f"case-{number}",
        content=_content(steps),
        tilbud=factories.tilbud_facts(municipality=municipality),
        facts=factories.routing_facts(municipality=municipality, **facts),
    )


def approved(
    number: int = 1, authority: str = "socialtilsyn-nord", steps: Iterable[str] = ALL_STEPS, revision: int = 1
) -> CaseApproved:
    """A case of Solsikken was approved."""
    return factories.case_approved(
        number=number, revision=revision, case_id=f"case-{number}", content=_content(steps), authority=authority
    )


def returned(number: int = 1, revision: int = 1) -> CaseReturned:
    """A case of Solsikken was returned."""
    return factories.case_returned(number=number, revision=revision, case_id=f"case-{number}")


def closed(number: int = 1, revision: int = 1) -> SubmissionClosed:
    """The reporter gave a returned case up."""
    return factories.submission_closed(number=number, revision=revision, submission_id=f"case-{number}")


def _content(steps: Iterable[str]) -> dict[str, dict[str, Any]]:
    return {step: {} for step in steps}
