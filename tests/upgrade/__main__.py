"""Make the fixture: ``python -m tests.upgrade <checkout>``, a running checkout of the commit to upgrade from.

It is left without workers and mail catcher, as it was when it was dumped: ``make down`` there.
"""

import asyncio
import subprocess
import sys
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from devstack.services import SERVICES
from tests.upgrade import fixture
from tests.upgrade.checkout import Checkout
from tests.upgrade.client import ServiceClient
from tests.upgrade.questions import Recording
from tests.upgrade.scenarios import run_scenarios


async def interview(checkout: Checkout, day: str) -> Recording:
    """Ask the running system everything."""
    async with AsyncExitStack() as stack:
        clients = {
            each.name: await stack.enter_async_context(
                httpx2.AsyncClient(base_url=checkout.endpoints[each.name], timeout=30)
            )
            for each in SERVICES
        }
        recording = Recording(ServiceClient(clients, checkout.token), day)
        await recording.record_all()
    return recording


def main(folder: Path) -> None:
    """Run the scenarios, dump the databases, then ask: asking changes nothing that is asked for."""
    with closing(Checkout(folder)) as checkout:
        run_scenarios(checkout)
        for service in SERVICES:
            fixture.write_dump(service.name, checkout.endpoints["postgres"])
        moment = datetime.now(UTC)
        recording = asyncio.run(interview(checkout, moment.date().isoformat()))
        commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, check=True)
        about = fixture.About(
            commit=commit.stdout.strip(),
            moment=moment.isoformat(),
            endpoints={each.name: checkout.endpoints[each.name] for each in SERVICES},
            cpr_key=checkout.cpr_key,
        )
        fixture.write_answers(about, recording.answers)
    sys.stdout.write(f"{len(recording.answers)} answers, and the databases of {len(SERVICES)} services\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
