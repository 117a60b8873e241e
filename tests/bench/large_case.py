"""A case of sixteen steps and thirty departments, opened over HTTP beside one bare query for the same report.

Every department is changed, so that everything is compared with what is approved. One request at a time goes to one API
process. The bare side is asyncpg with the statement that reads the stored report; both take turns.
"""

import asyncio
import copy
from pathlib import Path
from typing import Any

import asyncpg

from approval.consumers import subscriptions
from approval.submissions.models import ApprovedStep
from chassis.database import Database
from contracts.events.base import Event
from contracts.form.keys import DEPARTMENTS, parse_key
from contracts.testing import factories
from devstack.in_process import deliver, migrated_database, record_of
from devstack.testing import Stack
from tests.bench.results import Result, percentile
from tests.bench.serving import Client, launch, settings_of, stopping
from tests.bench.work_list import milliseconds

NUMBER, TIMES, P95 = 30, 60, 95
TILBUD, CASE = "CRV-1", "CRV-1-2"
VIEWS = {"the case": "", "its changes": "/changes", "its changes, with what is not changed": "/changes?context=true"}
BARE = "SELECT event FROM reports WHERE submission_id = $1"


async def measure_large_case(stack: Stack, folder: Path) -> list[Result]:
    """Measure the p95 of each part of a case that its page asks for."""
    url = stack.postgres.create_database("large_case")
    async with migrated_database(url, "approval") as database:
        await open_large_case(database)
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        api = launch("approval", "app", settings_of(stack, url), folder)
        with stopping([api]):
            await api.ready()
            headers = {"Authorization": f"Bearer {stack.identity.token('officer-nord-a')}"}
            async with Client(api.port) as client:
                found = [await _compare(client, headers, connection, *view) for view in VIEWS.items()]
        await connection.close()
    return found


def _content(places: int) -> dict[str, dict[str, Any]]:
    """Return the example report with many departments, each of so many places, by step key."""
    small = factories.example_steps()
    [department, *_] = small[DEPARTMENTS][DEPARTMENTS]
    ids = [f"afd-{number}" for number in range(1, NUMBER + 1)]
    rows = [{**department, "id": each, "name": f"Afdeling {each}"} for each in ids]
    content: dict[str, dict[str, Any]] = {}
    for key, data in small.items():
        step, own = parse_key(key)
        if own is None:
            content[key] = {**data, DEPARTMENTS: rows} if step == DEPARTMENTS else data
        elif own == "afd-1":
            content |= {f"{step}/{each}": copy.deepcopy(data) for each in ids}
    for each in ids:
        content[f"places/{each}"]["approved_places"] = places
        content[f"target-groups/{each}"]["packages"][0]["description"] = f"Målgruppen på {each} er {places} borgere."
    return content


async def open_large_case(database: Database) -> None:
    """Open the case, beside what is approved of its tilbud."""
    before, after = _content(4), _content(5)
    facts: list[Event] = [
        factories.tilbud_created(TILBUD),
        factories.authority_assigned(TILBUD),
        factories.submission_sent(TILBUD, 2, initial=False, content=after),
        factories.case_routed(TILBUD, 2),
    ]
    for subscription in subscriptions():
        for fact in facts:
            if fact.topic in subscription.topic_names and type(fact) in subscription.on:
                await deliver(database, subscription, record_of(fact, source="/services/reporting"))
    async with database.begin() as session:
        approved = {"kind": "tilbud", "subject_id": TILBUD, "number": 1}
        session.add_all(ApprovedStep(**approved, step=key, data=data) for key, data in before.items())


async def _compare(client: Client, headers: dict[str, str], connection: Any, what: str, path: str) -> Result:
    async def request() -> None:
        reply = await client.call("GET", f"/v1/cases/{CASE}{path}", headers)
        assert reply.status == 200, reply.body

    async def bare() -> None:
        assert await connection.fetch(BARE, CASE)

    ours, its = [], []
    for _ in range(TIMES):
        ours.append(await milliseconds(request))
        its.append(await milliseconds(bare))
        await asyncio.sleep(0)
    return Result(
        f"16 steps, {NUMBER} departments: {what}", percentile(ours, P95), percentile(its, P95), "ms", "< 150 ms"
    )
