"""The baseline as of any moment."""

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
