"""What a tilbud lacks now: by date, of one and of all that an organisation runs, and gone when it is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import today
from chassis.database import Database
from contracts.events.approval import TilsynDecision
from contracts.testing import factories
from reporting.duties import commands
from reporting.duties.commands import notice_duties
from services.reporting.tests.http_requests import (
    Client,
    approve_case,
    deliver_events,
    edit,
    events,
    example,
    return_case,
    submit,
)

NOTICED = "duties-noticed"


async def due(client: Client, tilbud_id: str = "", **wanted: Any) -> list[dict[str, Any]]:
    """Return what is due, of one tilbud or of the whole organisation."""
    answer = await client.get(f"/v1/tilbud/{tilbud_id}/due" if tilbud_id else "/v1/due", params=wanted)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def kinds(client: Client, tilbud_id: str = "") -> dict[str, str]:
    return {each["what"]: each["state"] for each in await due(client, tilbud_id)}


@contextmanager
def on_day(monkeypatch: pytest.MonkeyPatch, day: date) -> Iterator[None]:
    """Let it be another day for what is due."""
    with monkeypatch.context() as patched:
        for module in ("reporting.duties.commands", "reporting.due.queries"):
            patched.setattr(f"{module}.today", lambda: day)
        yield


async def test_an_organisation_sees_what_is_due_of_all_its_tilbud_by_date(
    reporter: Client, other_operator: Client, officer: Client, approved: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = date(today().year + 3, 6, 1)
    with on_day(monkeypatch, later):
        found = await due(reporter)
        assert await due(reporter, approved.tilbud_id) == found == await due(officer, approved.tilbud_id)
        assert await due(other_operator) == []
        assert await due(officer) == []
        assert (await other_operator.get(f"/v1/tilbud/{approved.tilbud_id}/due")).status_code == 404
        first = (await reporter.get("/v1/due", params={"limit": 3})).json()
        rest = await due(reporter, limit=3, cursor=first["next"])
        assert [*first["items"], *rest] == found
        assert first["total"] == 4
        assert [each["what"] for each in await due(reporter, what="budget")] == ["budget"]
    assert {each["what"] for each in found} == {"vacancies", "rates", "annual-report", "budget"}
    assert [each["deadline"] for each in found] == sorted(each["deadline"] for each in found)
    assert {each["state"] for each in found} == {"overdue"}
    report = next(each for each in found if each["what"] == "annual-report")
    missing, latest = example("steps/annual-report")["year"] + 1, later.year - 1
    assert (report["year"], report["deadline"]) == (latest, f"{missing + 1}-05-01")
    behind = f"Det seneste år, der er indberettet, er {missing - 1}."
    assert report["todo"] == f"Indberet årsrapporten for {latest}. {behind}"
    assert (await reporter.get(report["link"])).status_code == 200


async def test_vacancies_are_soon_due_then_overdue_and_done_when_confirmed(
    reporter: Client, approved: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tilbud_id = approved.tilbud_id
    for days, state in ((22, None), (23, "soon"), (30, "soon"), (31, "overdue")):
        with on_day(monkeypatch, today() + timedelta(days=days)):
            assert (await kinds(reporter, tilbud_id)).get("vacancies") == state
    with on_day(monkeypatch, today() + timedelta(days=31)):
        await reporter.post(f"/v1/tilbud/{tilbud_id}/vacancies/confirmation")
        (found,) = await due(reporter, what="vacancies")
        assert (found["since"], found["link"]) == (today().isoformat(), f"/v1/tilbud/{tilbud_id}/vacancies")


async def test_a_report_that_is_sent_is_not_due_and_one_that_comes_back_is(
    reporter: Client, approved: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tilbud_id = approved.tilbud_id
    year = example("steps/annual-report")["year"]
    with on_day(monkeypatch, date(year + 2, 5, 2)):
        assert (await kinds(reporter, tilbud_id))["annual-report"] == "overdue"
        await edit(reporter, tilbud_id, "annual-report", year=year + 1)
        case = await submit(reporter, tilbud_id)
        assert "annual-report" not in await kinds(reporter, tilbud_id)
        await return_case(database, case, "annual-report")
        found = await kinds(reporter, tilbud_id)
        assert (found["annual-report"], found["returned-case"]) == ("overdue", "open")
        await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{case}/resubmission")
        assert not {"annual-report", "returned-case"} & set(await kinds(reporter, tilbud_id))
        await approve_case(database, case)
        assert "annual-report" not in await kinds(reporter, tilbud_id)


async def test_a_missing_cpr_number_and_a_forgotten_draft_stand_still(
    reporter: Client, approved: Any, database: Database
) -> None:
    tilbud_id = approved.tilbud_id
    await edit(reporter, tilbud_id, "values", values="Nyt.")
    assert "draft" not in await kinds(reporter, tilbud_id)
    async with database.begin() as session:
        await session.execute(text("UPDATE drafts SET saved_at = saved_at - interval '15 days'"))
        await session.execute(text("DELETE FROM leader_cprs"))
    found = {each["what"]: each for each in await due(reporter, tilbud_id)}
    assert found["draft"]["since"] == (today() - timedelta(days=15)).isoformat()
    assert (found["leader-cpr"]["state"], found["leader-cpr"]["deadline"]) == ("open", None)


async def test_who_is_closed_owes_nothing(
    reporter: Client, approved: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tilbud_id = approved.tilbud_id
    await edit(reporter, tilbud_id, "values", values="Nyt.")
    async with database.begin() as session:
        await session.execute(text("UPDATE drafts SET saved_at = saved_at - interval '15 days'"))
    with on_day(monkeypatch, today() + timedelta(days=800)):
        assert len(await due(reporter, tilbud_id)) == 5
        await deliver_events(database, factories.tilbud_ceased(tilbud_id))
        assert await due(reporter, tilbud_id) == []
        await notice_duties(database, 30)
    assert await events(database, NOTICED) == []


async def test_who_lost_the_approval_is_not_reminded(
    reporter: Client, approved: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = factories.tilsyn_published(approved.tilbud_id, decision=TilsynDecision.NOT_APPROVED)
    await deliver_events(database, lost)
    with on_day(monkeypatch, today() + timedelta(days=800)):
        assert await due(reporter, approved.tilbud_id) == []


async def test_each_turn_is_noticed_once_in_one_event_of_a_day(
    reporter: Client, approved: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await notice_duties(database, 30)
    begun = len(await events(database, NOTICED))
    told: list[tuple[int, list[str]]] = []
    for days in (24, 25, 31, 40, 62):
        with on_day(monkeypatch, today() + timedelta(days=days)):
            await notice_duties(database, 30)
            await notice_duties(database, 30)
        new = (await events(database, NOTICED))[begun + len(told) :]
        told += [(days, [each["turn"] for each in event["duties"] if each["kind"] == "vacancies"]) for event in new]
    vacancies = [(days, turns) for days, turns in told if turns]
    assert vacancies == [(24, ["soon"]), (31, ["overdue"]), (62, ["still-overdue"])]
    with on_day(monkeypatch, today() + timedelta(days=63)):
        await reporter.post(f"/v1/tilbud/{approved.tilbud_id}/vacancies/confirmation")
        before = len(await events(database, NOTICED))
        await notice_duties(database, 365)
        later = (await events(database, NOTICED))[before:]
    assert not [each for event in later for each in event["duties"] if each["kind"] == "vacancies"]


async def test_a_tilbud_that_cannot_be_looked_at_holds_up_no_other(
    approved: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.begin() as session:
        await copy_tilbud(session, 1, approved.tilbud_id)
        await session.execute(text("UPDATE tilbud SET duties_due = :day"), {"day": today() + timedelta(days=31)})
    refresh = commands.refresh_duties

    async def failing(session: Any, tilbud: Any) -> None:
        if tilbud.id == approved.tilbud_id:
            raise ZeroDivisionError
        await refresh(session, tilbud)

    monkeypatch.setattr(commands, "refresh_duties", failing)
    day = today() + timedelta(days=31)
    with on_day(monkeypatch, day):
        await notice_duties(database, 30)
    async with database.read() as session:
        rows = (await session.execute(text("SELECT id, duties_due FROM tilbud"))).all()
    days: dict[str, date] = {row.id: row.duties_due for row in rows}
    assert days[approved.tilbud_id] == day + timedelta(days=1)
    assert [each["tilbud_id"] for each in await events(database, NOTICED)][-1] == "CRV-900001"


COPIES = """
INSERT INTO submissions (id, tilbud_id, number, revision, initial, state, form_version, sent_at, sent_by, version)
SELECT 's-' || n, 'CRV-' || (900000 + n), 1, 1, true, 'approved', form_version, sent_at, sent_by, 1
FROM submissions, generate_series(1, :count) n WHERE tilbud_id = :id;
INSERT INTO approved_steps (tilbud_id, key, number, data, approved_at)
SELECT 'CRV-' || (900000 + n), key, number, data, approved_at
FROM approved_steps, generate_series(1, :count) n WHERE tilbud_id = :id;
INSERT INTO duties (tilbud_id, kind, since, deadline, year)
SELECT 'CRV-' || (900000 + n), kind, since, deadline, year
FROM duties, generate_series(1, :count) n WHERE tilbud_id = :id
"""
COLUMNS = """
SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = 'tilbud' AND column_name <> 'id'
"""


async def copy_tilbud(session: AsyncSession, count: int, tilbud_id: str) -> None:
    """Add ``count`` tilbud of the same operator, each with the approved content and the duties of the first."""
    names = await session.scalar(text(COLUMNS))
    tilbud = f"INSERT INTO tilbud (id, {names}) SELECT 'CRV-' || (900000 + n), {names}"
    tilbud += " FROM tilbud, generate_series(1, :count) n WHERE id = :id"
    for statement in (tilbud, *COPIES.split(";")):
        await session.execute(text(statement), {"count": count, "id": tilbud_id})


async def test_an_operator_of_two_thousand_does_not_wait(
    reporter: Client, approved: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.begin() as session:
        await copy_tilbud(session, 2_000, approved.tilbud_id)
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("ANALYZE"))
    with on_day(monkeypatch, today() + timedelta(days=800)):
        times = []
        for _ in range(20):
            began = perf_counter()
            assert len(await due(reporter, limit=50)) == 50
            times.append(perf_counter() - began)
    p95 = sorted(times)[18]
    print(f"p95 of GET /v1/due over 2,000 tilbud: {p95 * 1000:.0f} ms")  # noqa: T201
    assert p95 < 1.0
