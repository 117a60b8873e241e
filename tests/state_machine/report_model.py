"""What must come of reporting on one tilbud, in plain dicts: nothing of the service's own rules stands here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.state_machine.model import NORD

AWAITING, RETURNED, APPROVED, CLOSED = "awaiting", "returned", "approved", "closed"
OPEN = (AWAITING, RETURNED)


@dataclass
class ReportedCase:
    """One case; ``content`` is what was sent last of each key, ``is_decided`` whether that was decided."""

    id: str
    number: int
    content: dict[str, Any]
    revision: int = 1
    state: str = AWAITING
    is_decided: bool = False
    is_closed_by_reporter: bool = False


@dataclass
class ReportModel:
    """``typed`` is what was written last of each key, ``approved`` the same of what is approved."""

    typed: dict[str, Any]
    departments: list[tuple[str, str]]
    cases: dict[str, ReportedCase] = field(default_factory=dict)
    approved: dict[str, Any] = field(default_factory=dict)
    approved_numbers: dict[str, int] = field(default_factory=dict)
    authority: str = NORD
    authority_version: int = 0
    vacancies: dict[str, int] = field(default_factory=dict)

    def in_state(self, *states: str) -> list[ReportedCase]:
        """Return the cases in one of ``states``, oldest first."""
        return [case for case in self.cases.values() if case.state in states]

    def locked(self, *states: str) -> dict[str, str]:
        """Return the keys of the cases in one of ``states``, each with its case."""
        return {key: case.id for case in self.in_state(*states) for key in case.content}

    def send(self, case_id: str, content: Mapping[str, Any]) -> None:
        """Note a case that was sent, for the first time or again."""
        case = self.cases.get(case_id)
        if case is None:
            self.cases[case_id] = ReportedCase(case_id, len(self.cases) + 1, dict(content))
            return
        case.content, case.state, case.is_decided = dict(content), AWAITING, False
        case.revision += 1

    def settle(self, case: ReportedCase, state: str) -> None:
        """Note the outcome of a case; of what two cases hold, the later one stands."""
        case.state = state
        if state == APPROVED:
            for key, value in case.content.items():
                if self.approved_numbers.get(key, 0) < case.number:
                    self.approved[key], self.approved_numbers[key] = value, case.number
