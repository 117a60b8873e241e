"""Make the fixture: ``python -m upgrade <checkout>``, a running checkout of the commit to upgrade from.

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
from upgrade import fixture
from upgrade.asking import Asker
from upgrade.checkout import Checkout
from upgrade.questions import Conversation
from upgrade.stories import tell


async def interview(checkout: Checkout, day: str) -> Conversation:
    """Ask the running system everything."""
    async with AsyncExitStack() as stack:
        clients = {
            each.name: await stack.enter_async_context(
                httpx2.AsyncClient(base_url=checkout.endpoints[each.name], timeout=30)
            )
            for each in SERVICES
        }
        conversation = Conversation(Asker(clients, checkout.token), day)
        await conversation.lead()
    return conversation


def main(folder: Path) -> None:
    """Tell the stories, dump the databases, then ask: asking changes nothing that is asked for."""
    with closing(Checkout(folder)) as checkout:
        tell(checkout)
        for service in SERVICES:
            fixture.write_dump(service.name, checkout.endpoints["postgres"])
        moment = datetime.now(UTC)
        conversation = asyncio.run(interview(checkout, moment.date().isoformat()))
        commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, check=True)
        about = fixture.About(
            commit=commit.stdout.strip(),
            moment=moment.isoformat(),
            endpoints={each.name: checkout.endpoints[each.name] for each in SERVICES},
            cpr_key=checkout.cpr_key,
        )
        fixture.write_answers(about, conversation.answers)
    sys.stdout.write(f"{len(conversation.answers)} answers, and the databases of {len(SERVICES)} services\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
