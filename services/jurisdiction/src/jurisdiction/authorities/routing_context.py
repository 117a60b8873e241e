"""The reported facts of one tilbud, looked up in the reference data of one day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from chassis.errors import FieldError
from chassis.problems import Problem
from contracts import reference
from contracts.events.parties import RoutingFacts
from contracts.reference import Authority, LegalBasis, Municipality
from jurisdiction.authorities.rulebook import Kind, Rulebook

SLUG = "no-authority-found"

RowT = TypeVar("RowT", Municipality, Authority, LegalBasis)


@dataclass(frozen=True)
class Move:
    """A change of address: where the tilbud was, and when the socialtilsyn learned of the move."""

    from_municipality: str
    known_on: date


def no_authority(reason: str, pointer: str = "", code: str = "no-authority") -> Problem:
    """Say why nobody can be named; ``reason`` is a Danish sentence without anything that was sent."""
    return Problem(SLUG, reason, [FieldError(pointer, code, reason)])


@dataclass(frozen=True)
class Situation:
    """What the rules look at. Every look-up of something that is unknown on the day raises ``no-authority-found``."""

    book: Rulebook
    facts: RoutingFacts
    at: date
    move: Move | None = None

    @cached_property
    def municipality(self) -> Municipality:
        """Return the kommune where the tilbud lies."""
        found = self.kommune(self.facts.municipality, "/municipality")
        if not found.inside_division:
            reason = f"{found.name} er ikke en del af en kommune eller region, så ingen myndighed fører tilsyn der."
            raise no_authority(reason, "/municipality", "outside-division")
        return found

    @cached_property
    def bases(self) -> tuple[LegalBasis, ...]:
        """Return the legal bases in the order in which they were reported."""
        if not self.facts.legal_bases:
            raise no_authority("Der er ikke oplyst en tilbudstype.", "/legal_bases", "missing")
        return tuple(self._basis(each, f"/legal_bases/{place}") for place, each in enumerate(self.facts.legal_bases))

    @cached_property
    def primary(self) -> LegalBasis:
        """Return the primary legal basis."""
        if self.facts.primary not in self.facts.legal_bases:
            raise no_authority("Den primære tilbudstype er ikke blandt tilbudstyperne.", "/primary", "unknown")
        return self._basis(self.facts.primary, "/primary")

    @cached_property
    def deciding(self) -> LegalBasis:
        """Return the legal basis that table 1 is read for.

        A socialtilsyn's legal basis decides for the whole tilbud. Only for a type that table 1 does not let follow
        the rest (friplejebolig) does the primary one decide.
        """
        bases = (*self.bases, self.primary)
        socialtilsyn = [basis for basis in reversed(bases) if basis.supervised_by == "socialtilsyn"]
        stays = self.primary.supervised_by != "socialtilsyn" and not self.primary.supervised_if_part_of_socialtilsyn
        return self.primary if stays or not socialtilsyn else socialtilsyn[0]

    @property
    def kind(self) -> Kind:
        """Return whether the rules of the socialtilsyn or those of kommune and region are asked."""
        return "socialtilsyn" if self.deciding.supervised_by == "socialtilsyn" else "local"

    @property
    def is_mixed(self) -> bool:
        """Return whether a socialtilsyn and a kommune would each supervise a part."""
        return len({basis.supervised_by for basis in self.bases}) > 1

    @cached_property
    def head(self) -> Municipality | None:
        """Return the kommune of the head address of the koncern."""
        if self.facts.group is None:
            return None
        return self.kommune(self.facts.group.head_municipality, "/group/head_municipality")

    @cached_property
    def host(self) -> Municipality | None:
        """Return the kommune that hosts the region's socialtilsyn and runs this tilbud or has an agreement with it."""
        own = self.facts.operator_municipality if self.facts.operator_kind == "municipal" else None
        named = [(own, "/operator/municipality"), (self.facts.agreement_municipality, "/agreement_municipality")]
        kommuner = [self.kommune(code, pointer) for code, pointer in named if code]
        here = self.municipality.region
        return next((each for each in kommuner if each.is_host and each.region == here), None)

    def kommune(self, code: str, pointer: str) -> Municipality:
        """Return the kommune with that code, as valid on the day."""
        return self._found(reference.municipality, code, "Kommunen findes ikke på den dag.", pointer)

    def authority(self, authority_id: str, pointer: str = "") -> Authority:
        """Return the authority with that id, as valid on the day."""
        return self._found(reference.authority, authority_id, "Myndigheden findes ikke på den dag.", pointer)

    def _basis(self, basis_id: str, pointer: str) -> LegalBasis:
        return self._found(reference.legal_basis, basis_id, "Tilbudstypen findes ikke på den dag.", pointer)

    def _found(self, look_up: Callable[[str], RowT], key: str, reason: str, pointer: str) -> RowT:
        try:
            row = look_up(key)
        except KeyError as error:
            raise no_authority(reason, pointer, "unknown") from error
        if not row.holds(self.at):
            raise no_authority(reason, pointer, "not-valid")
        return row
