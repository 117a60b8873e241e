"""The factories of the tests: whole events as they come, and the same about another kind of subject."""

from collections.abc import Callable
from dataclasses import fields
from inspect import isfunction
from typing import Any, get_type_hints

import pytest
from pydantic import BaseModel

from contracts.events import EVENTS, Advice, AdviceWithdrawn, FeedEntry, Receipt
from contracts.events.base import Event, SubjectEvent
from contracts.events.external import ApplicationTransferred, TilbudCeasedInbound, TilsynCompleted
from contracts.examples import DAY
from contracts.form import Context, check_all, department_ids, form, join
from contracts.kinds import KINDS, TILBUD, Kind
from contracts.testing import factories
from contracts.testing.factories import as_kind
from contracts.testing.lighthouse import LIGHTHOUSE, LighthouseSubmissionSent


def makes_an_event(make: object) -> bool:
    made = get_type_hints(make).get("return") if isfunction(make) else None
    return isinstance(made, type) and issubclass(made, SubjectEvent) and made is not SubjectEvent


MAKERS = (getattr(factories, name) for name in factories.__all__)
OF_SUBJECTS: list[Callable[..., SubjectEvent]] = [make for make in MAKERS if makes_an_event(make)]


def is_of_another_kind(event: type[Event]) -> bool:
    return issubclass(event, SubjectEvent) and event.subject_kind != TILBUD.id


def test_every_event_between_services_has_a_factory() -> None:
    made = {type(make()) for make in OF_SUBJECTS} | {type(factories.application_accepted())}
    assert made == {event for event in EVENTS if not is_of_another_kind(event)} - {
        FeedEntry,
        Receipt,
        Advice,
        AdviceWithdrawn,
    }


@pytest.mark.parametrize("make", OF_SUBJECTS, ids=lambda make: make.__name__)
def test_an_event_is_about_the_subject_that_a_test_names_and_reads_itself_again(
    make: Callable[..., SubjectEvent],
) -> None:
    event = make("CRV-1")
    assert event.subject_id == "CRV-1"
    assert type(event).model_validate_json(event.model_dump_json(by_alias=True)) == event


def test_a_field_that_the_event_lacks_is_refused() -> None:
    with pytest.raises(TypeError, match="CaseOpened has no colour"):
        factories.case_opened(colour="red")


def test_what_a_test_names_takes_the_place_of_a_default() -> None:
    event = factories.case_routed(number=2, authority="kommune-0851", rule="R4")
    assert (event.submission_id, event.authority, event.rule) == ("CRV-6324-2", "kommune-0851", "R4")


def test_a_case_follows_its_submission() -> None:
    report = factories.submission_sent("CRV-1", 2, 3, content={"contact": {"name": "Violen"}})
    opened, returned = factories.case_opened(of=report), factories.case_returned(of=report)
    approved, closed = factories.case_approved(of=report), factories.case_closed(of=report)
    for event in (opened, returned, approved, closed):
        assert (event.tilbud_id, event.case_id, event.number, event.revision) == ("CRV-1", "CRV-1-2", 2, 3)
    assert opened.steps == approved.step_keys == ["contact"]
    assert report.sent_at < opened.opened_at < returned.returned_at < closed.closed_at
    assert approved.approved_at < factories.submission_sent("CRV-1", 3).sent_at


def test_the_example_steps_are_a_whole_report_by_step_key() -> None:
    steps = factories.example_steps("Violen", places__afd_1={"vacancies": 7}, staff_groups={"staff_groups": []})
    assert steps["contact"]["name"] == "Violen"
    assert steps["places/afd-1"]["vacancies"] == 7
    assert steps["staff-groups"]["staff_groups"] == []
    assert factories.example_steps()["places/afd-1"]["vacancies"] == 2


@pytest.mark.parametrize("departments", [True, False])
def test_the_example_steps_pass_the_check_of_the_form(*, departments: bool) -> None:
    steps = factories.example_steps()
    steps = steps if departments else factories.without_departments(steps)
    definition = form(factories.BASIS, DAY)
    ids = department_ids(steps["departments"])
    assert bool(ids) is departments
    whole = {step: join(definition, step, steps, ids) for step in definition.step_ids}
    incomplete = {step for step, check in check_all(definition, Context(whole)).items() if not check.complete}
    assert incomplete == set()


@pytest.mark.parametrize(
    ("make", "model"),
    [
        (factories.tilsyn_completed, TilsynCompleted),
        (factories.tilbud_ceased_inbound, TilbudCeasedInbound),
        (factories.application_transferred, ApplicationTransferred),
    ],
)
def test_what_a_supervision_system_sends_keeps_to_the_contract(
    make: Callable[..., dict[str, Any]], model: type[BaseModel]
) -> None:
    assert model.model_validate(make())
    assert make(unknown=1)["unknown"] == 1


@pytest.mark.parametrize(
    "kind", [LIGHTHOUSE, *(kind for kind in KINDS if kind is not TILBUD)], ids=lambda kind: kind.id
)
def test_each_event_of_another_kind_is_made_from_that_of_a_tilbud(kind: Kind) -> None:
    for field in fields(kind.events):
        model, mine = getattr(kind.events, field.name), getattr(TILBUD.events, field.name)
        make = next(make for make in OF_SUBJECTS if type(make()) is mine)
        if model is None:
            with pytest.raises(LookupError, match=kind.id):
                as_kind(kind, make("anholt"))
        else:
            event = as_kind(kind, make("anholt"))
            assert (type(event), event.subject_id) == (model, "anholt")


def test_a_report_of_another_kind_keeps_its_step_keys_and_belongs_to_the_kind() -> None:
    report = factories.submission_sent("anholt", content={"tower": {"colour": "rød"}})
    event = as_kind(LIGHTHOUSE, report, number=4)
    assert isinstance(event, LighthouseSubmissionSent)
    assert (event.step_keys, event.number, event.facts.primary) == (["tower"], 4, "plejefamilie-almen")
    assert "rød" not in event.model_dump_json()
