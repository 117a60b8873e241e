"""Which legal bases the country has, and which kind of authority supervises each: all that the law lets be."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from contracts.reference import AuthorityKind, LegalBasis, legal_bases, legal_basis
from devstack.demonstration.seeded_choices import chance, deal, weighted

SOCIALTILSYN, KOMMUNE, REGION = AuthorityKind.SOCIALTILSYN, AuthorityKind.KOMMUNE, AuthorityKind.REGION

# How many more there are of the common ones; every other combination is there once in each round.
COMMON = {
    ("opholdssted", SOCIALTILSYN): 4,
    ("doegninstitution", SOCIALTILSYN): 2,
    ("botilbud-laengerevarende", SOCIALTILSYN): 4,
    ("botilbud-midlertidigt", SOCIALTILSYN): 3,
    ("botilbud-unge-voksne", SOCIALTILSYN): 1,
    ("botilbudslignende", SOCIALTILSYN): 2,
    ("kvindekrisecenter", SOCIALTILSYN): 1,
    ("herberg-forsorgshjem", SOCIALTILSYN): 1,
    ("stofmisbrugsbehandling", SOCIALTILSYN): 1,
    ("aktivitets-og-samvaerstilbud", KOMMUNE): 2,
    ("beskyttet-beskaeftigelse", KOMMUNE): 1,
}
# What else a tilbud of this type is often approved for; nothing here moves it to another kind of authority.
BESIDE: dict[str, tuple[tuple[str, ...], ...]] = {
    "opholdssted": (("doegninstitution",), ("doegninstitution", "saerligt-dagtilbud"), ("botilbud-unge-voksne",)),
    "doegninstitution": (("opholdssted",), ("saerligt-dagtilbud", "saerligt-klubtilbud")),
    "efterskole-kostskole": (("opholdssted",),),
    "stofmisbrugsbehandling": (("alkoholmisbrugsbehandling",), ("stofmisbrugsbehandling-anonym",)),
    "stofmisbrugsbehandling-anonym": (("stofmisbrugsbehandling", "alkoholmisbrugsbehandling"),),
    "alkoholmisbrugsbehandling": (("stofmisbrugsbehandling",),),
    "botilbud-midlertidigt": (("botilbud-laengerevarende",), ("botilbud-unge-voksne", "aktivitets-og-samvaerstilbud")),
    "botilbud-laengerevarende": (
        ("botilbud-midlertidigt",),
        ("botilbud-midlertidigt", "aktivitets-og-samvaerstilbud", "beskyttet-beskaeftigelse"),
    ),
    "botilbud-unge-voksne": (("botilbud-midlertidigt",),),
    "kvindekrisecenter": (("botilbud-midlertidigt",),),
    "herberg-forsorgshjem": (("botilbud-midlertidigt",), ("stofmisbrugsbehandling",)),
    "botilbudslignende": (("friplejebolig",), ("aktivitets-og-samvaerstilbud",)),
    "saerligt-dagtilbud": (("saerligt-klubtilbud",),),
    "saerligt-klubtilbud": (("saerligt-dagtilbud",),),
    "beskyttet-beskaeftigelse": (("aktivitets-og-samvaerstilbud",),),
    "aktivitets-og-samvaerstilbud": (("beskyttet-beskaeftigelse",),),
    "friplejebolig": (("aktivitets-og-samvaerstilbud",),),
}
WITH_MORE_BASES = (True, False, False, False)


@dataclass(frozen=True)
class Supervised:
    """A legal basis and the kind of authority that supervises a tilbud of it."""

    basis: LegalBasis
    by: AuthorityKind

    @property
    def is_part_of_another(self) -> bool:
        """Return whether it is supervised with another tilbud that a socialtilsyn has approved (table 1)."""
        return self.by is SOCIALTILSYN and self.basis.supervised_by != SOCIALTILSYN


@cache
def combinations() -> tuple[Supervised, ...]:
    """Return every legal basis of a tilbud with every kind of authority that may supervise it."""
    bases = [each for each in legal_bases() if not each.is_plejefamilie]
    return tuple(Supervised(basis, by) for basis in bases for by in _supervisors(basis))


def _supervisors(basis: LegalBasis) -> Iterator[AuthorityKind]:
    named = (basis.supervised_by, basis.supervised_if_regional, basis.supervised_if_part_of_socialtilsyn)
    return (AuthorityKind(each) for each in named if each)


@cache
def _deck() -> tuple[Supervised, ...]:
    return weighted({each: 1 + COMMON.get((each.basis.id, each.by), 0) for each in combinations()})


def supervised(index: int) -> Supervised:
    """Return what the tilbud with that place in the country is, and who supervises it."""
    return deal("supervised", _deck(), index)


def legal_bases_of(primary: LegalBasis, index: int) -> tuple[LegalBasis, ...]:
    """Return all legal bases of the tilbud, the primary one first; one in four has several."""
    if not deal("more bases", WITH_MORE_BASES, index):
        return (primary,)
    beside = chance(index, "bases").choice(BESIDE[primary.id])
    return (primary, *map(legal_basis, beside))
