"""A later version of the form leaves what is under way as it was, and a new report says what is new (R35)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from chassis.clock import today
from contracts.form import Audience, Field, FieldType, Purpose
from contracts.form.definition import ALWAYS
from reports.testing import gardens
from reports.testing.scenario import WHOLE, Client, Scenario

WEEK = timedelta(days=7)
POND = Field(
    id="pond",
    label="Er der en dam?",
    help="Findes kun i prøver.",
    type=FieldType.BOOLEAN,
    purpose=Purpose.VISITATION,
    audience=Audience.PUBLIC,
    legal_source="Findes kun i prøver",
    mandatory=ALWAYS,
    valid_from=today(),
)
NEW = [{"path": "/pond", "label": "Er der en dam?", "since": today().isoformat()}]


@pytest.fixture
def later_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """From today on the form asks for the pond, and it has to be answered."""
    garden, *others = gardens.all_steps()
    asked = garden.model_copy(update={"fields": (*garden.fields, POND)})
    monkeypatch.setattr(gardens, "all_steps", lambda: (asked, *others))


async def a_week_passes(scenario: Scenario) -> date:
    """Let everything have happened a week earlier, and return the day it happened on then."""
    async with scenario.database.begin() as session:
        await session.execute(text("UPDATE drafts SET started_at = started_at - interval '7 days'"))
        await session.execute(text("UPDATE submissions SET sent_at = sent_at - interval '7 days'"))
    return today() - WEEK


@pytest.mark.usefixtures("later_form")
async def test_a_draft_goes_on_with_the_form_that_it_was_begun_with(owner: Client, scenario: Scenario) -> None:
    await scenario.save(owner, "garden", WHOLE["garden"])
    assert not (await scenario.get(owner, "/draft/steps/garden"))["complete"]
    begun = await a_week_passes(scenario)
    shown = await scenario.get(owner, "/draft")
    assert shown["form_day"] == begun.isoformat()
    garden = await scenario.get(owner, "/draft/steps/garden")
    assert (garden["complete"], garden["new_fields"]) == (True, [])
    for step in ("departments", "plants"):
        await scenario.save(owner, step, WHOLE[step])
    await scenario.submit(owner)


@pytest.mark.usefixtures("later_form")
async def test_a_new_report_says_what_is_new(owner: Client, scenario: Scenario) -> None:
    await scenario.edit(owner, "garden", **WHOLE["garden"], pond=False)
    for step in ("departments", "plants"):
        await scenario.save(owner, step, WHOLE[step])
    first = await scenario.submit(owner)
    await scenario.approve(first["id"])
    assert (await scenario.get(owner, "/draft/steps/garden"))["new_fields"] == []
    await a_week_passes(scenario)
    assert (await scenario.get(owner, "/draft/steps/garden"))["new_fields"] == NEW
    steps = (await scenario.get(owner, "/draft"))["steps"]
    assert {each["step"]: each["new_fields"] for each in steps} == {"garden": 1, "departments": 0, "plants": 0}


async def test_an_open_case_keeps_the_questions_that_it_was_sent_with(
    owner: Client, scenario: Scenario, request: pytest.FixtureRequest
) -> None:
    await scenario.fill(owner)
    case = (await scenario.submit(owner))["id"]
    sent = await a_week_passes(scenario)
    request.getfixturevalue("later_form")
    await scenario.return_case(case, "garden")
    shown = await scenario.get(owner, "/draft")
    assert {each["form_day"] for each in shown["steps"]} == {sent.isoformat()}
    assert (await scenario.edit(owner, "garden", name="Et andet navn")).json()["complete"]
    answer = await owner.post(f"{scenario.url}/submissions/{case}/resubmission")
    assert answer.status_code == 200
    await scenario.approve(case)
    # What is reported next is asked the new question.
    assert not (await scenario.get(owner, "/draft/steps/garden"))["complete"]
