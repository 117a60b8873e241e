"""How long an answer takes, and a rehearsal over 100,000 tilbud, beside reading what they are made from."""

import json
import time
from datetime import date
from pathlib import Path

import asyncpg
from sqlalchemy import insert

from chassis.database import Database
from contracts.events.parties import RoutingFacts
from contracts.reference import municipalities
from devstack.in_process import migrated_database
from devstack.testing import Stack
from jurisdiction.assignments.models import Subject
from jurisdiction.authorities.reference_data import released_data
from jurisdiction.authorities.rulebook import load_rulebooks
from jurisdiction.authorities.rules import Decision, decide
from jurisdiction.rehearsals.queries import rehearse
from services.jurisdiction.tests.authorities import test_situations
from tests.bench.results import Result, percentile

SUBJECTS = 100_000
PORTION = 5_000
AT = date(2027, 1, 1)


async def measure_routing(stack: Stack, _: Path) -> list[Result]:
    """Measure the 99th percentile of an answer, and a whole rehearsal; ``bare`` reads the same facts."""
    async with migrated_database(stack.postgres.create_database("routing"), "jurisdiction") as database:
        await _fill(database)
        ours = await _rehearsal(database)
        bare = await _reading(database.url)
    return [*_answers(), Result(f"rehearsal of {SUBJECTS:,} tilbud", ours, bare, "s", "< 60 s")]


def _answers() -> list[Result]:
    results = []
    for clock, of in ((time.perf_counter, "time"), (time.thread_time, "processor time")):
        ours, bare = [], []
        for row in (row for row in test_situations.SITUATIONS for _ in range(20)):
            began = clock()
            test_situations.judged(row)
            ours.append((clock() - began) * 1_000)
            began = clock()
            RoutingFacts.model_validate_json(json.dumps(_facts(row["municipality"])))
            bare.append((clock() - began) * 1_000)
        figures = percentile(ours, 99), percentile(bare, 99)
        results.append(Result(f"an answer, {of}, p99", *figures, "ms", "< 10 ms"))
    return results


def _facts(municipality: str) -> dict[str, object]:
    basis = "botilbud-laengerevarende"
    return RoutingFacts(legal_bases=[basis], primary=basis, municipality=municipality).model_dump(mode="json")


async def _fill(database: Database) -> None:
    book, codes = load_rulebooks()["tilbud"], [each.code for each in municipalities() if each.inside_division]
    facts = {code: _facts(code) for code in codes}
    judged = {code: decide(book, RoutingFacts.model_validate(facts[code]), AT) for code in codes}
    at_home = {code: answer.authority for code, answer in judged.items() if isinstance(answer, Decision)}
    for first in range(0, SUBJECTS, PORTION):
        rows = [
            {
                "id": f"CRV-{number}",
                "kind": "tilbud",
                "version": 1,
                "authority": at_home[code],
                "created_facts": facts[code],
            }
            for number in range(first, first + PORTION)
            for code in [codes[number % len(codes)]]
        ]
        async with database.begin() as session:
            await session.execute(insert(Subject), rows)


async def _rehearsal(database: Database) -> float:
    change = {"socialtilsyn": "socialtilsyn-oest", "ground_rule_socialtilsyn": "socialtilsyn-oest"}
    data = released_data().changed([{"code": "0101", **change}])
    began = time.perf_counter()
    async with database.read() as session:
        result = await rehearse(session, load_rulebooks(data=data), AT)
    assert (result.judged, result.moving > 0) == (SUBJECTS, True)
    return time.perf_counter() - began


async def _reading(url: str) -> float:
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg", "postgresql"))
    began = time.perf_counter()
    rows = await connection.fetch("SELECT id, authority, created_facts FROM tilbud ORDER BY id, kind")
    for row in rows:
        json.loads(row["created_facts"])
    await connection.close()
    return time.perf_counter() - began
