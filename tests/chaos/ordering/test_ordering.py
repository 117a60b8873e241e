"""Several cases of one tilbud, their events delivered in every order: the newer content stands everywhere.

The events are made by the services themselves, through their APIs. Then each reader gets them again, from where it
stood before: in every order while these are few, else in as many as the scale says, half of them as Kafka could
deliver them and half as it never would; with repeats and republished copies, which come after what they repeat.
"""

import random
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from chassis.subscriptions import Record
from tests.chaos.ordering.actions import TilbudActions
from tests.chaos.ordering.deliveries import describe, orders, with_copies
from tests.chaos.ordering.scenarios import SCENARIOS, Scenario, approved_case
from tests.chaos.ordering.system import in_process_system
from tests.chaos.ordering.views import VIEWS, View, comparable
from tests.chaos.scale import Scale

# A scale of 50 messages is one order.
SIZE_PER_ORDER = 50


@pytest.fixture(scope="module")
async def public_tilbud(postgres: Any, identity: Any) -> AsyncIterator[TilbudActions]:
    """A public tilbud, which every scenario starts from."""
    async with in_process_system(postgres, identity) as system:
        actions = TilbudActions(system)
        await actions.create("Kornblomsten")
        await actions.fill("Kornblomsten")
        await actions.send("first")
        await actions.approve("first")
        await actions.tilsyn("first", "approved", "2026-10-01")
        await system.save("start")
        yield actions


@pytest.fixture
async def actions(public_tilbud: TilbudActions) -> TilbudActions:
    """The public tilbud as it was before any scenario."""
    system = public_tilbud.system
    await system.restore("start")
    last = next(index for index, record in enumerate(system.published) if "publication.tilbud" in record.topic)
    del system.published[last + 1 :]
    return public_tilbud


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_the_newer_content_stands(actions: TilbudActions, scenario: Scenario, scale: Scale) -> None:
    system, chance = actions.system, random.Random(scale.seed)
    before = len(system.published)
    await scenario(actions)
    assert await system.no_dead_letters()
    for name, view_of in VIEWS.items():
        service = system.services[name]
        start, consumed = ("last_command", system.reporting_consumed) if name == "reporting" else ("start", before)
        view = comparable(await view_of(system, actions.tilbud_id))
        check(name, view, system.published)
        events = [record for record in system.published[consumed:] if service.handles(record)]
        for order in orders(events, chance, max(1, scale.size // SIZE_PER_ORDER)):
            await service.restore(start)
            await service.consume(*with_copies(order, system.published[:consumed], chance))
            found = comparable(await view_of(system, actions.tilbud_id))
            assert found == view, f"{name} consumed {' → '.join(map(describe, order))}"
            assert await service.dead_letters() == []


def check(service: str, view: View, published: Sequence[Record]) -> None:
    """Compare what a service shows with the events: for each step, the approved case with the highest number."""
    approved = sorted((case for record in published if (case := approved_case(record))), key=lambda case: case.number)
    content = {step.key: step.data for case in approved for step in case.steps}
    if view.get("content"):
        wrong = [key for key in content if not shows(view["content"], key, content)]
        assert wrong == [], f"{service} does not show the newest"
    if "name" in view and view["name"] is not None:
        assert view["name"] == content["contact"]["name"], service


def shows(whole: dict[str, Any], key: str, content: dict[str, Any]) -> bool:
    """Return whether the fields that are shown of a step say what was approved; a removed department shows nothing.

    Vacancies have a lane of their own.
    """
    step, _, department = key.partition("/")
    listed = {row["id"] for row in content["departments"]["departments"]}
    if department and department not in listed:
        return department not in whole[step]["departments"]
    part = whole[step]["departments"][department] if department else whole[step]
    return is_part({name: value for name, value in part.items() if name != "vacancies"}, content[key])


def is_part(shown: Any, approved: Any) -> bool:
    """Return whether everything that is shown was approved; the public does not see every field."""
    if isinstance(shown, dict):
        return isinstance(approved, dict) and all(is_part(each, approved.get(name)) for name, each in shown.items())
    if isinstance(shown, list):
        return len(shown) == len(approved) and all(map(is_part, shown, approved))
    return bool(shown == approved)
