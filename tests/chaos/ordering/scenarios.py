"""What happens to two cases of one tilbud, each in an order of its own."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import text

from chassis.subscriptions import Record
from contracts.events import CaseApproved
from tests.chaos.ordering.actions import TilbudActions
from tests.chaos.ordering.system import COLLEAGUE, OFFICER, header
from tests.e2e.scenario import REPORT, example

PER_DEPARTMENT = tuple(step.id for step in REPORT.form.steps if step.per_department)
Scenario = Callable[[TilbudActions], Awaitable[None]]


async def one_after_the_other(actions: TilbudActions) -> None:
    """The second case changes again what the first has changed."""
    await actions.edit("values", values="Vi ser mennesket først.")
    await actions.edit("places/afd-1", waiting_time_weeks=1)
    await actions.send("A")
    await actions.approve("A")
    await actions.edit("values", values="Vi ser mennesket, altid.")
    await actions.send("B")
    await actions.system.end_of_commands_to_reporting()
    await actions.approve("B")


async def older_approved_later(actions: TilbudActions) -> None:
    """The first case gives a new name; the second, sent with the old one, is approved before it."""
    await _name_and_values(actions)
    await actions.approve("B")
    await actions.approve("A")


async def newer_approved_later(actions: TilbudActions) -> None:
    """The second case was sent before the first one's name was approved, and does not bring the old name back."""
    await _name_and_values(actions)
    await actions.approve("A")
    await actions.approve("B")


async def _name_and_values(actions: TilbudActions) -> None:
    await actions.edit("contact", name="Kornmarken", phone="98111111")
    await actions.send("A")
    await actions.edit("values", values="Vi ser mennesket først.")
    await actions.send("B")
    await actions.system.end_of_commands_to_reporting()


async def company_and_contact(actions: TilbudActions) -> None:
    """What identifies the tilbud stands in two steps, and each is as new as its own case."""
    bases = ["botilbud-laengerevarende", "botilbud-midlertidigt"]
    await actions.edit("company", legal_bases=bases)
    await actions.send("A")
    await actions.edit("contact", name="Kornmarken")
    await actions.send("B")
    await actions.system.end_of_commands_to_reporting()
    await actions.approve("B")
    await actions.approve("A")


async def both_hold_the_same_step(actions: TilbudActions) -> None:
    """A lock was lifted by hand, so that two cases hold the same steps, and the older one is approved last."""
    await actions.edit("values", values="Det gamle.")
    await actions.edit("places/afd-1", waiting_time_weeks=1)
    await actions.send("A")
    async with actions.system.services["reporting"].database.begin() as session:
        await session.execute(text("DELETE FROM step_locks"))
        await session.execute(text("UPDATE submissions SET state = 'closed' WHERE number = 2"))
    await actions.edit("values", values="Det nye.")
    await actions.edit("places/afd-1", waiting_time_weeks=2)
    assert await actions.send("B") == ["values", "places/afd-1"]
    async with actions.system.services["reporting"].database.begin() as session:
        await session.execute(text("UPDATE submissions SET state = 'awaiting' WHERE number = 2"))
    await actions.system.end_of_commands_to_reporting()
    await actions.approve("B")
    await actions.approve("A")


async def department_removed(actions: TilbudActions) -> None:
    """The second case takes a department away that the first one, approved later, still actions about."""
    await actions.edit("places/afd-1", waiting_time_weeks=1)
    await actions.edit("places/afd-2", waiting_time_weeks=2)
    await actions.send("A")
    await _remove(actions, "afd-2")
    await actions.send("B")
    await actions.system.end_of_commands_to_reporting()
    await actions.approve("B")
    await actions.approve("A")


async def department_comes_back(actions: TilbudActions) -> None:
    """A department is taken away, and comes back with another content under the same id."""
    await _remove(actions, "afd-2")
    await actions.send("A")
    await actions.approve("A")
    for step in ("departments", *PER_DEPARTMENT):
        await actions.save(step, example(f"steps/{step}"))
    await actions.edit("places/afd-2", waiting_time_weeks=2)
    sent = await actions.send("B")
    assert set(sent) == {"departments", *(f"{step}/afd-2" for step in PER_DEPARTMENT)}
    await actions.system.end_of_commands_to_reporting()
    await actions.approve("B")


async def closed_between(actions: TilbudActions) -> None:
    """The first case is returned and given up; its content is never approved."""
    await actions.edit("values", values="Opgivet.")
    await actions.send("A")
    await actions.return_case("A", "values")
    await actions.close("A")
    await actions.edit("values", values="Godkendt.")
    await actions.send("B")
    await actions.system.end_of_commands_to_reporting()
    await actions.approve("B")


async def sent_again_between(actions: TilbudActions) -> None:
    """The first case is returned, the second approved, then the first is corrected and approved."""
    await actions.edit("values", values="Først.")
    await actions.edit("contact", name="Kornmarken")
    await actions.send("A")
    await actions.edit("places/afd-1", waiting_time_weeks=1)
    await actions.send("B")
    await actions.return_case("A", "values")
    await actions.approve("B")
    await actions.edit("values", values="Så.")
    await actions.send_again("A")
    await actions.system.end_of_commands_to_reporting()
    await actions.approve("A")


async def tilsyn_between(actions: TilbudActions) -> None:
    """The tilbud is not public for a while, and then again; the last tilsyn corrects itself."""
    await _two_cases(actions)
    await actions.approve("A")
    await actions.tilsyn("second", "not-approved", "2026-10-05")
    await actions.approve("B")
    await actions.tilsyn("third", "not-approved", "2026-10-06")
    conditions = [{"text": "Ansæt en leder.", "deadline": None}]
    await actions.tilsyn("third", "approved-with-conditions", "2026-10-06", version=2, conditions=conditions)


async def ceased_between(actions: TilbudActions) -> None:
    """The tilbud ceases while a case waits, which its authority can only close; the day is wrong at first."""
    await _two_cases(actions)
    await actions.approve("A")
    await actions.cease("2026-11-01")
    await actions.close_by_authority("B")
    await actions.cease("2026-10-31")


async def vacancies_between(actions: TilbudActions) -> None:
    """The fast lane changes vacancies, twice, while a case about the same places waits."""
    await actions.edit("places/afd-1", waiting_time_weeks=1)
    await actions.send("A")
    await actions.vacancies(afd_1=1, afd_2=0)
    await actions.vacancies(afd_1=0, afd_2=1)
    await actions.edit("values", values="Vi ser mennesket først.")
    await actions.send("B")
    await actions.system.end_of_commands_to_reporting()
    await actions.approve("A")
    await actions.approve("B")


async def moved_away(actions: TilbudActions) -> None:
    """The first case moves the tilbud to another authority, which so gets the second one too."""
    address = {"street": "Vesterbro 1", "postcode": "5000", "city": "Odense C", "municipality": "0461"}
    await actions.edit("contact", address=address)
    await actions.send("A")
    await actions.edit("values", values="Vi ser mennesket først.")
    await actions.send("B")
    await actions.system.end_of_commands_to_reporting()
    await actions.approve("A", who="officer-syd")
    await actions.approve("B", who="officer-syd")


async def at_the_same_moment(actions: TilbudActions) -> None:
    """Two officers press Indsend at once, each for one of the cases."""
    await _two_cases(actions)
    tags = [await actions.decide("A"), await actions.decide("B", who=COLLEAGUE)]
    approval = actions.system.services["approval"]
    async with approval.database.begin() as session:
        await session.execute(text("SELECT 1 FROM tilbud WHERE id = :id FOR UPDATE"), {"id": actions.tilbud_id})
        answers = asyncio.gather(
            actions.conclude("A", tags[0], who=OFFICER), actions.conclude("B", tags[1], who=COLLEAGUE)
        )
        while (await approval.rows(LOCK_WAITS))[0]["waiting"] < len(tags):
            await asyncio.sleep(0.01)
    assert [answer.json()["outcome"] for answer in await answers] == ["approved", "approved"]
    await actions.system.deliver_all()
    approved = [
        record for record in actions.system.published[actions.system.reporting_consumed :] if approved_case(record)
    ]
    numbers = [header(record, "ce_sequence") for record in approved]
    assert len(set(numbers)) == len(tags)
    assert numbers == sorted(numbers, key=int)


LOCK_WAITS = """SELECT count(*) AS waiting FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'"""


async def _remove(actions: TilbudActions, department: str) -> None:
    rows = [row for row in example("steps/departments")["departments"] if row["id"] != department]
    await actions.save("departments", {"departments": rows})


async def _two_cases(actions: TilbudActions) -> None:
    await actions.edit("values", values="Vi ser mennesket først.")
    await actions.edit("places/afd-2", waiting_time_weeks=2)
    await actions.send("A")
    await actions.edit("contact", name="Kornmarken")
    await actions.edit("places/afd-1", waiting_time_weeks=1)
    await actions.send("B")
    await actions.system.end_of_commands_to_reporting()


SCENARIOS: tuple[Scenario, ...] = (
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


def approved_case(record: Record) -> CaseApproved | None:
    """Return the approved case that a record brings; None when it brings something else."""
    is_one = header(record, "ce_type") == CaseApproved.ce_type
    return CaseApproved.model_validate_json(record.value or b"") if is_one else None
