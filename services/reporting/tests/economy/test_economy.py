"""Budget and annual report beside each other, year by year (P7), and what a new budget begins with (P5)."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import update

from chassis.database import Database
from reporting.models import Submission
from services.reporting.tests.http_requests import Client, approve_case, edit, example, submit

ClientAs = Callable[..., Awaitable[Client]]
REPORT, BUDGET = example("steps/annual-report"), example("steps/budget")


async def economy(client: Client, tilbud_id: str) -> Any:
    answer = await client.get(f"/v1/tilbud/{tilbud_id}/economy")
    assert answer.status_code == 200, answer.text
    return answer.json()["years"]


def sides(years: Any) -> list[tuple[int, str | None, str | None]]:
    """Return each year with how far its budget and its annual report are."""
    return [(each["year"], *((each[side] or {}).get("state") for side in ("budget", "report"))) for each in years]


async def test_p7_years_stay_and_stand_beside_each_other(
    reporter: Client, client_as: ClientAs, approved: Any, database: Database
) -> None:
    basic = await client_as("officer-nord-basic")
    tilbud_id, year, later = approved.tilbud_id, REPORT["year"], BUDGET["year"]
    first = [(later, "approved", None), (year, None, "approved")]
    assert sides(await economy(reporter, tilbud_id)) == first
    await edit(reporter, tilbud_id, "budget", year=year, rate_income_oere=REPORT["revenue_oere"], other_income_oere=0)
    await edit(reporter, tilbud_id, "annual-report", staff_wages_oere=0)
    assert sides(await economy(reporter, tilbud_id)) == [first[0], (year, "drafted", "drafted")]
    # A draft is the business of its reporters, and of who reports on their behalf.
    assert sides(await economy(basic, tilbud_id)) == first
    submission = await submit(reporter, tilbud_id)
    _, now = await economy(basic, tilbud_id)
    assert sides([now]) == [(year, "sent", "sent")]
    assert now["budget"]["submission_id"] == now["report"]["submission_id"] == submission
    lines = {each["id"]: each for each in now["lines"]}
    assert (lines["income"]["deviation_oere"], lines["income"]["deviation_percent"]) == (0, 0.0)
    assert (lines["staff-wages"]["report_oere"], lines["staff-wages"]["deviation_percent"]) == (0, -100.0)
    await approve_case(database, submission)
    assert sides(await economy(reporter, tilbud_id)) == [first[0], (year, "approved", "approved")]
    await edit(reporter, tilbud_id, "budget", year=later + 1)
    await approve_case(database, await submit(reporter, tilbud_id))
    years = [(later + 1, "approved", None), first[0], (year, "approved", "approved")]
    assert sides(await economy(reporter, tilbud_id)) == years


async def test_p7_only_those_see_figures_whose_business_they_are(
    reporter: Client, client_as: ClientAs, sent: Any, database: Database
) -> None:
    basic, syd, other = [await client_as(name) for name in ("officer-nord-basic", "officer-syd", "reporter-other")]
    url = f"/v1/tilbud/{sent.tilbud_id}/economy"
    assert [(await each.get(url)).status_code for each in (basic, syd, other)] == [200, 404, 404]
    async with database.begin() as session:
        await session.execute(update(Submission).values(authority="socialtilsyn-syd"))
    assert (await syd.get(url)).status_code == 200
    budgets = await client_as("reporter-solsikken", rights=["tilbud.report-step:budget"])
    assert {side for _, _, side in sides(await economy(budgets, sent.tilbud_id))} == {None}
    assert (await basic.get(f"{url}/suggested-budget")).status_code == 403
    assert (await reporter.get("/v1/tilbud/CRV-999999/economy")).status_code == 404


async def test_p5_a_budget_begins_with_the_figures_of_the_year_before(reporter: Client, approved: Any) -> None:
    url = f"/v1/tilbud/{approved.tilbud_id}/economy/suggested-budget"
    suggested = (await reporter.get(url)).json()
    answers = {each["field"]: each for each in suggested["answers"]}
    assert suggested["year"] == BUDGET["year"] + 1
    assert answers["staff_wages_oere"] == {
        "field": "staff_wages_oere",
        "value": REPORT["staff_wages_oere"],
        "step": "annual-report",
        "year": REPORT["year"],
    }
    assert (answers["rate_income_oere"]["step"], answers["rate_income_oere"]["year"]) == ("budget", BUDGET["year"])
    assert suggested["asked_again"] == []
    assert not {"year", "rate_audited", "wages_percent"} & answers.keys()
    early = await reporter.get(url, params={"year": REPORT["year"]})
    assert (early.json()["year"], early.json()["answers"]) == (REPORT["year"], [])
    assert (await reporter.get(url, params={"year": 1})).status_code == 422


async def test_p5_without_earlier_figures_there_is_nothing_to_begin_with(reporter: Client, filled: str) -> None:
    nothing = (await reporter.get(f"/v1/tilbud/{filled}/economy/suggested-budget")).json()
    assert nothing["answers"] == []
    assert sides(await economy(reporter, filled)) == [
        (BUDGET["year"], "drafted", None),
        (REPORT["year"], None, "drafted"),
    ]
