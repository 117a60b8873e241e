"""Random runs of the machine: the same ones in ``make test``, new and longer ones with ``make machine``."""

import asyncio
import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from devstack.testing import TestIdentity, TestPostgres
from tests.state_machine.events import TilsynDraft
from tests.state_machine.machine import TilbudMachine
from tests.state_machine.model import NORD, TilbudModel
from tests.state_machine.moved_clock import MovedClock
from tests.state_machine.people import People
from tests.state_machine.steps import NAMES, Run, first_content
from tests.state_machine.system import FourServices, four_services

EXAMPLES = int(os.environ.get("MACHINE_RUNS", "0"))
# What some of many runs must come to: else they would prove nothing.
WANTED = {"returned", "approved", "sent again", "given up", "handover", "tilsyn accepted", "tilsyn refused"}
WANTED |= {"ceased accepted", "event repeated", "id used again", "authority by handover"}
APPROVED = TilsynDraft("t0", 1, "approved", "approval", 5, None, None, None)


def machine_settings() -> settings:
    """Return how many runs of how many steps there are: few and the same ones, or as many as are asked for."""
    return settings(
        deadline=None,
        max_examples=EXAMPLES or 5,
        stateful_step_count=60 if EXAMPLES else 25,
        derandomize=not EXAMPLES,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate],
    )


async def _begin(system: FourServices, clock: MovedClock) -> Run:
    """One tilbud is public, the other is a draft that is ready to be sent."""
    people = People(system)
    tilbud = [TilbudModel(await people.create(name), first_content()) for name in NAMES]
    run = Run(system, people, clock, tilbud)
    public = tilbud[0]
    await run.submit(public)
    await run.drain()
    [case] = public.cases.values()
    await run.decide_all(case, None)
    await run.conclude(public, "officer-nord-a", case, "once")
    await run.send((NORD, "first", "tilsyn", APPROVED.on(clock.today(), public.id)), over_kafka=False)
    await run.drain()
    await system.save()
    return run


@pytest.mark.slow
@pytest.mark.fuzz
@pytest.mark.timeout(0 if EXAMPLES else 600)
def test_every_run_ends_as_the_model_says(postgres: TestPostgres, identity: TestIdentity) -> None:
    clock = MovedClock()
    with asyncio.Runner() as runner, clock.installed():
        opened = four_services(postgres, identity)
        system = runner.run(opened.__aenter__())
        try:
            start = runner.run(_begin(system, clock))
            machine = type("Machine", (TilbudMachine,), {"start": start, "runner": runner})
            run_state_machine_as_test(machine, settings=machine_settings())
        finally:
            runner.run(opened.__aexit__(None, None, None))
    print(dict(start.happened))  # noqa: T201  pytest shows it when asked to.
    wanted = WANTED if EXAMPLES else {"approved", "returned", "sent again", "tilsyn accepted"}
    assert {kind for kind in wanted if not start.happened[kind]} == set()
