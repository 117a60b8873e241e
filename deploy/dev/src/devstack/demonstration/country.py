"""Which tilbud there are: the named ones of the guides first, then a country of generated ones."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from stdnum.dk import cvr as cvr_number

from contracts.events.parties import OperatorKind
from contracts.reference import LegalBasis, Postcode, legal_bases, postcode, postcodes
from devstack.personas import AARHUS, BLOMSTERENGEN, HAVBLIK, REGION_NORDJYLLAND

SEED = 20261122
SHARE_WITH_DEPARTMENTS = 0.4
FIRST = (
    "Sol",
    "Mose",
    "Skov",
    "Eng",
    "Birke",
    "Ege",
    "Kilde",
    "Bakke",
    "Strand",
    "Hav",
    "Lærke",
    "Rose",
    "Lynge",
    "Ny",
)
LAST = ("gården", "huset", "bo", "lund", "vang", "høj", "dal", "toften", "parken", "kollegiet", "hjemmet", "sø")
STREETS = ("Birkevej", "Kirkegade", "Møllevej", "Skolegade", "Søndergade", "Nørregade", "Engvej", "Strandvejen")


class Fate(StrEnum):
    """How far a tilbud has come."""

    PUBLIC = "public"
    CHANGED = "changed"
    WITHOUT_TILSYN = "without-tilsyn"
    NOT_APPROVED = "not-approved"
    AWAITING = "awaiting"
    RETURNED = "returned"
    CREATED = "created"


# Seven of ten are public, as in a portal that is in use; every other state has its examples.
FATES = (
    *(Fate.PUBLIC for _ in range(11)),
    *(Fate.CHANGED for _ in range(3)),
    Fate.WITHOUT_TILSYN,
    Fate.NOT_APPROVED,
    Fate.AWAITING,
    Fate.AWAITING,
    Fate.RETURNED,
    Fate.CREATED,
)


@dataclass(frozen=True)
class Plan:
    """One tilbud to be: everything else about it follows from this and ``number``."""

    number: int
    name: str
    legal_basis: LegalBasis
    place: Postcode
    street: str
    operator: tuple[str, str]
    operator_kind: OperatorKind
    fate: Fate
    with_departments: bool = False

    @property
    def random(self) -> random.Random:
        """Return the tilbud's own source of chance, so that the order of loading does not matter."""
        return random.Random(SEED + self.number)  # noqa: S311  Demonstration data need no secrecy.


def plans(count: int) -> Iterator[Plan]:
    """Yield the named tilbud and then ``count`` generated ones."""
    yield from _named()
    for number in range(count):
        yield _generated(100 + number)


def _named() -> Iterator[Plan]:
    basis = {each.id: each for each in legal_bases()}
    long_term, temporary = basis["botilbud-laengerevarende"], basis["botilbud-midlertidigt"]
    aalborg, frederikshavn = postcode("9000"), postcode("9900")
    private = OperatorKind.PRIVATE
    yield Plan(
        1, "Solsikken", long_term, aalborg, "Solsikkevej 4", BLOMSTERENGEN, private, Fate.PUBLIC, with_departments=True
    )
    yield Plan(2, "Valmuen", temporary, aalborg, "Valmuevej 7", BLOMSTERENGEN, private, Fate.PUBLIC)
    yield Plan(3, "Violen", long_term, frederikshavn, "Violvej 2", HAVBLIK, private, Fate.PUBLIC)
    crisis = basis["kvindekrisecenter"]
    yield Plan(4, "Fyrtårnet", crisis, aalborg, "Hemmelig Stræde 1", HAVBLIK, private, Fate.PUBLIC)


def _generated(number: int) -> Plan:
    chance = random.Random(SEED * 7 + number)  # noqa: S311
    basis = chance.choice([each for each in legal_bases() if not each.id.startswith("plejefamilie")])
    place = chance.choice(postcodes())
    kind, operator, place = _operator(chance, number, basis, place)
    return Plan(
        number=number,
        name=f"{chance.choice(FIRST)}{chance.choice(LAST)}",
        legal_basis=basis,
        place=place,
        street=f"{chance.choice(STREETS)} {chance.randint(1, 120)}",
        operator=operator,
        operator_kind=kind,
        fate=chance.choice(FATES),
        with_departments=chance.random() < SHARE_WITH_DEPARTMENTS,
    )


def _operator(
    chance: random.Random, number: int, basis: LegalBasis, place: Postcode
) -> tuple[OperatorKind, tuple[str, str], Postcode]:
    roll = chance.random()
    if roll < 0.1 and basis.supervised_by == "socialtilsyn":  # noqa: PLR2004
        return OperatorKind.MUNICIPAL, AARHUS, postcode("8000")
    if roll < 0.13 and basis.supervised_by == "kommune":  # noqa: PLR2004
        return OperatorKind.REGIONAL, REGION_NORDJYLLAND, postcode("9000")
    return OperatorKind.PRIVATE, _invented_operator(number % 60), place


def _invented_operator(index: int) -> tuple[str, str]:
    """Return a company that is not there: its CVR number passes the check but begins with 992."""
    numbers = (f"992{number:05d}" for number in range(index * 100, index * 100 + 100))
    valid = next(number for number in numbers if cvr_number.is_valid(number))
    return valid, f"{FIRST[index % len(FIRST)]}{LAST[index % len(LAST)]} ApS"
