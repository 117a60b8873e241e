"""The reported facts of one subject, looked up in the reference data of one day. Pure."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from contracts import reference
from contracts.events.parties import OperatorKind, RoutingFacts
from contracts.reference import Authority, LegalBasis, Municipality
from jurisdiction.authorities.rulebook import Level, Rulebook

RowT = TypeVar("RowT", Municipality, Authority, LegalBasis)


REQUIRES_DECISION = "requires-decision"
"""The code of what is known and yet decided by no rule: somebody has to decide it."""


@dataclass(frozen=True)
class NoAuthority:
    """Why nobody can be named: ``reason`` is a Danish sentence without anything that was sent.

    ``pointer`` says which of the facts it is about, ``code`` what is wrong with it.
    """

    reason: str
    pointer: str = ""
    code: str = "no-authority"


@dataclass(frozen=True)
class Move:
    """A change of address: where the subject was, and when the socialtilsyn learned of the move."""

    from_municipality: str
    known_on: date


@dataclass(frozen=True)
class RoutingContext:
    """What the rules look at. A look-up of something that is unknown on the day gives ``NoAuthority``.

    ``bases`` are the legal bases in the order in which they were reported.
    """

    book: Rulebook
    facts: RoutingFacts
    at: date
    move: Move | None
    bases: tuple[LegalBasis, ...]
    primary: LegalBasis

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
    def level(self) -> Level:
        """Return whether the rules of the socialtilsyn or those of kommune and region are asked."""
        return "socialtilsyn" if self.deciding.supervised_by == "socialtilsyn" else "local"

    @property
    def is_mixed(self) -> bool:
        """Return whether a socialtilsyn and a kommune would each supervise a part."""
        return len({basis.supervised_by for basis in self.bases}) > 1

    @cached_property
    def municipality(self) -> Municipality | NoAuthority:
        """Return the kommune where the subject lies."""
        found = self.kommune(self.facts.municipality, "/municipality")
        if isinstance(found, NoAuthority) or found.inside_division:
            return found
        reason = f"{found.name} er ikke en del af en kommune eller region, så ingen myndighed fører tilsyn der."
        return NoAuthority(reason, "/municipality", "outside-division")

    @cached_property
    def head(self) -> Municipality | NoAuthority | None:
        """Return the kommune of the head address of the koncern; None without a koncern."""
        if self.facts.group is None:
            return None
        return self.kommune(self.facts.group.head_municipality, "/group/head_municipality")

    @cached_property
    def host(self) -> Municipality | NoAuthority | None:
        """Return the kommune that hosts the region's socialtilsyn and runs this tilbud or has an agreement with it."""
        own = self.facts.operator_municipality if self.facts.operator_kind == "municipal" else None
        hosts = []
        for code, pointer in (
            (own, "/operator/municipality"),
            (self.facts.agreement_municipality, "/agreement_municipality"),
            (self.facts.all_places_municipality, "/all_places_municipality"),
        ):
            found = self.kommune(code, pointer) if code else None
            if isinstance(found, NoAuthority):
                return found
            hosts += [found] if found and found.is_host else []
        here = self.municipality
        if isinstance(here, NoAuthority):
            return here
        return next((each for each in hosts if each.region == here.region), None)

    @property
    def operator_is_unknown(self) -> bool:
        """Return whether a kommune runs the subject and nobody has said which: it may be the host of the region."""
        here = self.municipality
        unsaid = self.facts.operator_kind == OperatorKind.MUNICIPAL and not self.facts.operator_municipality
        return unsaid and isinstance(here, Municipality) and not here.is_host

    @property
    def host_runs_it(self) -> bool:
        """Return whether the host kommune runs the subject itself, and has not only an agreement about it."""
        host = self.host
        runs = self.facts.operator_kind == OperatorKind.MUNICIPAL
        return runs and isinstance(host, Municipality) and self.facts.operator_municipality == host.code

    def kommune(self, code: str, pointer: str) -> Municipality | NoAuthority:
        """Return the kommune with that code, as valid on the day."""
        return _valid(self.book.data.municipality(code, self.at), self.at, "Kommunen findes ikke på den dag.", pointer)

    def region_name(self, region_id: str) -> str:
        """Return the name of a region; its id stands in for one that the data lack."""
        found = self.book.data.region(region_id, self.at)
        return found.name if found else region_id

    def authority(self, authority_id: str, pointer: str = "") -> Authority | NoAuthority:
        """Return the authority with that id, as valid on the day."""
        return _valid(
            self.book.data.authority(authority_id, self.at), self.at, "Myndigheden findes ikke på den dag.", pointer
        )


def look_up(book: Rulebook, facts: RoutingFacts, at: date, move: Move | None = None) -> RoutingContext | NoAuthority:
    """Return what the rules look at; no rule can be chosen while a legal basis is unknown."""
    if not facts.legal_bases:
        return NoAuthority("Der er ikke oplyst en tilbudstype.", "/legal_bases", "missing")
    bases = []
    for place, basis_id in enumerate(facts.legal_bases):
        reason = "Tilbudstypen findes ikke på den dag."
        basis = _valid(reference.find_legal_basis(basis_id), at, reason, f"/legal_bases/{place}")
        if isinstance(basis, NoAuthority):
            return basis
        bases.append(basis)
    if facts.primary not in facts.legal_bases:
        return NoAuthority("Den primære tilbudstype er ikke blandt tilbudstyperne.", "/primary", "not-among")
    primary = bases[facts.legal_bases.index(facts.primary)]
    return RoutingContext(book, facts, at, move, tuple(bases), primary)


def _valid(row: RowT | None, at: date, reason: str, pointer: str) -> RowT | NoAuthority:
    if row is None:
        return NoAuthority(reason, pointer, "unknown-value")
    return row if row.holds(at) else NoAuthority(reason, pointer, "not-valid")
