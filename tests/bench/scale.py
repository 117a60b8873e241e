"""What a search costs when the register grows: the demonstration country over and over, up to 270,000 rows.

The index is asked in this process, one question at a time, with its page and all of its facets; around it a request
has the same cost whatever the register's size. Beside it the same question goes to tantivy, as it comes and without
facets, where that is installed (``pip install tantivy``; it is in no lock file). Times are processor time: both sides
work in one thread, and whatever else runs on the machine does not count.
"""

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import Text, cast, select

from chassis.database import Database
from contracts.testing import factories
from devstack.demonstration.country import plans
from devstack.demonstration.reports import report
from devstack.in_process import migrated_database
from devstack.testing import Stack
from publication.match.answering import match_page
from publication.match.rules import Need
from publication.places.finding import find_place
from publication.search.criteria import SearchCriteria
from publication.search.index import IndexedRow, SearchIndex
from publication.search.models import SearchRow
from publication.search.searching import search
from tests.bench.outcomes import deliver_facts
from tests.bench.results import Result, percentile
from tests.bench.tantivy_engine import tantivy_of

COUNTRY = 200
# A tilbud has about 1.35 rows: these are 200, 2,000, 20,000 and 200,000 of them.
ROWS = (270, 2_700, 27_000, 270_000)
TIMES = 40
P95 = 95
DAY = date(2026, 11, 1)
NEAR = find_place("9000")
SHAPES = {
    "everything": SearchCriteria(),
    "a word that many have": SearchCriteria(q="autisme", sort="relevance"),
    "three words": SearchCriteria(q="voksne med autisme og angst", sort="relevance"),
    "a misspelt name": SearchCriteria(q="solsiken", sort="relevance"),
    "a misspelt word": SearchCriteria(q="autsime", sort="relevance"),
    "a sentence": SearchCriteria(q="ung pige med spiseforstyrrelse i Nordjylland", sort="relevance"),
    "words that nobody knows": SearchCriteria(q="hund og kat i haven ved vandet", sort="relevance"),
    "more than there is": SearchCriteria(q="krisecenter i Skive med demens og loftlift", sort="relevance"),
    "a piece of a word": SearchCriteria(q="behandling", sort="relevance"),
    "one municipality": SearchCriteria(chosen={"municipality": ["0851"]}),
    "group, age, vacancies": SearchCriteria(
        chosen={"target_group": ["autism"]}, bounds={"ages": [20], "vacancies": 1}, sort="vacancies"
    ),
    "several ages": SearchCriteria(bounds={"ages": [18, 30, 50]}),
    "rate at most": SearchCriteria(bounds={"rate_max": 400_000}, sort="rate"),
    "by distance": SearchCriteria(near=NEAR, sort="distance"),
    "word, region, by distance": SearchCriteria(
        q="autisme", chosen={"region": ["1081", "1082"]}, near=NEAR, sort="distance"
    ),
    "page 500 of everything": SearchCriteria(place=[0.0, "m", "", ""]),
}


NEED = Need(
    age=30,
    target_groups=("autism", "attention-disorder"),
    services=("long-term-stay", "drug-treatment"),
    near=NEAR,
    rate_max_oere=450_000,
    accessible=True,
    night_staff="awake",
    vacancies=1,
)


async def measure_scale(stack: Stack, folder: Path) -> list[Result]:
    """Measure each shape of a search over each size; ``bare`` is tantivy, 0 where it is not installed."""
    async with migrated_database(stack.postgres.create_database("publication"), "publication") as database:
        rows = await _country(database)
    results = []
    for count in ROWS:
        results += _measure(rows, count // len(rows) + 1, folder)
    return results


async def _country(database: Database) -> list[IndexedRow]:
    contents = {f"CRV-{plan.number}": report(plan, DAY) for plan in plans(COUNTRY)}
    facts = [factories.case_approved(each, content=content) for each, content in contents.items()]
    await deliver_facts(database, [*facts, *map(factories.tilsyn_published, contents)])
    columns = [getattr(SearchRow, name) for name in IndexedRow._fields if name != "item"]
    async with database.read() as session:
        found = await session.execute(select(*columns, cast(SearchRow.item, Text)).where(SearchRow.valid_to.is_(None)))
        return [IndexedRow._make(row) for row in found]


def _copies(rows: Sequence[IndexedRow], copies: int) -> Iterator[IndexedRow]:
    for copy in range(copies):
        for row in rows:
            # Each copy has a name of its own.
            title, words = (f"{text} hus{copy:x}" for text in (row.title, row.words))
            sort_name = f"{row.sort_name} {copy}"
            yield row._replace(tilbud_id=f"{row.tilbud_id}-{copy}", sort_name=sort_name, title=title, words=words)


def _measure(rows: Sequence[IndexedRow], copies: int, folder: Path) -> list[Result]:
    before, began = _peak_megabytes(), time.process_time()
    index = SearchIndex()
    index.fill(_copies(rows, copies))
    index.settle()
    results = [
        Result(f"{len(index.live):,} rows: to fill", time.process_time() - began, 0, "s", "–"),
        Result("  more memory at its peak", _peak_megabytes() - before, 0, "MB", "–"),
    ]
    began = time.process_time()
    other = tantivy_of(_copies(rows, copies), folder / f"tantivy-{copies}")
    if other:
        results[0] = replace(results[0], bare=time.process_time() - began)
        results.append(Result("  tantivy's index on the disk", 0, other.megabytes, "MB", "–"))
    for what, criteria in SHAPES.items():
        ours = _p95(lambda criteria=criteria: _ask(index, criteria))  # type: ignore[misc]
        bare = _p95(lambda criteria=criteria: other.page(criteria)) if other else 0.0  # type: ignore[misc]
        results.append(Result(f"  {what}", ours, bare, "ms p95", "< 50 ms"))
    results.append(Result("  a need", _p95(lambda: _match(index)), 0, "ms p95", "< 100 ms"))
    return results


def _ask(index: SearchIndex, criteria: SearchCriteria) -> None:
    search(index, criteria, "", (0, 0, 0))


def _match(index: SearchIndex) -> None:
    match_page(index, NEED, 20, None)


def _p95(ask: Callable[[], object]) -> float:
    times = []
    for _ in range(TIMES):
        began = time.process_time()
        ask()
        times.append((time.process_time() - began) * 1000)
    return percentile(times, P95)


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
