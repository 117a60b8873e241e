"""What holds for every question: the same answer twice, an authority that exists, or the one problem."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.errors import DomainError
from contracts import reference
from contracts.events.parties import Group, OperatorKind, RoutingFacts
from jurisdiction.authorities.routing_context import Move
from jurisdiction.authorities.rulebook import load_rulebook
from jurisdiction.authorities.rules import Decision, decide

BOOKS = [load_rulebook(), load_rulebook({"R6": date(2022, 1, 1), "region-oestdanmark": date(2027, 1, 1)})]
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


@settings(max_examples=400, deadline=None)
@given(facts(), DAYS, MOVES, st.sampled_from(BOOKS))
def test_an_existing_authority_or_the_problem_and_always_the_same(
    reported: RoutingFacts, at: date, move: Move | None, book: object
) -> None:
    answers: list[Decision | DomainError] = []
    for _ in range(2):
        try:
            answers.append(decide(book, reported, at, move))  # type: ignore[arg-type]
        except DomainError as problem:
            answers.append(problem)
    first, second = answers
    assert type(first) is type(second)
    if isinstance(first, DomainError) and isinstance(second, DomainError):
        assert first.slug == "no-authority-found"
        assert first.detail == second.detail
        return
    assert isinstance(first, Decision)
    assert first == second
    assert reference.authority(first.authority).holds(at)
    assert [each.rule for each in first.considered if each.applies] == [first.rule]
