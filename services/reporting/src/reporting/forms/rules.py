"""Which form a tilbud has. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.form import FormDefinition, form
from contracts.reference import is_tilbud_basis

COMPANY = "company"


@dataclass(frozen=True)
class TilbudForm:
    """Chooses the form of a tilbud: by the legal bases that it reports, by those it has while it reports none."""

    primary: str
    legal_bases: tuple[str, ...]

    def __call__(self, answers_of: Callable[[str], dict[str, Any]], at: date) -> FormDefinition:
        """Return the form on the day ``at``, for what the step ``company`` says now."""
        company = answers_of(COMPANY)
        others = tuple(each for each in _texts(company.get("legal_bases")) if is_tilbud_basis(each))
        primary = company.get("primary_legal_basis")
        if isinstance(primary, str) and is_tilbud_basis(primary):
            return form(primary, at, others)
        return form(self.primary, at, others or self.legal_bases)


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
