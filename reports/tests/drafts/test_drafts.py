"""Drafts: prefilled, saved step by step with ETags, replaced by a new start, brought back."""

import asyncio

import pytest
from sqlalchemy import text

from chassis.database import Database
from reports.drafts.commands import forget_replaced
from reports.testing.gardens import GARDEN_REPORTS
from reports.testing.scenario import WHOLE, Client, Scenario


async def test_a_new_report_shows_what_the_subject_was_created_with(owner: Client, scenario: Scenario) -> None:
    shown = await scenario.get(owner, "/draft/steps/garden")
    assert shown["data"] == {"name": "Ny have", "plot": "7rose"}
    assert (await scenario.get(owner, "/draft"))["exists"] is False


async def test_what_is_not_complete_is_saved_and_says_why(owner: Client, scenario: Scenario) -> None:
    saved = (await scenario.save(owner, "garden", {"name": ""})).json()
    assert (saved["complete"], saved["saved_by"]["name"]) == (False, "Rosa")
    assert [(error["pointer"], error["code"]) for error in saved["errors"]] == [("/name", "missing")]
    blocked = await scenario.get(owner, "/draft/steps/plants")
    assert blocked["blocked_by"] == ["departments"]


async def test_what_nobody_types_stays_as_it_is(owner: Client, scenario: Scenario) -> None:
    saved = await scenario.save(owner, "garden", {"name": "Rosenhaven", "plot": "en anden"})
    assert saved.json()["data"] == {"name": "Rosenhaven", "plot": "7rose"}


async def test_a_save_needs_the_etag_of_what_it_builds_on(owner: Client, scenario: Scenario) -> None:
    url = f"{scenario.url}/draft/steps/garden"
    tag = {"If-Match": (await owner.get(url)).headers["ETag"]}
    assert (await owner.put(url, json=WHOLE["garden"])).status_code == 428
    answers = await asyncio.gather(*(owner.put(url, json=WHOLE["garden"], headers=tag) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_two_reporters_of_two_steps_do_not_meet(owner: Client, colleague: Client, scenario: Scenario) -> None:
    answers = await asyncio.gather(
        scenario.save(owner, "garden", WHOLE["garden"]),
        scenario.save(colleague, "departments", WHOLE["departments"]),
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    steps = (await scenario.get(owner, "/draft"))["steps"]
    assert {step["step"]: step["saved_by"]["name"] for step in steps if step["drafted"]} == {
        "garden": "Rosa",
        "departments": "Tim",
    }


@pytest.mark.parametrize(
    ("step", "data", "pointer", "code"),
    [
        ("garden", {"pond": 1}, "/pond", "unknown-field"),
        ("garden", {"name": 7}, "/name", "wrong-type"),
        ("plants", {"departments": {"north": {"sown": ["to"]}}}, "/departments/north/sown", "wrong-type"),
    ],
)
async def test_what_has_not_the_shape_of_the_step_is_refused(
    owner: Client, scenario: Scenario, step: str, data: dict[str, object], pointer: str, code: str
) -> None:
    refused = await scenario.save(owner, step, data)
    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [(pointer, code)]
    assert (await scenario.get(owner, "/draft"))["exists"] is False


async def test_the_form_follows_what_is_reported(owner: Client, scenario: Scenario) -> None:
    assert [step["step"] for step in (await scenario.get(owner, "/draft"))["steps"]][-1] == "plants"
    await scenario.save(owner, "garden", {"name": "Brakhaven", "fallow": True})
    assert [step["step"] for step in (await scenario.get(owner, "/draft"))["steps"]] == ["garden", "departments"]
    assert (await owner.get(f"{scenario.url}/draft/steps/plants")).status_code == 404


async def test_a_new_start_replaces_the_draft_at_the_first_save_and_can_be_taken_back(
    owner: Client, colleague: Client, scenario: Scenario
) -> None:
    await scenario.fill(owner)
    draft = f"{scenario.url}/draft"
    started = (await owner.post(draft, json={"start": "new"})).json()
    assert (started["exists"], started["starting_over"]) == (True, True)
    assert (await scenario.get(colleague, "/draft/steps/garden"))["data"]["name"] == "Rosenhaven"
    await scenario.save(owner, "garden", {"name": "Forfra"})
    steps = (await scenario.get(colleague, "/draft"))["steps"]
    assert [step["step"] for step in steps if step["drafted"]] == ["garden"]
    for name in ("Rosenhaven", "Forfra"):
        restored = await owner.post(f"{draft}/restoration")
        assert restored.status_code == 200
        assert (await scenario.get(owner, "/draft/steps/garden"))["data"]["name"] == name


async def test_a_save_of_a_colleague_voids_a_new_start(owner: Client, colleague: Client, scenario: Scenario) -> None:
    await scenario.fill(owner)
    await owner.post(f"{scenario.url}/draft", json={"start": "new"})
    await scenario.edit(colleague, "garden", name="Tims have")
    shown = await scenario.get(owner, "/draft")
    assert shown["starting_over"] is False
    assert (await scenario.get(owner, "/draft/steps/garden"))["data"]["name"] == "Tims have"


async def test_a_replaced_draft_is_forgotten_after_thirty_days(
    owner: Client, scenario: Scenario, database: Database
) -> None:
    await scenario.fill(owner)
    await owner.post(f"{scenario.url}/draft", json={"start": "new"})
    await scenario.save(owner, "garden", {"name": "Forfra"})
    async with database.begin() as session:
        aged = "UPDATE drafts SET replaced_at = now() - interval '31 days' WHERE replaced_at IS NOT NULL"
        await session.execute(text(aged))
    refused = await owner.post(f"{scenario.url}/draft/restoration")
    assert (refused.status_code, refused.json()["detail"]) == (409, "Der er ingen erstattet kladde at hente tilbage.")
    await forget_replaced(database, GARDEN_REPORTS.tables)
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM drafts")) == 1


async def test_only_who_reports_sees_the_draft(
    neighbour: Client, outsider: Client, officer: Client, scenario: Scenario
) -> None:
    for client, draft, history in ((neighbour, 404, 404), (outsider, 403, 200), (officer, 200, 200)):
        assert (await client.get(f"{scenario.url}/draft")).status_code == draft
        assert (await client.get(f"{scenario.url}/history")).status_code == history
    on_behalf = (await scenario.save(officer, "garden", WHOLE["garden"])).json()["saved_by"]
    assert (on_behalf["name"], on_behalf["authority"]) == ("Olga", "socialtilsyn-nord")


async def test_nothing_is_reported_on_a_subject_that_is_over(owner: Client, scenario: Scenario) -> None:
    await scenario.change(cleared=True)
    assert (await scenario.save(owner, "garden", WHOLE["garden"])).status_code == 409
    assert (await owner.post(f"{scenario.url}/draft", json={"start": "continue"})).status_code == 409
    assert (await owner.get(f"{scenario.url}/draft")).status_code == 200
