"""The rules alone: any order and any repetition of the same facts gives the same record."""

import random
from datetime import date, timedelta
from functools import reduce
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.approval import Intensified, TilsynDecision, TilsynKind
from contracts.events.parties import Operator, OperatorKind
from contracts.events.publication import PublicTilbud
from contracts.testing.factories import (
    authority_assigned,
    example_steps,
    moment,
    sanction,
    tilbud_ceased,
    tilbud_created,
    tilsyn_published,
    vacancies_changed,
    without_departments,
)
from publication.records.rules import next_change_on, public_record, supervision_of
from publication.records.state import TilbudState, apply
from services.publication.tests.factories import SANCTIONS, approved_case

ID = "CRV-6324"
STEPS = example_steps()
DAY = date(2026, 11, 20)
OTHER = Operator(cvr="99000015", name="Blomsterengen ApS", kind=OperatorKind.REGIONAL, region="1081")


def state_after(*facts: Any) -> TilbudState:
    return reduce(apply, facts, TilbudState())


def public(*facts: Any) -> PublicTilbud:
    """Return the record that is public after ``facts``."""
    record = public_record(ID, state_after(*facts), DAY)
    assert record is not None
    return record


# With these alone the tilbud is public; no drawn fact has the same identity.
BASE = (approved_case(number=0), tilsyn_published(number=5, decided_on=DAY))
KEYS = sorted(STEPS)
small = st.integers(min_value=1, max_value=4)
facts = st.one_of(
    st.builds(
        lambda number, keys, name: approved_case(
            number=number, content={key: STEPS[key] for key in keys} | {"contact": STEPS["contact"] | {"name": name}}
        ),
        small,
        st.just(KEYS) | st.lists(st.sampled_from(KEYS), min_size=1, unique=True),
        st.sampled_from(["Solsikken", "Valmuen"]),
    ),
    st.builds(
        lambda number, version, day, decision, kind: tilsyn_published(
            number=number,
            version=version,
            decided_on=DAY + timedelta(days=day),
            decision=decision,
            kind=kind,
        ),
        small,
        small,
        small,
        st.sampled_from(TilsynDecision),
        st.sampled_from(TilsynKind),
    ),
    st.builds(
        lambda day, accepted: tilbud_ceased(ceased_on=DAY + timedelta(days=day), accepted_at=moment(days=accepted)),
        small,
        small,
    ),
    st.builds(lambda version, free: vacancies_changed(version=version, free={"afd-1": free}), small, small),
    st.builds(lambda version: authority_assigned(version=version, authority=f"kommune-085{version}"), small),
    st.just(tilbud_created()),
)


def identity(fact: Any) -> tuple[Any, ...]:
    """What a sender never uses twice for different content."""
    numbers = {name: getattr(fact, name, None) for name in ("number", "version", "tilsyn_id", "ceased_on")}
    return type(fact), *numbers.values()


def test_the_day_of_a_cessation_is_the_one_that_was_accepted_last() -> None:
    wrong = tilbud_ceased(ceased_on=date(2026, 11, 25), accepted_at=moment(days=25))
    corrected = tilbud_ceased(ceased_on=date(2026, 11, 24), accepted_at=moment(days=26))
    for order in ((wrong, corrected), (corrected, wrong)):
        state = state_after(*order)
        assert state.cessation is not None
        assert state.cessation.ceased_on == corrected.ceased_on


def test_a_case_without_the_company_does_not_bring_the_old_operator_back() -> None:
    other = approved_case(number=2, content={"company": STEPS["company"]})
    other = other.model_copy(update={"tilbud": other.tilbud.model_copy(update={"name": "Ny", "operator": OTHER})})
    state = state_after(approved_case(), other, approved_case(number=3, content={"values": STEPS["values"]}))
    assert state.operator is not None
    assert (state.operator.number, state.operator.operator) == (2, OTHER)


@settings(max_examples=60, deadline=None)
@given(st.lists(facts, max_size=10, unique_by=identity), st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(some: list[Any], chance: random.Random) -> None:
    again = [*some, *chance.sample(some, len(some) // 2)]
    chance.shuffle(again)
    first, second = state_after(*BASE, *some), state_after(*again, *reversed(BASE))
    assert public_record(ID, first, DAY) == public_record(ID, second, DAY)
    stored = TilbudState.from_json(first.to_json())
    assert public_record(ID, stored, DAY) == public_record(ID, first, DAY)


@settings(max_examples=60, deadline=None)
@given(st.lists(facts, max_size=10, unique_by=identity))
def test_a_tilbud_is_public_only_with_a_positive_decision(some: list[Any]) -> None:
    state = state_after(*BASE, *some)
    supervision = supervision_of(state, DAY)
    record = public_record(ID, state, DAY)
    assert supervision.deciding is not None
    assert (record is not None) == (supervision.deciding.decision.positive and supervision.status != "ceased")


def test_the_latest_tilsyn_is_the_last_decided_then_the_last_accepted() -> None:
    state = state_after(
        tilsyn_published(number=3, decided_on=DAY),
        tilsyn_published(number=1, decided_on=DAY + timedelta(days=1)),
        tilsyn_published(number=2, decided_on=DAY + timedelta(days=1), decision=TilsynDecision.NOT_APPROVED),
        tilsyn_published(number=9, decided_on=DAY + timedelta(days=9), decision=TilsynDecision.NO_DECISION),
    )
    deciding = supervision_of(state, DAY).deciding
    assert deciding is not None
    assert deciding.accepted_number == 2


def test_sanctions_of_a_visit_without_a_decision_are_in_force() -> None:
    visit = tilsyn_published(
        number=2, decided_on=DAY + timedelta(days=5), decision=TilsynDecision.NO_DECISION, **SANCTIONS
    )
    record = public(approved_case(), tilsyn_published(), visit)
    assert record.orders[0].text == "Medicinhåndteringen skal rettes."
    assert record.conditions[0].deadline is None
    assert record.intensified is not None
    assert record.intensified.until == date(2027, 5, 19)
    assert record.tilsyn is not None
    assert record.tilsyn.tilsyn_id == "tilsyn-1"


def test_a_later_tilsyn_that_is_silent_about_a_sanction_ends_none() -> None:
    silent = tilsyn_published(number=3, decided_on=DAY + timedelta(days=30))
    record = public(approved_case(), tilsyn_published(number=2, **SANCTIONS), silent)
    assert record.tilsyn is not None
    assert record.tilsyn.tilsyn_id == "tilsyn-3"
    assert [order.model_dump() for order in record.orders] == [order.model_dump() for order in SANCTIONS["orders"]]
    assert [each.text for each in record.conditions] == [each.text for each in SANCTIONS["conditions"]]
    assert record.intensified == SANCTIONS["intensified"]


def test_a_sanction_ends_with_the_tilsyn_that_names_it_or_with_the_approval() -> None:
    given = tilsyn_published(number=1, orders=[sanction(id="p1"), sanction("Der skal ansættes en leder.", id="p2")])
    ending = tilsyn_published(number=2, ended=[{"tilsyn_id": "tilsyn-1", "id": "p1"}])
    assert [order.id for order in public(approved_case(), given, ending).orders] == ["p2"]
    loss = tilsyn_published(number=3, decision=TilsynDecision.NOT_APPROVED)
    again = tilsyn_published(number=4)
    assert public(approved_case(), given, loss, again).orders == []


@pytest.mark.parametrize(
    ("day", "announced", "in_force", "changes_on"),
    [
        (date(2026, 11, 19), [SANCTIONS["intensified"]], None, date(2026, 11, 20)),
        # The deadline of the order has passed before the intensified tilsyn ends.
        (date(2026, 11, 20), [], SANCTIONS["intensified"], date(2027, 1, 16)),
        (date(2027, 1, 16), [], SANCTIONS["intensified"], date(2027, 5, 20)),
        (date(2027, 5, 19), [], SANCTIONS["intensified"], date(2027, 5, 20)),
        (date(2027, 5, 20), [], None, None),
    ],
)
def test_an_intensified_tilsyn_is_shown_by_the_day(
    day: date, announced: list[Intensified], in_force: Intensified | None, changes_on: date | None
) -> None:
    state = state_after(approved_case(), tilsyn_published(**SANCTIONS))
    record = public_record(ID, state, day)
    assert record is not None
    assert (record.announced, record.intensified) == (announced, in_force)
    assert len(record.orders) == 1
    assert next_change_on(state, day) == changes_on


@pytest.mark.parametrize(("day", "overdue"), [(date(2027, 1, 15), False), (date(2027, 1, 16), True)])
def test_an_order_past_its_deadline_stands_and_says_so(day: date, overdue: object) -> None:
    record = public_record(ID, state_after(approved_case(), tilsyn_published(**SANCTIONS)), day)
    assert record is not None
    (order,) = record.orders
    assert (order.deadline, order.overdue) == (date(2027, 1, 15), overdue)
    # A condition without a deadline is never late.
    assert [each.overdue for each in record.conditions] == [False]
    assert ("overdue" in record.model_dump(mode="json", by_alias=True)["orders"][0]) == overdue


def test_without_departments_the_steps_are_its_own() -> None:
    record = public(
        approved_case(content=without_departments(STEPS)), tilsyn_published(), vacancies_changed(free={None: 1})
    )
    assert record.departments == []
    assert record.steps["places"]["vacancies"] == 1
    assert record.not_approved_yet == ["/steps/places/vacancies"]


def test_vacancies_of_an_unknown_department_show_nowhere() -> None:
    record = public(approved_case(), tilsyn_published(), vacancies_changed(free={"afd-9": 1}))
    assert record.not_approved_yet == []


def test_a_crisis_centre_may_say_that_its_address_is_no_secret() -> None:
    base = {"legal_bases": ["kvindekrisecenter"], "primary_legal_basis": "kvindekrisecenter"}
    content = example_steps(company=base, contact={"address_hidden": False})
    record = public(approved_case(content=content), tilsyn_published())
    assert record.steps["contact"]["address"]["street"] == "Kornblomstvej 12"


def test_an_approval_ends_with_a_change_to_another_kind_of_authority() -> None:
    """A kommune has the tilbud now: only its own positive tilsyn makes it public again."""
    moved = authority_assigned(ID, 2, "kommune-0851", previous="socialtilsyn-nord", approving_kinds=["kommune"])
    assert public_record(ID, state_after(*BASE, moved), DAY) is None
    own = tilsyn_published(number=6, decided_on=DAY, authority="kommune-0851", tilsyn_id="own")
    assert public(*BASE, moved, own).authority.id == "kommune-0851"
    assert public(own, moved, *BASE).authority.id == "kommune-0851"
    # A handover keeps it.
    kept = authority_assigned(ID, 2, "kommune-0851", previous="socialtilsyn-nord", givers=["socialtilsyn-nord"])
    assert public(*BASE, kept).authority.id == "kommune-0851"


@pytest.mark.parametrize("order", list(permutations(range(5))))
def test_back_with_the_first_authority_its_old_tilsyn_count_no_more(order: tuple[int, ...]) -> None:
    day = DAY + timedelta(days=2)
    away = {"approving_kinds": ["kommune"], "approving_since": DAY + timedelta(days=1)}
    back = {"approving_kinds": ["socialtilsyn"], "approving_since": day}
    moved = authority_assigned(ID, 2, "kommune-0851", previous="socialtilsyn-nord", **away)
    returned = authority_assigned(ID, 3, "socialtilsyn-nord", previous="kommune-0851", **back)
    own = tilsyn_published(number=6, decided_on=day, authority="kommune-0851", tilsyn_id="own")
    facts = [*BASE, moved, returned, own]
    state = state_after(*(facts[place] for place in order), returned, moved)
    assert public_record(ID, state, day) is None
    new = tilsyn_published(number=7, decided_on=day, tilsyn_id="new")
    record = public_record(ID, state_after(new, *(facts[place] for place in order)), day)
    assert record is not None
    assert record.authority.id == "socialtilsyn-nord"
