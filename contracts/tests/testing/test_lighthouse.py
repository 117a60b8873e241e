"""The artificial kind of subject: whole while it is registered, gone afterwards."""

from datetime import date

import pytest

from contracts.events import EVENTS, types_on
from contracts.form import form
from contracts.form.loading import form_of_kind, steps_of
from contracts.kinds import KINDS, kind_of
from contracts.reference import legal_basis
from contracts.testing.lighthouse import LIGHTHOUSE, LIGHTHOUSE_EVENTS, LIGHTHOUSE_TOPICS, REPORTS, registered
from contracts.topics import TOPICS, topic

DAY = date(2026, 11, 28)
BASIS = "plejefamilie-almen"


def test_a_registered_kind_is_found_by_its_id_and_by_its_legal_bases() -> None:
    with registered() as kind:
        assert KINDS["fyrtaarn"] is kind_of(legal_basis(BASIS)) is kind is LIGHTHOUSE
        assert KINDS.ids == ("tilbud", "fyrtaarn")
        assert kind.id_field == "fyrtaarn_id"


def test_a_registered_kind_has_a_form_of_two_steps() -> None:
    with registered():
        assert [step.id for step in steps_of("fyrtaarn")] == ["tower", "keepers"]
        assert form(BASIS, DAY).kind == "fyrtaarn"
        assert form(BASIS, DAY).step_ids == ("tower", "keepers")


def test_a_registered_kind_has_topics_that_carry_all_its_events() -> None:
    with registered():
        assert set(LIGHTHOUSE_EVENTS) <= set(EVENTS)
        assert {event.topic for event in LIGHTHOUSE_EVENTS} == {each.name for each in LIGHTHOUSE_TOPICS}
        assert topic(REPORTS).types == {event.ce_type for event in LIGHTHOUSE_EVENTS if event.topic == REPORTS}


def test_an_event_says_which_kind_of_subject_it_is_about() -> None:
    event = LIGHTHOUSE.events.case_not_routed.about(
        "anholt", submission_id="s-1", revision=1, reason="Ingen regel.", routed_at="2026-11-28T10:00:00Z"
    )
    assert (event.subject_kind, event.subject_id, event.key) == ("fyrtaarn", "anholt", "anholt")
    assert event.model_dump()["fyrtaarn_id"] == "anholt"


def test_nothing_is_left_of_a_kind_that_was_taken_away() -> None:
    events, topics = list(EVENTS), list(TOPICS)
    with registered():
        form(BASIS, DAY)
    assert (EVENTS, TOPICS, KINDS.ids) == (events, topics, ("tilbud",))
    assert types_on(REPORTS) == frozenset()
    with pytest.raises(KeyError):
        topic(REPORTS)
    for look_up in (lambda: steps_of("fyrtaarn"), lambda: form_of_kind("fyrtaarn", DAY), lambda: form(BASIS, DAY)):
        with pytest.raises(LookupError):
            look_up()


def test_a_kind_is_registered_once() -> None:
    with registered(), pytest.raises(ValueError, match="fyrtaarn"), registered():
        pass
    assert "fyrtaarn" not in KINDS
