"""What holds for every question: the same answer twice, an authority that exists, or why there is none."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import reference
from contracts.events.parties import Group, OperatorKind, RoutingFacts
from jurisdiction.authorities.routing_context import Move, NoAuthority
from jurisdiction.authorities.rulebook import Rulebook, load_rulebooks
from jurisdiction.authorities.rules import Decision, decide

SWITCHED_ON = {"R6": date(2022, 1, 1), "region-oestdanmark": date(2027, 1, 1)}
BOOKS = [load_rulebooks()["tilbud"], load_rulebooks(SWITCHED_ON)["tilbud"]]
CODES = st.sampled_from([each.code for each in reference.municipalities()] + ["0411", "9999", ""])
REGIONS = st.sampled_from(["1081", "1082", "1083", "1084", "1085", "oestdanmark", "9999"])
AUTHORITIES = st.sampled_from([each.id for each in reference.authorities()] + ["socialtilsyn-vest"])
BASES = st.lists(st.sampled_from([each.id for each in reference.legal_bases()] + ["raadhus"]), max_size=3)
FEATURES = st.lists(st.sampled_from(["secured", "ship", "boarding-over-8", "unknown"]), max_size=3)
DAYS = st.dates(date(2013, 1, 1), date(2030, 1, 1))


@st.composite
def facts(draw: st.DrawFn) -> RoutingFacts:
    bases = draw(BASES)
    return RoutingFacts(
        legal_bases=bases,
        primary=draw(st.sampled_from(bases)) if bases else "botilbud-laengerevarende",
        municipality=draw(CODES),
        operator_kind=draw(st.none() | st.sampled_from(OperatorKind)),
        operator_municipality=draw(st.none() | CODES),
        operator_region=draw(st.none() | REGIONS),
        group=draw(st.none() | CODES.map(lambda code: Group(head_municipality=code))),
        agreement_municipality=draw(st.none() | CODES),
        features=draw(FEATURES),
        part_of=draw(st.none() | AUTHORITIES),
        delegated_to=draw(st.none() | AUTHORITIES),
    )


MOVES = st.none() | st.builds(Move, CODES, DAYS)


@pytest.mark.fuzz
@settings(max_examples=400, deadline=None)
@given(facts(), DAYS, MOVES, st.sampled_from(BOOKS))
def test_an_existing_authority_or_a_reason_and_always_the_same(
    reported: RoutingFacts, at: date, move: Move | None, book: Rulebook
) -> None:
    first, second = (decide(book, reported, at, move) for _ in range(2))
    assert first == second
    if isinstance(first, NoAuthority):
        assert first.reason.endswith(".")
        return
    assert isinstance(first, Decision)
    assert reference.authority(first.authority).holds(at)
    assert [each.rule for each in first.considered if each.applies] == [first.rule]
