"""The baseline as of any moment, and what is reported now beside it."""

from typing import Any

from reports.baseline.queries import view_baseline
from reports.testing.gardens import GARDEN_REPORTS
from reports.testing.scenario import WHOLE, Client, Scenario


async def baseline(scenario: Scenario, as_of: Any = None) -> Any:
    """Return the approved data of the garden."""
    async with scenario.database.read() as session:
        return await view_baseline(session, GARDEN_REPORTS, await scenario.garden(), as_of)


async def test_before_the_first_approval_there_is_nothing(owner: Client, scenario: Scenario) -> None:
    await scenario.fill(owner)
    await scenario.submit(owner)
    shown = await baseline(scenario)
    assert (shown.version, shown.approved_at, shown.steps) == (0, None, {})


async def test_the_approved_data_can_be_read_as_of_any_moment(owner: Client, scenario: Scenario) -> None:
    await scenario.fill(owner)
    between = await scenario.approve((await scenario.submit(owner))["id"])
    await scenario.edit(owner, "garden", name="Liljehaven")
    await scenario.approve((await scenario.submit(owner))["id"])
    names = [(shown.version, shown.steps["garden"]["name"]) for shown in (await baseline(scenario, between),)]
    assert names == [(1, "Rosenhaven")]
    now = await baseline(scenario)
    assert (now.version, now.steps["garden"]["name"]) == (2, "Liljehaven")
    assert now.steps["plants"]["departments"]["north"]["plants"] == WHOLE["plants"]["departments"]["north"]["plants"]


async def test_old_and_new_stand_beside_each_other_by_what_rows_are_about(owner: Client, scenario: Scenario) -> None:
    await scenario.approved(owner)
    parts = WHOLE["plants"]["departments"]
    north = {**parts["north"], "plants": [{"name": "Lilje"}, {"name": "Rose", "height": 90}, {"name": "Iris"}]}
    await scenario.save(owner, "plants", {"departments": {**parts, "north": north}})
    await scenario.edit(owner, "garden", keeper="Ruth")
    summary = await scenario.get(owner, "/draft/summary")
    keys = {key["step"]: key for step in summary["steps"] for key in step["keys"]}
    # The lily has only moved, and the rose is compared with the rose.
    changes = [
        (each["row"]["label"], each["row"]["status"], each["old"], each["new"])
        for each in keys["plants/north"]["changes"]
    ]
    assert changes == [("Rose", "kept", 80, 90), ("Iris", "added", None, "Iris")]
    assert keys["plants/south"]["changed"] is False
    (person,) = keys["garden"]["changes"]
    assert (person["personal"], person["old"], person["new"]) == (True, None, None)
    assert summary["sends"] == ["garden", "plants/north"]
    assert summary["can_submit"] is True
