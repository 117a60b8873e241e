"""Which tilbud there are: the named ones of the guides first, then a country of generated ones.

Everything about a generated tilbud follows from its number. What is dealt out (``dealing.deal``) comes up evenly, and a
larger country begins with the same tilbud as a smaller one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from contracts.events.parties import OperatorKind
from contracts.reference import AuthorityKind, LegalBasis, legal_basis, postcode
from devstack.demonstration import names, operators, supervision
from devstack.demonstration.addresses import Place, nearby, street
from devstack.demonstration.histories import Change, History, Outcome, ReportStage, history_of
from devstack.demonstration.operators import Operator
from devstack.demonstration.seeded_choices import chance, deal, weighted
from devstack.personas import BLOMSTERENGEN, HAVBLIK

FIRST_NUMBER = 100
# How many departments; none is a tilbud that answers for all of itself.
DEPARTMENTS = weighted({0: 8, 1: 3, 2: 4, 3: 2, 4: 1, 5: 1, 6: 1})
ELSEWHERE = (False, False, True)

Card = TypeVar("Card")


@dataclass(frozen=True)
class Unit:
    """A department, or the whole tilbud where there are none: what has target groups, rates, places and staff."""

    id: str | None
    name: str
    legal_bases: tuple[LegalBasis, ...]
    place: Place

    @property
    def basis(self) -> LegalBasis:
        """Return the legal basis that most of its places have."""
        return self.legal_bases[0]


@dataclass(frozen=True)
class Plan:
    """One tilbud to be: everything else about it follows from this and ``number``."""

    number: int
    name: str
    legal_bases: tuple[LegalBasis, ...]
    supervised_by: AuthorityKind
    place: Place
    operator: Operator
    history: History
    departments: int = 0

    @property
    def legal_basis(self) -> LegalBasis:
        """Return the primary legal basis."""
        return self.legal_bases[0]

    @property
    def is_named(self) -> bool:
        """Return whether it is one of the tilbud that the guides tell about."""
        return self.number < FIRST_NUMBER

    @property
    def index(self) -> int:
        """Return the place of a generated tilbud in the country, from 0."""
        return self.number - FIRST_NUMBER

    @property
    def slug(self) -> str:
        """Return what stands for the tilbud in addresses of mails and web pages."""
        return f"tilbud-{self.number}"

    @property
    def minute(self) -> int:
        """Return the minute of an hour at which things happen to the tilbud."""
        return self.chance("minute").randint(0, 59)

    @property
    def reported_departments(self) -> int:
        """Return how many departments the first report has: the last one is added later where the history says so."""
        return self.departments - 1 if self._adds_department else self.departments

    @property
    def approved_departments(self) -> int:
        """Return how many departments are approved by now."""
        return self.departments if self.history.outcome is Outcome.APPROVED else self.reported_departments

    @property
    def _adds_department(self) -> bool:
        return self.history.outcome is not Outcome.NONE and self.history.change is Change.DEPARTMENT_ADDED

    def chance(self, of: str) -> Random:
        """Return a source of chance for one thing about the tilbud."""
        return chance(self.index, of)

    def deal(self, deck: str, cards: Sequence[Card]) -> Card:
        """Return the card that the tilbud gets from the deck of that name."""
        return deal(deck, cards, self.index)

    def units(self, departments: int) -> list[Unit]:
        """Return the first ``departments`` departments, or the tilbud itself for none."""
        if not departments:
            return [Unit(None, self.name, self.legal_bases, self.place)]
        return [self._department(index) for index in range(departments)]

    def _department(self, index: int) -> Unit:
        name = names.department_names(self.index)[index]
        basis = self.legal_bases[index % len(self.legal_bases)]
        elsewhere = index > 0 and chance(self.index, "elsewhere", index).choice(ELSEWHERE)
        postcode_ = nearby(self.place.postcode, self.index, index) if elsewhere else self.place.postcode
        place = Place(street(self.index, index), postcode_) if elsewhere else self.place
        return Unit(f"afd-{index + 1}", name, (basis,), place)


def plans(count: int) -> Iterator[Plan]:
    """Yield the named tilbud and then ``count`` generated ones."""
    yield from _named()
    for index in range(count):
        yield _generated(index)


def _named() -> Iterator[Plan]:
    long_term, temporary = "botilbud-laengerevarende", "botilbud-midlertidigt"
    yield _of_guides(1, "Solsikken", long_term, "9000", "Solsikkevej 4", BLOMSTERENGEN, departments=2)
    yield _of_guides(2, "Valmuen", temporary, "9000", "Valmuevej 7", BLOMSTERENGEN)
    yield _of_guides(3, "Violen", long_term, "9900", "Violvej 2", HAVBLIK)
    yield _of_guides(4, "Fyrtårnet", "kvindekrisecenter", "9000", "Hemmelig Stræde 1", HAVBLIK)


def _of_guides(
    number: int, name: str, basis: str, code: str, at: str, by: tuple[str, str], *, departments: int = 0
) -> Plan:
    return Plan(
        number=number,
        name=name,
        legal_bases=(legal_basis(basis),),
        supervised_by=AuthorityKind.SOCIALTILSYN,
        place=Place(at, postcode(code)),
        operator=Operator(*by, OperatorKind.PRIVATE),
        history=History(ReportStage.PUBLIC),
        departments=departments,
    )


def _generated(index: int) -> Plan:
    supervised = supervision.supervised(index)
    operator = operators.operator(supervised, index)
    departments = deal("departments", DEPARTMENTS, index)
    return Plan(
        number=FIRST_NUMBER + index,
        name=names.name(index),
        legal_bases=supervision.legal_bases_of(supervised.basis, index),
        supervised_by=supervised.by,
        place=Place(street(index), operators.place(operator, index)),
        operator=operator,
        history=history_of(index, supervised.by, departments),
        departments=departments,
    )
