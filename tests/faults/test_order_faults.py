"""Several cases of one tilbud, their events delivered in every order: the newer content stands everywhere.

The events are made by the services themselves, through their APIs. Then each reader gets them again, from where it
stood before: in every order while these are few, else in as many as the scale says, half of them as Kafka could
deliver them and half as it never would; with repeats and republished copies, which come after what they repeat.
"""

import asyncio
import itertools
import json
import math
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from order_country import COLLEAGUE, OFFICER, country
from order_readers import READERS, Seen, comparable
from order_reports import Reports
from scale import Scale
from sqlalchemy import text
from walk.way import example

from chassis.ids import uuid7
from chassis.subscriptions import Record
from contracts.events import CaseApproved

# A scale of 50 messages is one order.
ORDERS_IN = 50
PER_DEPARTMENT = ("target-groups", "interventions", "places", "staffing")
Story = Callable[[Reports], Awaitable[None]]


async def one_after_the_other(reports: Reports) -> None:
    """The second case changes again what the first has changed."""
    await reports.edit("values", values="Vi ser mennesket først.")
    await reports.edit("places/afd-1", waiting_time_weeks=1)
    await reports.send("A")
    await reports.approve("A")
    await reports.edit("values", values="Vi ser mennesket, altid.")
    await reports.send("B")
    await reports.country.reporting_is_done()
    await reports.approve("B")


async def older_approved_later(reports: Reports) -> None:
    """The first case gives a new name; the second, sent with the old one, is approved before it."""
    await _name_and_values(reports)
    await reports.approve("B")
    await reports.approve("A")


async def newer_approved_later(reports: Reports) -> None:
    """The second case was sent before the first one's name was approved, and does not bring the old name back."""
    await _name_and_values(reports)
    await reports.approve("A")
    await reports.approve("B")


async def _name_and_values(reports: Reports) -> None:
    await reports.edit("contact", name="Kornmarken", phone="98111111")
    await reports.send("A")
    await reports.edit("values", values="Vi ser mennesket først.")
    await reports.send("B")
    await reports.country.reporting_is_done()


async def company_and_contact(reports: Reports) -> None:
    """What identifies the tilbud stands in two steps, and each is as new as its own case."""
    bases = ["botilbud-laengerevarende", "botilbud-midlertidigt"]
    await reports.edit("company", legal_bases=bases)
    await reports.send("A")
    await reports.edit("contact", name="Kornmarken")
    await reports.send("B")
    await reports.country.reporting_is_done()
    await reports.approve("B")
    await reports.approve("A")


async def both_hold_the_same_step(reports: Reports) -> None:
    """A lock was lifted by hand, so that two cases hold the same steps, and the older one is approved last."""
    await reports.edit("values", values="Det gamle.")
    await reports.edit("places/afd-1", waiting_time_weeks=1)
    await reports.send("A")
    async with reports.country.services["reporting"].database.begin() as session:
        await session.execute(text("DELETE FROM step_locks"))
        await session.execute(text("UPDATE submissions SET state = 'closed' WHERE number = 2"))
    await reports.edit("values", values="Det nye.")
    await reports.edit("places/afd-1", waiting_time_weeks=2)
    assert await reports.send("B") == ["values", "places/afd-1"]
    async with reports.country.services["reporting"].database.begin() as session:
        await session.execute(text("UPDATE submissions SET state = 'awaiting' WHERE number = 2"))
    await reports.country.reporting_is_done()
    await reports.approve("B")
    await reports.approve("A")


async def department_removed(reports: Reports) -> None:
    """The second case takes a department away that the first one, approved later, still reports about."""
    await reports.edit("places/afd-1", waiting_time_weeks=1)
    await reports.edit("places/afd-2", waiting_time_weeks=2)
    await reports.send("A")
    await _remove(reports, "afd-2")
    await reports.send("B")
    await reports.country.reporting_is_done()
    await reports.approve("B")
    await reports.approve("A")


async def department_comes_back(reports: Reports) -> None:
    """A department is taken away, and comes back with another content under the same id."""
    await _remove(reports, "afd-2")
    await reports.send("A")
    await reports.approve("A")
    for step in ("departments", *PER_DEPARTMENT):
        await reports.save(step, example(f"steps/{step}"))
    await reports.edit("places/afd-2", waiting_time_weeks=2)
    sent = await reports.send("B")
    assert set(sent) == {"departments", *(f"{step}/afd-2" for step in PER_DEPARTMENT)}
    await reports.country.reporting_is_done()
    await reports.approve("B")


async def closed_between(reports: Reports) -> None:
    """The first case is returned and given up; its content is never approved."""
    await reports.edit("values", values="Opgivet.")
    await reports.send("A")
    await reports.send_back("A", "values")
    await reports.close("A")
    await reports.edit("values", values="Godkendt.")
    await reports.send("B")
    await reports.country.reporting_is_done()
    await reports.approve("B")


async def sent_again_between(reports: Reports) -> None:
    """The first case is returned, the second approved, then the first is corrected and approved."""
    await reports.edit("values", values="Først.")
    await reports.edit("contact", name="Kornmarken")
    await reports.send("A")
    await reports.edit("places/afd-1", waiting_time_weeks=1)
    await reports.send("B")
    await reports.send_back("A", "values")
    await reports.approve("B")
    await reports.edit("values", values="Så.")
    await reports.send_again("A")
    await reports.country.reporting_is_done()
    await reports.approve("A")


async def tilsyn_between(reports: Reports) -> None:
    """The tilbud is not public for a while, and then again; the last tilsyn corrects itself."""
    await _two_cases(reports)
    await reports.approve("A")
    await reports.tilsyn("second", "not-approved", "2026-10-05")
    await reports.approve("B")
    await reports.tilsyn("third", "not-approved", "2026-10-06")
    await reports.tilsyn("third", "approved-with-conditions", "2026-10-06", version=2)


async def ceased_between(reports: Reports) -> None:
    """The tilbud ceases while a case waits; the day is told wrong first."""
    await _two_cases(reports)
    await reports.approve("A")
    await reports.cease("2026-11-01")
    await reports.approve("B")
    await reports.cease("2026-10-31")


async def vacancies_between(reports: Reports) -> None:
    """The fast lane tells vacancies, twice, while a case about the same places waits."""
    await reports.edit("places/afd-1", waiting_time_weeks=1)
    await reports.send("A")
    await reports.vacancies(afd_1=1, afd_2=0)
    await reports.vacancies(afd_1=0, afd_2=1)
    await reports.edit("values", values="Vi ser mennesket først.")
    await reports.send("B")
    await reports.country.reporting_is_done()
    await reports.approve("A")
    await reports.approve("B")


async def moved_away(reports: Reports) -> None:
    """The first case moves the tilbud to another authority, which so gets the second one too."""
    address = {"street": "Vesterbro 1", "postcode": "5000", "city": "Odense C", "municipality": "0461"}
    await reports.edit("contact", address=address)
    await reports.send("A")
    await reports.edit("values", values="Vi ser mennesket først.")
    await reports.send("B")
    await reports.country.reporting_is_done()
    await reports.approve("A", who="officer-syd")
    await reports.approve("B", who="officer-syd")


async def at_the_same_moment(reports: Reports) -> None:
    """Two officers press Indsend at once, each for one of the cases."""
    await _two_cases(reports)
    tags = [await reports.decide("A"), await reports.decide("B", who=COLLEAGUE)]
    approval = reports.country.services["approval"]
    async with approval.database.begin() as session:
        await session.execute(text("SELECT 1 FROM tilbud WHERE id = :id FOR UPDATE"), {"id": reports.tilbud_id})
        answers = asyncio.gather(
            reports.conclude("A", tags[0], who=OFFICER), reports.conclude("B", tags[1], who=COLLEAGUE)
        )
        while (await approval.rows(WAITING))[0]["waiting"] < len(tags):
            await asyncio.sleep(0.01)
    assert [answer.json()["outcome"] for answer in await answers] == ["approved", "approved"]
    await reports.country.carry()
    approved = [record for record in reports.country.told[reports.country.reported :] if _case_of(record)]
    numbers = [_header(record, "ce_sequence") for record in approved]
    assert len(set(numbers)) == len(tags)
    assert numbers == sorted(numbers, key=int)


WAITING = """SELECT count(*) AS waiting FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'"""


async def _remove(reports: Reports, department: str) -> None:
    rows = [row for row in example("steps/departments")["departments"] if row["id"] != department]
    await reports.save("departments", {"departments": rows})


async def _two_cases(reports: Reports) -> None:
    await reports.edit("values", values="Vi ser mennesket først.")
    await reports.edit("places/afd-2", waiting_time_weeks=2)
    await reports.send("A")
    await reports.edit("contact", name="Kornmarken")
    await reports.edit("places/afd-1", waiting_time_weeks=1)
    await reports.send("B")
    await reports.country.reporting_is_done()


STORIES: tuple[Story, ...] = (
    one_after_the_other,
    older_approved_later,
    newer_approved_later,
    company_and_contact,
    both_hold_the_same_step,
    department_removed,
    department_comes_back,
    closed_between,
    sent_again_between,
    tilsyn_between,
    ceased_between,
    vacancies_between,
    moved_away,
    at_the_same_moment,
)


@pytest.fixture(scope="module")
async def home(postgres: Any, identity: Any) -> AsyncIterator[Reports]:
    """A public tilbud, which every story starts from."""
    async with country(postgres, identity) as opened:
        reports = Reports(opened)
        await reports.create("Kornblomsten")
        await reports.fill("Kornblomsten")
        await reports.send("first")
        await reports.approve("first")
        await reports.tilsyn("first", "approved", "2026-10-01")
        await opened.remember("home")
        yield reports


@pytest.fixture
async def reports(home: Reports) -> Reports:
    """The public tilbud as it was before any story."""
    await home.country.recall("home")
    start = next(place for place, record in enumerate(home.country.told) if "publication.tilbud" in record.topic)
    del home.country.told[start + 1 :]
    return home


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_the_newer_content_stands(reports: Reports, story: Story, scale: Scale) -> None:
    country, chance = reports.country, random.Random(scale.seed)
    start = len(country.told)
    await story(reports)
    assert await country.no_dead_letters()
    for name, see in READERS.items():
        service = country.services[name]
        beginning, heard = ("reported", country.reported) if name == "reporting" else ("home", start)
        seen = comparable(await see(country, reports.tilbud_id))
        check(name, seen, country.told)
        news = [record for record in country.told[heard:] if service.wants(record)]
        for order in orders(news, chance, max(1, scale.size // ORDERS_IN)):
            await service.recall(beginning)
            await service.hear(*with_copies(order, country.told[:heard], chance))
            found = comparable(await see(country, reports.tilbud_id))
            assert found == seen, f"{name} heard {' → '.join(map(describe, order))}"
            assert await service.dead() == []


def check(reader: str, seen: Seen, told: Sequence[Record]) -> None:
    """Hold what a service shows against the events: for each step, the approved case with the highest number."""
    approved = sorted((case for record in told if (case := _case_of(record))), key=lambda case: case.number)
    content = {step.key: step.data for case in approved for step in case.steps}
    if seen.get("content"):
        wrong = [key for key in content if not shows(seen["content"], key, content)]
        assert wrong == [], f"{reader} does not show the newest"
    if "name" in seen and seen["name"] is not None:
        assert seen["name"] == content["contact"]["name"], reader


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


def orders(news: Sequence[Record], chance: random.Random, most: int) -> Iterator[list[Record]]:
    """Give every order where there are no more than ``most``, else so many of them."""
    if math.factorial(len(news)) <= most:
        yield from map(list, itertools.permutations(news))
        return
    yield list(reversed(news))
    for number in range(most):
        yield interleaved(news, chance) if number % 2 else chance.sample(news, len(news))


def interleaved(news: Sequence[Record], chance: random.Random) -> list[Record]:
    """Keep the order within each topic, as Kafka does for one key."""
    waiting = defaultdict(list)
    for record in news:
        waiting[record.topic].append(record)
    topics = [record.topic for record in news]
    chance.shuffle(topics)
    return [waiting[topic].pop(0) for topic in topics]


def with_copies(order: Sequence[Record], old: Sequence[Record], chance: random.Random) -> list[Record]:
    """Put repeats and republished copies behind what they repeat, and those of what was heard long ago anywhere."""
    heard = list(order)
    for record in [*order, *chance.sample(old, len(old) // 3)]:
        first = heard.index(record) + 1 if record in heard else 0
        for copy in chance.sample([record, republished(record)], chance.randint(0, 2)):
            heard.insert(chance.randint(first, len(heard)), copy)
    return heard


def republished(record: Record) -> Record:
    """Return the same fact as ``republish`` tells it: with a new id, and marked."""
    headers = [(name, uuid7().encode() if name == "ce_id" else value) for name, value in record.headers]
    value = record.value and json.dumps(json.loads(record.value) | {"republished": True}).encode()
    return replace(record, headers=headers, value=value)


def describe(record: Record) -> str:
    """Return the name of a fact, with what tells it from the others of its kind."""
    data = json.loads(record.value or b"{}")
    which = [str(data[name]) for name in ("number", "revision", "version", "decision") if name in data]
    return " ".join([_header(record, "ce_type").split(".")[-2], *which])


def _case_of(record: Record) -> CaseApproved | None:
    is_one = _header(record, "ce_type") == CaseApproved.ce_type
    return CaseApproved.model_validate_json(record.value or b"") if is_one else None


def _header(record: Record, name: str) -> str:
    return next((value.decode() for key, value in record.headers if key == name), "")
