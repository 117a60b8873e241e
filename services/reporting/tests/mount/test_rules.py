"""The pure rules: whose content a step shows, what counts as a change, what is sent."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import DomainError
from contracts.form import parse_key, split
from contracts.form.loading import steps_of
from reporting.forms.rules import TilbudForm
from reports.content.rules import OpenCase, Report, StepLocked, SubmissionState, answers, in_order
from reports.drafts.rules import refuse_locked_changes, superfluous_steps
from reports.submissions.rules import (
    blocking,
    changed_keys,
    edited_keys,
    keys_to_resend,
    keys_to_send,
    nothing_to_send,
    resubmitted,
)
from services.reporting.tests.http_requests import REPORT, STEP_KEYS, STEPS

EMPTY = Report(
    today=REPORT.form.at,
    choose_form=TilbudForm("botilbud-laengerevarende", ("botilbud-laengerevarende",)),
    origin={"contact": {"name": "Solsikken"}},
    fixed={"company": {"cvr": "99000015"}},
)
WHOLE = REPORT.steps
DRAFTED = EMPTY.with_draft(WHOLE)
APPROVED = replace(EMPTY, baseline=DRAFTED.content)


def case(state: SubmissionState, *keys: str, **content: Any) -> OpenCase:
    return OpenCase("case-1", state, initial=False, content={**{key: DRAFTED.content[key] for key in keys}, **content})


def slug_of(error: DomainError | None) -> str | None:
    return error.slug if error else None


def with_text(report: Report, text: str) -> Report:
    return report.with_draft({**report.draft, "values": {**WHOLE["values"], "values": text}})


def test_a_new_report_shows_what_the_tilbud_was_created_with() -> None:
    assert EMPTY.steps["contact"] == {"name": "Solsikken"}
    assert EMPTY.steps["company"] == {"cvr": "99000015"}
    assert EMPTY.steps["values"] == {}


def test_a_whole_example_blocks_nothing_and_is_sent_whole() -> None:
    assert blocking(DRAFTED) == []
    assert keys_to_send(DRAFTED, initial=True) == DRAFTED.keys
    assert DRAFTED.keys == STEP_KEYS


def test_a_draft_that_is_older_than_the_gate_is_sent_through_it() -> None:
    report = with_text(DRAFTED, "Ro\u00ad\u2028og\u00a0orden\u200b ")
    assert report.content_to_send("values")["values"] == "Ro\nog orden"


def test_what_awaits_hides_the_draft_and_what_is_returned_does_not() -> None:
    sent = {"values": {"values": "Sendt."}}
    awaiting = with_text(replace(APPROVED, cases=[case(SubmissionState.AWAITING, **sent)]), "Kladde.")
    assert awaiting.steps["values"] == {"values": "Sendt."}
    returned = with_text(replace(APPROVED, cases=[case(SubmissionState.RETURNED, **sent)]), "Kladde.")
    assert returned.steps["values"]["values"] == "Kladde."
    assert returned.with_draft({}).steps["values"] == {"values": "Sendt."}
    assert APPROVED.steps["values"] == WHOLE["values"]


def test_a_locked_department_hides_its_part_of_the_draft_only() -> None:
    parts = WHOLE["places"]["departments"]
    drafted = {"departments": {each: {**part, "vacancies": 1} for each, part in parts.items()}}
    report = replace(APPROVED, cases=[case(SubmissionState.AWAITING, "places/afd-1")]).with_draft({"places": drafted})
    shown = report.steps["places"]["departments"]
    assert (shown["afd-1"]["vacancies"], shown["afd-2"]["vacancies"]) == (parts["afd-1"]["vacancies"], 1)
    with pytest.raises(StepLocked, match="step-locked"):
        refuse_locked_changes(report, "places", drafted)
    refuse_locked_changes(report, "places", {"departments": {**drafted["departments"], "afd-1": parts["afd-1"]}})


def test_leaving_a_locked_department_out_is_a_change_of_it() -> None:
    report = replace(APPROVED, cases=[case(SubmissionState.AWAITING, "places/afd-1")])
    with pytest.raises(StepLocked, match="step-locked"):
        refuse_locked_changes(report, "places", {"departments": {}})


def test_only_what_differs_from_the_baseline_is_changed() -> None:
    assert changed_keys(APPROVED) == []
    assert changed_keys(with_text(APPROVED, "Nyt.")) == ["values"]
    assert changed_keys(with_text(APPROVED, f"  {WHOLE['values']['values']} ")) == []


def test_what_an_open_case_holds_is_left_out() -> None:
    report = with_text(replace(APPROVED, cases=[case(SubmissionState.RETURNED, "values")]), "Nyt.")
    assert edited_keys(report) == ["values"]
    assert keys_to_send(report, initial=False) == []
    assert slug_of(nothing_to_send(report, [], initial=False)) == "step-locked"


def test_nothing_edited_is_nothing_to_send() -> None:
    awaiting = replace(EMPTY, cases=[case(SubmissionState.AWAITING, *DRAFTED.keys)])
    for report in (APPROVED, awaiting):
        assert slug_of(nothing_to_send(report, [], initial=False)) == "nothing-changed"


def test_a_resubmission_holds_the_cases_own_keys() -> None:
    held = case(SubmissionState.RETURNED, "values", "places/afd-1")
    report = replace(APPROVED, cases=[held]).with_draft(
        {"values": {"values": "Nyt."}, "supplementary": {}, "places": WHOLE["places"]}
    )
    own = resubmitted(report, held)
    assert set(own.draft) == {"values", "places"}
    assert keys_to_resend(own, held) == ["values", "places/afd-1"]


def test_drafts_that_say_nothing_new_are_superfluous() -> None:
    assert superfluous_steps(DRAFTED) == [step for step in STEPS if not WHOLE[step]]
    assert set(superfluous_steps(replace(DRAFTED, baseline=APPROVED.baseline))) == set(STEPS)
    assert superfluous_steps(with_text(APPROVED, "Nyt.")) == []


def test_keys_come_in_the_order_of_the_form() -> None:
    keys = in_order(["values", "places/b", "places/a", "company"], steps_of("tilbud"))
    assert keys == ["company", "values", "places/a", "places/b"]


def test_no_is_an_answer_and_silence_is_not() -> None:
    assert answers({"viso": False, "ean": None, "note": " ", "rows": [], "group": {"name": ""}}) == {
        "viso": False,
        "rows": [],
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
DRAFTS = st.dictionaries(
    st.sampled_from(STEPS),
    st.dictionaries(st.sampled_from(["departments", "legal_bases", "primary_legal_basis", "values", "id"]), JSON),
    max_size=4,
)


@pytest.mark.fuzz
@given(DRAFTS)
def test_whatever_was_saved_can_be_shown_compared_and_refused(draft: dict[str, Any]) -> None:
    report = APPROVED.with_draft(draft)
    assert set(report.steps) == set(report.form.step_ids)
    assert set(report.content) == set(report.keys)
    for key in keys_to_send(report, initial=False):
        assert key in report.keys
        assert not report.same(key, report.baseline.get(key, {}), report.content[key])
    assert all(error.pointer.startswith("/") for error in blocking(report))
    assert set(superfluous_steps(report)) <= set(draft)


@given(
    DRAFTS,
    st.sets(st.sampled_from(DRAFTED.keys)),
    st.sampled_from([SubmissionState.AWAITING, SubmissionState.RETURNED]),
)
def test_a_key_of_an_open_case_is_never_sent_by_another(
    draft: dict[str, Any], keys: set[str], state: SubmissionState
) -> None:
    report = replace(APPROVED, cases=[case(state, *keys)]).with_draft(draft)
    assert not keys & set(keys_to_send(report, initial=False))
    if state is SubmissionState.AWAITING:
        plain = {key for key in keys if "/" not in key and key in report.keys}
        assert all(report.content[key] == report.cases[0].content[key] for key in plain)


def test_the_parts_of_a_step_are_the_parts_of_the_form() -> None:
    for step in STEPS:
        parts = split(DRAFTED.form, step, WHOLE[step], DRAFTED.departments)
        assert {key for key in DRAFTED.keys if parse_key(key)[0] == step} == set(parts)
