"""Records over HTTP: side by side at a moment of the past, and how long an answer may be kept."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text, update

from chassis.clock import now
from chassis.database import Database
from contracts.testing.factories import example_steps, tilbud_ceased, vacancies_changed
from devstack.in_process import api_client
from publication.app import build
from publication.records.models import PublicVersion
from services.publication.tests.factories import approved_case, publishing_facts

NOW = "public, max-age=1, must-revalidate"
PAST = "public, max-age=31536000, immutable, s-maxage=10, proxy-revalidate"


async def two_days_ago(database: Database) -> None:
    """Let everything that was published have happened two days ago."""
    earlier = PublicVersion.valid_from - timedelta(days=2)
    async with database.begin() as session:
        await session.execute(update(PublicVersion).values(valid_from=earlier))
        await session.execute(text("UPDATE tilbud SET changed_at = changed_at - interval '2 days'"))


async def test_tilbud_are_compared_as_they_were(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database
) -> None:
    await deliver_facts(*publishing_facts("CRV-1"), *publishing_facts("CRV-2"))
    await two_days_ago(database)
    news = (vacancies_changed("CRV-1", free={"afd-1": 9}), tilbud_ceased("CRV-2"))
    await deliver_facts(*news, *publishing_facts("CRV-3"))
    ids = {"id": ["CRV-1", "CRV-2", "CRV-3"]}

    today = (await client.get("/v1/compare", params=ids)).json()
    assert ([each["id"] for each in today["items"]], today["missing"]) == (["CRV-1", "CRV-3"], ["CRV-2"])
    yesterday = (now() - timedelta(days=1)).isoformat()
    then = (await client.get("/v1/compare", params={**ids, "as_of": yesterday})).json()
    assert ([each["id"] for each in then["items"]], then["missing"]) == (["CRV-1", "CRV-2"], ["CRV-3"])
    assert then["items"][0]["departments"][0]["steps"]["places"]["vacancies"] == 2
    assert then["items"][0] == (await client.get("/v1/tilbud/CRV-1", params={"as_of": yesterday})).json()
    before = (await client.get("/v1/compare", params={**ids, "as_of": "2020-01-01"})).json()
    assert (before["items"], before["missing"]) == ([], ids["id"])
    refused = await client.get("/v1/compare", params={**ids, "as_of": "2026-11-01T12:00:00"})
    assert [error["pointer"] for error in refused.json()["errors"]] == ["#query/as_of"]


@pytest.mark.parametrize("path", ["/v1/tilbud/CRV-1", "/v1/compare?id=CRV-1&id=CRV-2"])
async def test_the_past_may_be_kept_for_long(
    client: httpx2.AsyncClient, deliver_facts: Any, database: Database, path: str
) -> None:
    await deliver_facts(*publishing_facts("CRV-1"))
    await two_days_ago(database)
    with_time = path + ("&" if "?" in path else "?") + "as_of="
    kept = {}
    for name, days in (("past", -1), ("just now", 0), ("future", 1)):
        moment = now() + timedelta(days=days)
        answer = await client.get(with_time + moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
        assert answer.status_code == 200
        kept[name] = answer.headers["cache-control"]
        again = await client.get(answer.request.url, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.headers["cache-control"]) == (304, kept[name])
    assert kept == {"past": PAST, "just now": NOW, "future": NOW}
    assert (await client.get(path)).headers["cache-control"] == NOW


async def test_the_history_is_not_sent_twice(client: httpx2.AsyncClient, deliver_facts: Any) -> None:
    await deliver_facts(*publishing_facts("CRV-1"))
    path = "/v1/tilbud/CRV-1/changes"
    tag = (await client.get(path)).headers["etag"]
    assert (await client.get(path, headers={"If-None-Match": tag})).status_code == 304
    await deliver_facts(approved_case("CRV-1", number=2, content={"contact": example_steps("Ny")["contact"]}))
    assert (await client.get(path, headers={"If-None-Match": tag})).status_code == 200


READS = (
    "/v1/tilbud/CRV-1",
    "/v1/rates",
    "/v1/compare?id=CRV-1&id=CRV-2",
    "/v1/feed",
    "/v1/dump",
    "/v1/open-data/tilbud.csv",
)


@pytest.mark.parametrize("path", READS)
async def test_a_read_that_takes_too_long_is_given_up(
    settings: Any, database: Database, deliver_facts: Any, path: str
) -> None:
    await deliver_facts(*publishing_facts("CRV-1"))
    impatient = Database(database.url, source="/services/publication", statement_seconds=0.2)
    try:
        async with api_client(build(settings, impatient)) as client, database.begin() as session:
            # Whoever reads waits for this lock.
            await session.execute(text("LOCK TABLE public_versions, rates, feed, feed_head IN ACCESS EXCLUSIVE MODE"))
            answer = await client.get(path)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert answer.json()["type"].endswith("/unavailable")
    finally:
        await impatient.close()


async def test_the_process_has_the_limit_of_its_settings(settings: Any, database: Database) -> None:
    url = database.url
    own = settings.model_copy(update={"database_url": type(settings.database_url)(url), "read_seconds": 1.5})
    app = build(own)
    try:
        async with app.state.database.read() as session:
            assert await session.scalar(text("SHOW statement_timeout")) == "1500ms"
    finally:
        await app.state.database.close()
