"""What ``reporting`` asks the registers, and what they answer (R40-R42).

An adapter to the real registers is an object with the three methods of ``Registers``; it is set once, in
``reporting.registers.look_ups``. It may take its time and may fail: who asks goes through ``LookUps``, which limits
both and remembers the answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class RegisterSilentError(Exception):
    """The register cannot answer for now. It has not said that the number does not exist."""


@dataclass(frozen=True)
class Company:
    """A company in CVR. ``kind`` is private, municipal or regional."""

    cvr: str
    name: str
    form: str
    kind: str
    municipality: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class ProductionUnit:
    """A place of work of a company, with its P-number; ``address`` is one line."""

    p_number: str
    name: str
    address: str


@dataclass(frozen=True)
class EanOwner:
    """Who gets the invoices that are sent to an EAN number."""

    ean: str
    name: str
    cvr: str


class Registers(Protocol):
    """The registers. Each method raises ``RegisterSilentError``, or any other error, when it cannot answer."""

    async def company(self, cvr: str) -> Company | None:
        """Return the company with that number; None when there is none."""

    async def production_units(self, cvr: str) -> Sequence[ProductionUnit] | None:
        """Return the production units of a company; None when there is no such company."""

    async def ean_owner(self, ean: str) -> EanOwner | None:
        """Return who has that EAN number; None when nobody has."""
