"""Saving steps of many subjects in one call: each row has its own outcome, and a bad one touches no other."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from chassis.database import Database
from chassis.errors import Conflict
from reports.actions.commands import log_action
from reports.bulk.commands import save_steps
from reports.bulk.schemas import RowOutcome, StepRow
from reports.testing.gardens import GARDEN_REPORTS
from reports.testing.scenario import OWNER, WHOLE, Client, Scenario
from web.auth import Principal

ROSA = Principal("rosa", "Rosa", OWNER, "Haveforeningen", "substantial", frozenset())
Plant = Callable[[str], Awaitable[Scenario]]


@pytest.fixture
def save_all(database: Database) -> Callable[[Sequence[StepRow]], Awaitable[list[RowOutcome]]]:
    """Save rows in one transaction."""

    async def save(rows: Sequence[StepRow]) -> list[RowOutcome]:
        async with database.begin() as session:
            return await save_steps(session, GARDEN_REPORTS, rows, ROSA)

    return save


async def row(client: Client, scenario: Scenario, step: str, data: dict[str, Any]) -> StepRow:
    """Return a row that builds on what the step is now."""
    shown = await client.get(f"{scenario.url}/draft/steps/{step}")
    return StepRow(scenario.garden_id, step, data, shown.headers.get("ETag"))


def statuses(outcomes: Sequence[RowOutcome]) -> list[tuple[str, str | None]]:
    return [(outcome.status.value, outcome.slug) for outcome in outcomes]


async def test_each_row_is_saved_unchanged_or_refused(
    owner: Client, scenario: Scenario, plant: Plant, save_all: Any
) -> None:
    lily, iris, mint = await plant("lily"), await plant("iris"), await plant("mint")
    await iris.change(owner="99000023")
    await mint.change(cleared=True)
    rows = [
        await row(owner, scenario, "garden", WHOLE["garden"]),
        await row(owner, lily, "garden", {"name": "Ny have"}),
        await row(owner, lily, "plants", {"departments": {"north": {"sown": "mange"}}}),
        StepRow("nowhere", "garden", WHOLE["garden"]),
        StepRow("iris", "garden", WHOLE["garden"]),
        StepRow("mint", "garden", WHOLE["garden"]),
        StepRow("rose", "pond", {}),
        StepRow("rose", "departments", WHOLE["departments"]),
        StepRow("lily", "departments", WHOLE["departments"], '"old"'),
        await row(owner, scenario, "departments", {"departments": []}),
    ]
    outcomes = await save_all(rows)
    assert [outcome.row for outcome in outcomes] == rows
    assert statuses(outcomes) == [
        ("saved", None),
        ("unchanged", None),
        ("refused", "invalid"),
        ("refused", "not-found"),
        ("refused", "not-found"),
        ("refused", "conflict"),
        ("refused", "not-found"),
        ("refused", "precondition-required"),
        ("refused", "stale"),
        ("saved", None),
    ]
    assert [error.pointer for error in outcomes[2].errors] == ["/departments/north/sown"]
    steps = (await scenario.get(owner, "/draft"))["steps"]
    assert {step["step"]: step["etag"] for step in steps if step["drafted"]} == {
        "garden": outcomes[0].etag,
        "departments": outcomes[9].etag,
    }
    assert (await lily.get(owner, "/draft"))["exists"] is False
    assert [item["what"] for item in (await scenario.get(owner, "/actions"))["items"]] == ["step-saved", "step-saved"]


async def test_the_same_rows_once_more_change_nothing(owner: Client, scenario: Scenario, save_all: Any) -> None:
    rows = [await row(owner, scenario, step, data) for step, data in WHOLE.items()]
    assert statuses(await save_all(rows)) == [("saved", None)] * 3
    before = await scenario.get(owner, "/draft")
    assert statuses(await save_all(rows)) == [("unchanged", None)] * 3
    assert await scenario.get(owner, "/draft") == before
    assert all(step["complete"] for step in before["steps"])


async def test_rows_about_one_subject_are_saved_one_upon_the_other(
    owner: Client, scenario: Scenario, save_all: Any
) -> None:
    first = await row(owner, scenario, "garden", {"name": "Først"})
    second = StepRow("rose", "garden", {"name": "Så"}, first.if_match)
    outcomes = await save_all([first, second])
    assert statuses(outcomes) == [("saved", None), ("refused", "stale")]
    third = StepRow("rose", "garden", {"name": "Så"}, outcomes[0].etag)
    assert statuses(await save_all([third])) == [("saved", None)]
    assert (await scenario.get(owner, "/draft/steps/garden"))["data"]["name"] == "Så"


async def test_what_awaits_approval_is_refused_and_the_rest_is_saved(
    owner: Client, scenario: Scenario, plant: Plant, save_all: Any
) -> None:
    await scenario.fill(owner)
    await scenario.submit(owner)
    lily = await plant("lily")
    locked = StepRow("rose", "garden", {"name": "En anden"})
    outcomes = await save_all([locked, await row(owner, lily, "garden", WHOLE["garden"])])
    assert statuses(outcomes) == [("refused", "step-locked"), ("saved", None)]
    assert [error.pointer for error in outcomes[0].errors] == ["/garden"]


async def test_a_fault_is_no_refusal_and_ends_all_of_it(
    owner: Client, scenario: Scenario, plant: Plant, save_all: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        await row(owner, scenario, "garden", WHOLE["garden"]),
        await row(owner, await plant("tulip"), "garden", WHOLE["garden"]),
    ]
    lock = GARDEN_REPORTS.lock

    async def broken(session: Any, subject_id: str) -> Any:
        if subject_id == "tulip":
            raise RuntimeError("the disk is gone")
        return await lock(session, subject_id)

    monkeypatch.setattr(GARDEN_REPORTS, "lock", broken)
    with pytest.raises(RuntimeError):
        await save_all(rows)
    assert (await scenario.get(owner, "/draft"))["exists"] is False


async def test_a_row_that_is_refused_late_leaves_nothing_behind(
    owner: Client, scenario: Scenario, plant: Plant, save_all: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lily = await plant("lily")
    rows = [await row(owner, garden, "garden", WHOLE["garden"]) for garden in (lily, scenario)]

    def refusing(session: Any, tables: Any, subject_id: str, *what: Any, **details: Any) -> None:
        if subject_id == "lily":
            raise Conflict
        log_action(session, tables, subject_id, *what, **details)

    monkeypatch.setattr("reports.drafts.commands.log_action", refusing)
    assert statuses(await save_all(rows)) == [("refused", "conflict"), ("saved", None)]
    assert (await lily.get(owner, "/draft"))["exists"] is False
    assert (await scenario.get(owner, "/draft"))["exists"] is True


async def test_two_calls_in_other_orders_do_not_deadlock(
    owner: Client, scenario: Scenario, plant: Plant, save_all: Any
) -> None:
    gardens = [scenario, await plant("lily"), await plant("iris"), await plant("tulip")]
    rows = [await row(owner, garden, "garden", WHOLE["garden"]) for garden in gardens]
    first, second = await asyncio.gather(save_all(rows), save_all(rows[::-1]))
    assert sorted({statuses(first)[0], statuses(second)[0]}) == [("saved", None), ("unchanged", None)]
    assert len(set(statuses(first))) == len(set(statuses(second))) == 1
