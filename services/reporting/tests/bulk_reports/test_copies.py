"""The same answers for sister tilbud: each has its own outcome, and nobody's draft is replaced unseen."""

import asyncio
from typing import Any

from services.reporting.tests.bulk_reports.test_bulk_reports import Create, create, step_of
from services.reporting.tests.http_requests import Client, edit, example, save

__all__ = ["create"]


async def copies(client: Client, tilbud_id: str, step: str, *to: str, **more: Any) -> Any:
    return await client.post(f"/v1/tilbud/{tilbud_id}/draft/steps/{step}/copies", json={"to": to, **more})


def found(answer: Any) -> list[tuple[str, str, list[str]]]:
    assert answer.status_code == 200, answer.text
    return [
        (each["id"], each["outcome"], [error["code"] for error in each["errors"]]) for each in answer.json()["items"]
    ]


async def test_p4_the_same_answers_into_the_drafts_of_sisters(
    reporter: Client, colleague: Client, create: Create, filled: str
) -> None:
    sisters = [await create(name) for name in ("Valmuen", "Violen", "Rosen")]
    await edit(colleague, sisters[2], "values", values="Noget andet.")
    answer = await copies(reporter, filled, "values", *sisters, "CRV-1")
    assert found(answer) == [
        (sisters[0], "saved", []),
        (sisters[1], "saved", []),
        (sisters[2], "refused", ["conflict"]),
        ("CRV-1", "refused", ["not-found"]),
    ]
    assert (await step_of(reporter, sisters[0], "values"))["data"] == example("steps/values")
    assert (await step_of(reporter, sisters[2], "values"))["data"]["values"] == "Noget andet."
    again = await copies(reporter, filled, "values", *sisters[:2])
    assert [outcome for _, outcome, _ in found(again)] == ["unchanged", "unchanged"]
    old = (await reporter.get(f"/v1/tilbud/{sisters[2]}/draft/steps/values")).headers["ETag"]
    await edit(colleague, sisters[2], "values", values="Og igen.")
    assert found(await copies(reporter, filled, "values", sisters[2], if_match={sisters[2]: old})) == [
        (sisters[2], "refused", ["stale"])
    ]
    tag = (await reporter.get(f"/v1/tilbud/{sisters[2]}/draft/steps/values")).headers["ETag"]
    assert found(await copies(reporter, filled, "values", sisters[2], if_match={sisters[2]: tag})) == [
        (sisters[2], "saved", [])
    ]


async def test_what_says_what_one_tilbud_is_goes_nowhere(reporter: Client, create: Create, filled: str) -> None:
    sister = await create("Valmuen")
    for step in ("company", "contact", "departments"):
        assert (await copies(reporter, filled, step, sister)).status_code == 409
    assert found(await copies(reporter, filled, "staffing", sister)) == [(sister, "refused", ["conflict"])]
    assert (await copies(reporter, filled, "pond", sister)).status_code == 404
    assert (await copies(reporter, filled, "values", filled)).status_code == 422
    assert (await copies(reporter, filled, "values")).status_code == 422


async def test_steps_of_departments_go_where_the_departments_are_the_same(
    reporter: Client, create: Create, filled: str
) -> None:
    sister = await create("Valmuen")
    await save(reporter, sister, "departments", example("steps/departments"))
    [(_, outcome, _)] = found(await copies(reporter, filled, "places", sister))
    assert outcome == "saved"
    assert (await step_of(reporter, sister, "places"))["data"] == example("steps/places")


async def test_others_see_nothing(other_operator: Client, create: Create, filled: str) -> None:
    sister = await create("Valmuen")
    assert (await copies(other_operator, filled, "values", sister)).status_code == 404


async def test_copies_both_ways_at_once_do_not_deadlock(reporter: Client, create: Create, filled: str) -> None:
    first, second = await create("Valmuen"), await create("Violen")
    answers = await asyncio.gather(
        copies(reporter, filled, "values", first, second), copies(reporter, filled, "values", second, first)
    )
    assert [answer.status_code for answer in answers] == [200, 200]
