"""The shared draft: saved per step with an ETag, incomplete or not, replaced by a new start, brought back."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from chassis.database import Database
from reporting.worker import forget_drafts
from services.reporting.tests.http_requests import Client, edit, edit_department, example, save


def step_url(tilbud_id: str, step: str) -> str:
    return f"/v1/tilbud/{tilbud_id}/draft/steps/{step}"


async def test_an_incomplete_step_is_saved_and_says_why(reporter: Client, tilbud_id: str) -> None:
    response = await save(reporter, tilbud_id, "contact", {"name": "Solsikken", "email": "ikke en adresse"})
    body = response.json()
    assert response.status_code == 200
    assert body["complete"] is False
    assert body["data"] == {"name": "Solsikken", "email": "ikke en adresse"}
    codes = {(error["pointer"], error["code"]) for error in body["errors"]}
    assert ("/email", "invalid-format") in codes
    assert ("/phone", "missing") in codes
    again = (await reporter.get(step_url(tilbud_id, "contact"))).json()
    assert again["data"] == body["data"]
    assert again["saved_by"]["name"] == "Dorthe Kragh"


async def test_a_blocked_step_names_the_steps_that_it_waits_for(reporter: Client, tilbud_id: str) -> None:
    shown = (await reporter.get(step_url(tilbud_id, "places"))).json()
    assert shown["blocked_by"] == ["departments", "target-groups"]
    assert shown["complete"] is False


async def test_a_step_that_was_never_saved_has_an_etag(reporter: Client, tilbud_id: str) -> None:
    first = await reporter.get(step_url(tilbud_id, "values"))
    body = example("steps/values")
    assert (await reporter.put(step_url(tilbud_id, "values"), json=body)).status_code == 428
    wrong = await reporter.put(step_url(tilbud_id, "values"), json=body, headers={"If-Match": '"x"'})
    assert wrong.status_code == 412
    right = {"If-Match": first.headers["ETag"]}
    saved = await reporter.put(step_url(tilbud_id, "values"), json=body, headers=right)
    assert saved.status_code == 200
    assert saved.headers["ETag"] != first.headers["ETag"]
    assert (await reporter.put(step_url(tilbud_id, "values"), json=body, headers=right)).status_code == 412


async def test_all_etags_can_be_read_before_the_first_save(reporter: Client, tilbud_id: str) -> None:
    listed = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft")).json()["steps"]
    for step in listed:
        name, tag = step["step"], step["etag"]
        body = example(f"steps/{name}")
        response = await reporter.put(step_url(tilbud_id, name), json=body, headers={"If-Match": tag})
        assert response.status_code == 200, (name, response.text)


async def test_a_save_answers_what_the_next_look_shows(reporter: Client, tilbud_id: str) -> None:
    async def saved_and_shown(step: str) -> None:
        saved = await save(reporter, tilbud_id, step, example(f"steps/{step}"))
        shown = await reporter.get(step_url(tilbud_id, step))
        assert (saved.json(), saved.headers["ETag"]) == (shown.json(), shown.headers["ETag"])

    for step in ("contact", "values", "contact"):
        await saved_and_shown(step)
    await reporter.post(f"/v1/tilbud/{tilbud_id}/draft", json={"start": "new"})
    for step in ("company", "contact", "departments", "target-groups"):
        await saved_and_shown(step)


async def test_two_reporters_of_one_step_do_not_overwrite_each_other(
    reporter: Client, colleague: Client, tilbud_id: str
) -> None:
    tag = {"If-Match": (await reporter.get(step_url(tilbud_id, "values"))).headers["ETag"]}
    body = example("steps/values")
    url = step_url(tilbud_id, "values")
    answers = await asyncio.gather(
        reporter.put(url, json=body, headers=tag), colleague.put(url, json=body, headers=tag)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_two_reporters_of_two_steps_do_not_meet(reporter: Client, colleague: Client, tilbud_id: str) -> None:
    answers = await asyncio.gather(
        save(reporter, tilbud_id, "values", example("steps/values")),
        save(colleague, tilbud_id, "methods", example("steps/methods")),
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    draft = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft")).json()
    assert {step["step"]: step["saved_by"]["name"] for step in draft["steps"] if step["drafted"]} == {
        "values": "Dorthe Kragh",
        "methods": "Jørgen Bach",
    }


@pytest.mark.parametrize(
    ("step", "body", "pointer", "code"),
    [
        ("values", {"unheard_of": 1}, "/unheard_of", "unknown-field"),
        ("values", {"values": 7}, "/values", "wrong-type"),
        ("values", {"values": "x" * 100_001}, "/values", "too-long"),
        ("agreements", {"operating_agreement": "kommune-9999"}, "/operating_agreement", "unknown-value"),
        ("company", {"legal_bases": ["plejefamilie-almen"]}, "/legal_bases/0", "unknown-value"),
        ("places", {"departments": {"afd-1": {"vacancies": [2]}}}, "/departments/afd-1/vacancies", "wrong-type"),
        ("places", {"departments": []}, "/departments", "wrong-type"),
    ],
)
async def test_what_has_not_the_shape_of_the_step_is_refused(
    reporter: Client, tilbud_id: str, step: str, body: Any, pointer: str, code: str
) -> None:
    response = await save(reporter, tilbud_id, step, body)
    assert response.status_code == 422, response.text
    assert response.json()["type"].endswith("/invalid")
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in response.json()["errors"]}
    assert "010180" not in response.text
    assert (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft")).json()["exists"] is False


async def test_read_only_fields_cannot_be_typed(reporter: Client, tilbud_id: str) -> None:
    body = example("steps/company") | {"company_name": "Noget andet", "cvr": "11259979"}
    data = (await save(reporter, tilbud_id, "company", body)).json()["data"]
    assert data["company_name"] == "Blomsterengen ApS"
    assert data["cvr"] == "99000015"


async def test_another_legal_basis_asks_other_questions_at_once(reporter: Client, tilbud_id: str) -> None:
    body = example("steps/company") | {
        "legal_bases": ["saerligt-dagtilbud"],
        "primary_legal_basis": "saerligt-dagtilbud",
        "part_of": "socialtilsyn-nord",
    }
    del body["specialist_features"]
    response = await save(reporter, tilbud_id, "company", body)
    assert response.status_code == 200, response.text
    draft = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft")).json()
    assert draft["legal_bases"] == ["saerligt-dagtilbud"]


async def test_strangers_do_not_see_that_there_is_anything(client_as: Any, filled: str) -> None:
    for persona in ("reporter-other", "officer-syd", "no-tilbud", "family-own", "national-operator"):
        client = await client_as(persona)
        for path in ("", "/draft", "/draft/steps/values", "/draft/summary", "/history", "/vacancies", "/actions"):
            response = await client.get(f"/v1/tilbud/{filled}{path}")
            assert response.status_code == 404, (persona, path)
        headers = {"If-Match": '"x"'}
        put = await client.put(step_url(filled, "values"), json={}, headers=headers)
        assert put.status_code == 404
        assert (await client.post(f"/v1/tilbud/{filled}/submissions")).status_code == 404


async def test_the_authority_reports_on_behalf_with_the_right_only(
    client_as: Any, officer: Client, tilbud_id: str
) -> None:
    saved = await save(officer, tilbud_id, "values", example("steps/values"))
    assert saved.json()["saved_by"]["authority"] == "socialtilsyn-nord"
    basic = await client_as("officer-nord-basic")
    assert (await basic.get(f"/v1/tilbud/{tilbud_id}")).status_code == 200
    assert (await basic.get(f"/v1/tilbud/{tilbud_id}/draft")).status_code == 403
    assert (await basic.post(f"/v1/tilbud/{tilbud_id}/submissions")).status_code == 403


async def test_a_new_start_replaces_the_draft_at_the_first_save_only(
    reporter: Client, colleague: Client, filled: str
) -> None:
    url = f"/v1/tilbud/{filled}/draft"
    started = (await reporter.post(url, json={"start": "new"})).json()
    assert (started["exists"], started["starting_over"]) == (True, True)
    assert (await reporter.get(step_url(filled, "values"))).json()["data"] == {}
    theirs = (await colleague.get(step_url(filled, "values"))).json()
    assert theirs["data"] == example("steps/values")
    saved = await save(reporter, filled, "values", {"values": "Forfra."})
    assert saved.status_code == 200
    now_theirs = (await colleague.get(url)).json()
    assert [step["step"] for step in now_theirs["steps"] if step["drafted"]] == ["values"]
    assert now_theirs["replaced"] is not None


async def test_continue_takes_a_new_start_back(reporter: Client, filled: str) -> None:
    url = f"/v1/tilbud/{filled}/draft"
    await reporter.post(url, json={"start": "new"})
    assert (await reporter.post(url, json={"start": "continue"})).json()["starting_over"] is False
    assert (await reporter.get(step_url(filled, "values"))).json()["data"] == example("steps/values")


async def test_a_colleagues_save_voids_a_new_start(reporter: Client, colleague: Client, filled: str) -> None:
    url = f"/v1/tilbud/{filled}/draft"
    await reporter.post(url, json={"start": "new"})
    await save(colleague, filled, "values", {"values": "Kollegaens nye tekst."})
    assert (await reporter.get(url)).json()["starting_over"] is False
    assert (await reporter.get(step_url(filled, "values"))).json()["data"] == {"values": "Kollegaens nye tekst."}


async def test_a_replaced_draft_can_be_brought_back(reporter: Client, filled: str) -> None:
    url = f"/v1/tilbud/{filled}/draft"
    assert (await reporter.post(f"{url}/restoration")).status_code == 409
    await reporter.post(url, json={"start": "new"})
    await save(reporter, filled, "values", {"values": "Forfra."})
    restored = await reporter.post(f"{url}/restoration")
    assert restored.status_code == 200
    assert (await reporter.get(step_url(filled, "values"))).json()["data"] == example("steps/values")
    await reporter.post(f"{url}/restoration")
    assert (await reporter.get(step_url(filled, "values"))).json()["data"] == {"values": "Forfra."}


async def test_a_replaced_draft_is_forgotten_after_thirty_days(
    reporter: Client, filled: str, database: Database
) -> None:
    url = f"/v1/tilbud/{filled}/draft"
    await reporter.post(url, json={"start": "new"})
    await save(reporter, filled, "values", {"values": "Forfra."})
    for days, status in ((29, 200), (31, 409)):
        async with database.begin() as session:
            await session.execute(
                text(f"UPDATE drafts SET replaced_at = now() - interval '{days} days' WHERE replaced_at IS NOT NULL")  # noqa: S608
            )
        await forget_drafts(database)
        assert (await reporter.post(f"{url}/restoration")).status_code == status
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM drafts")) == 1


async def test_a_step_that_awaits_approval_cannot_be_changed(reporter: Client, sent: Any) -> None:
    shown = (await reporter.get(step_url(sent.tilbud_id, "values"))).json()
    assert shown["locked_by"] == [{"step": "values", "submission_id": sent.submission_id}]
    refused = await edit(reporter, sent.tilbud_id, "values", values="Nyt.")
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("/step-locked")
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/values"]
    same = await save(reporter, sent.tilbud_id, "values", shown["data"])
    assert same.status_code == 200


async def test_a_lock_covers_one_department_only(reporter: Client, approved: Any) -> None:
    tilbud_id = approved.tilbud_id
    assert (await edit_department(reporter, tilbud_id, "places/afd-1", vacancies=1)).status_code == 200
    assert (await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions")).json()["steps"] == ["places/afd-1"]
    refused = await edit_department(reporter, tilbud_id, "places/afd-1", vacancies=0)
    assert refused.status_code == 409
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/places/afd-1"]
    assert (await edit_department(reporter, tilbud_id, "places/afd-2", vacancies=1)).status_code == 200
    assert (await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions")).json()["steps"] == ["places/afd-2"]


async def test_an_unknown_step_or_tilbud_is_not_found(reporter: Client, tilbud_id: str) -> None:
    for path in (step_url(tilbud_id, "summary"), step_url(tilbud_id, "home"), step_url("CRV-1", "values")):
        assert (await reporter.get(path)).status_code == 404
        assert (await reporter.put(path, json={}, headers={"If-Match": '"x"'})).status_code == 404
