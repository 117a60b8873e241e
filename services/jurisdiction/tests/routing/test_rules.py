"""Which facts a case is routed on, and when its approval moves its subject."""

from datetime import date
from typing import Any

import pytest

from contracts.testing import factories
from jurisdiction.assignments.rules import AssignedAuthority, approving_kinds_after
from jurisdiction.authorities.routing_context import Move, NoAuthority
from jurisdiction.authorities.rulebook import load_rulebooks
from jurisdiction.authorities.rules import decide
from jurisdiction.kinds import TILBUD
from jurisdiction.routing.rules import (
    adopt_facts,
    authority_after_approval,
    effective_facts,
    may_move,
    move_of,
    routing_steps,
)

AALBORG, AARHUS, COPENHAGEN = "0851", "0751", "0101"
DAY = date(2026, 11, 1)
OF_AARHUS = {"contact": {"number": 2, "facts": {"municipality": AARHUS}}}


def test_only_some_steps_say_something_about_the_authority() -> None:
    assert routing_steps(TILBUD, ["budget", "agreements", "contact", "places/afd-1"]) == ["contact", "agreements"]


def test_what_a_case_does_not_report_itself_is_as_it_is_approved() -> None:
    facts = factories.routing_facts(municipality=AALBORG)
    assert effective_facts(facts, ["budget"], OF_AARHUS).municipality == AARHUS
    assert effective_facts(facts, ["contact"], OF_AARHUS).municipality == AALBORG


@pytest.mark.parametrize(("number", "municipality"), [(1, AARHUS), (2, AARHUS), (3, COPENHAGEN)])
def test_the_newest_submission_of_a_step_counts(number: int, municipality: str) -> None:
    facts = factories.routing_facts(municipality=COPENHAGEN)
    approved = adopt_facts(TILBUD, OF_AARHUS, number, ["contact"], facts)
    assert approved["contact"]["facts"]["municipality"] == municipality


def test_a_move_is_the_one_that_the_case_reports_or_the_latest_approved_one() -> None:
    facts = factories.routing_facts(municipality=COPENHAGEN)
    earlier = {"from_municipality": AALBORG, "known_on": "2026-06-01"}
    assert move_of(TILBUD, facts, ["contact"], DAY, OF_AARHUS, earlier) == Move(AARHUS, DAY)
    assert move_of(TILBUD, facts, ["budget"], DAY, OF_AARHUS, earlier) == Move(AALBORG, date(2026, 6, 1))
    assert move_of(TILBUD, facts, ["budget"], DAY, OF_AARHUS, None) is None


NEWS_FROM_ELSEWHERE: dict[str, Any] = {
    "adopted": False,
    "has_authority": True,
    "is_known": True,
    "is_newest": False,
    "own_steps": [],
    "at_authority": False,
}


@pytest.mark.parametrize(
    ("change", "moves"),
    [
        ({}, False),
        ({"adopted": True}, True),
        ({"has_authority": False}, True),
        ({"is_known": False}, False),
        ({"is_known": False, "is_newest": True}, True),
        ({"at_authority": True}, True),
        ({"at_authority": True, "own_steps": ["contact"]}, False),
    ],
)
def test_an_approval_elsewhere_moves_a_subject_only_when_it_says_something_new(
    change: dict[str, Any], *, moves: bool
) -> None:
    assert may_move(**NEWS_FROM_ELSEWHERE | change) is moves


def test_who_approved_supervises_and_the_reason_is_given_where_the_rules_named_it() -> None:
    decision = decide(load_rulebooks()["tilbud"], factories.routing_facts(municipality=AARHUS), DAY)
    assert not isinstance(decision, NoAuthority)
    named = authority_after_approval("socialtilsyn-midt", decision, TILBUD.noun)
    assert (named.rule, named.legal_source) == (decision.rule, decision.legal_source)
    assert named.explanation.endswith(decision.explanation)
    for unnamed in (decision, None):
        assert authority_after_approval("socialtilsyn-syd", unnamed, TILBUD.noun) == AssignedAuthority(
            "socialtilsyn-syd",
            "approved-by",
            "Socialtilsyn Syd har godkendt tilbuddets nye oplysninger og har nu tilsynet.",
        )


def test_whose_tilsyn_count_after_a_change_of_authority() -> None:
    nord, midt, kommune = "socialtilsyn-nord", "socialtilsyn-midt", "kommune-0851"
    assert approving_kinds_after([], None, kommune, ends_approval=True) == []
    assert approving_kinds_after([], nord, midt, ends_approval=True) == []
    assert approving_kinds_after([], nord, kommune, ends_approval=True) == ["kommune"]
    assert approving_kinds_after(["kommune"], kommune, nord, ends_approval=True) == ["socialtilsyn"]
    # A delegation keeps the approval, and the new authority's own tilsyn count with it.
    assert approving_kinds_after([], kommune, nord, ends_approval=False) == []
    assert approving_kinds_after(["kommune"], kommune, nord, ends_approval=False) == ["kommune", "socialtilsyn"]
