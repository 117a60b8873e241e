"""Events with the content that makes a tilbud public; all else comes from ``contracts.testing.factories``."""

from datetime import date
from typing import Any

from contracts.events.approval import CaseApproved, TilsynPublished
from contracts.testing.factories import TILBUD_ID, case_approved, example_steps, intensified, sanction, tilsyn_published

SANCTIONS: dict[str, Any] = {
    "orders": [sanction(deadline=date(2027, 1, 15))],
    "conditions": [sanction("Der skal være vågen nattevagt.")],
    "intensified": intensified(date(2026, 11, 20), date(2027, 5, 19)),
}


def approved_case(
    tilbud_id: str = TILBUD_ID, number: int = 1, content: dict[str, dict[str, Any]] | None = None, **fields: Any
) -> CaseApproved:
    """Return that a case was approved: with every step of the example, or with ``content``."""
    whole = example_steps("Solsikken") if content is None else content
    return case_approved(tilbud_id, number, content=whole, **fields)


def publishing_facts(
    tilbud_id: str, content: dict[str, dict[str, Any]] | None = None
) -> tuple[CaseApproved, TilsynPublished]:
    """Return what makes a tilbud public: all of it is approved, and its tilsyn is positive."""
    return approved_case(tilbud_id, content=content), tilsyn_published(tilbud_id)
