"""The auditor's statement about the rate, from the draft to the approval (L4)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text, update

from chassis.database import Database
from contracts.testing import factories
from reporting.draft_files import commands
from reporting.draft_files.api import MOST_BYTES
from reporting.files.models import File
from reporting.models import Submission
from services.reporting.tests.files.pdfs import pdf, scan
from services.reporting.tests.http_requests import (
    Client,
    approve_case,
    count_rows,
    deliver_events,
    edit,
    example,
    get_submission,
    last_sent,
    return_case,
    save,
    submit,
)

STEP, FIELD = "budget", "rate_statement"
AUDITED = {"rate_audited": True, "rate_audited_on": "2026-02-20", "rate_auditor": "Revision Nord"}

ClientAs = Callable[..., Awaitable[Client]]


async def as_crisis_centre(client: Client, tilbud_id: str) -> None:
    """Let the tilbud be one whose rate an auditor has to look at."""
    bases = [*example("steps/company")["legal_bases"], "kvindekrisecenter"]
    assert (await edit(client, tilbud_id, "company", legal_bases=bases)).status_code == 200
    assert (await edit(client, tilbud_id, STEP, **AUDITED)).status_code == 200


async def put(client: Client, tilbud_id: str, content: bytes, etag: str = "", **params: Any) -> Any:
    """Send the statement, on the step as it is now where no ``etag`` is given."""
    step = f"/v1/tilbud/{tilbud_id}/draft/steps/{STEP}"
    etag = etag or (await client.get(step)).headers.get("ETag", '"x"')
    headers = {"If-Match": etag, "Content-Type": "application/pdf"}
    return await client.put(f"{step}/files/{FIELD}", content=content, headers=headers, params=params)


async def budget(client: Client, tilbud_id: str) -> Any:
    return (await client.get(f"/v1/tilbud/{tilbud_id}/draft/steps/{STEP}")).json()


async def fetched(client: Client, tilbud_id: str, file_id: str) -> int:
    answer = await client.get(f"/v1/tilbud/{tilbud_id}/files/{file_id}")
    return int(answer.status_code)


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


async def test_l4_the_statement_goes_with_the_revision_that_was_sent(
    reporter: Client, filled: str, database: Database
) -> None:
    await as_crisis_centre(reporter, filled)
    wanting = await budget(reporter, filled)
    assert [(each["pointer"], each["code"]) for each in wanting["errors"]] == [("/rate_statement", "missing")]
    first = await put(reporter, filled, pdf("Den første"))
    assert first.status_code == 200, first.text
    drafted = await budget(reporter, filled)
    assert drafted["complete"]
    assert drafted["data"] | AUDITED == drafted["data"]
    assert drafted["data"][FIELD] == first.json()["id"]
    submission = await submit(reporter, filled)
    content = next(each.data for each in (await last_sent(database, submission)).steps if each.key == STEP)
    assert content[FIELD] == first.json()["id"]
    locked = await put(reporter, filled, pdf("En anden"))
    assert (locked.status_code, locked.json()["type"].rpartition("/")[2]) == (409, "step-locked")
    await approve_case(database, submission)
    second = await put(reporter, filled, pdf("Den anden"))
    assert second.json()["id"] != first.json()["id"]
    approved = (await reporter.get(f"/v1/tilbud/{filled}")).json()["baseline"]["steps"][STEP]
    assert approved[FIELD] == first.json()["id"]
    listed = (await reporter.get(f"/v1/tilbud/{filled}/files")).json()["items"]
    assert [(each["id"], each["submissions"]) for each in listed] == [
        (second.json()["id"], []),
        (first.json()["id"], [submission]),
    ]


async def test_l4_a_file_is_saved_and_never_shown(reporter: Client, tilbud_id: str) -> None:
    await as_crisis_centre(reporter, tilbud_id)
    sent = (await put(reporter, tilbud_id, pdf())).json()
    answer = await reporter.get(f"/v1/tilbud/{tilbud_id}/files/{sent['id']}")
    assert answer.content == pdf()
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="erklaering-{tilbud_id}-20')
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert (sent["size"], sent["pages"], sent["unread_pages"], sent["confirmed_by"]) == (len(pdf()), 1, [], None)


async def test_l4_only_those_whose_business_it_is_have_a_file(
    reporter: Client, officer: Client, client_as: ClientAs, filled: str, database: Database
) -> None:
    await as_crisis_centre(reporter, filled)
    file_id = (await put(reporter, filled, pdf())).json()["id"]
    colleague, economy = await client_as("reporter-valmuen"), await client_as("operator-economy")
    basic, syd, other = [await client_as(name) for name in ("officer-nord-basic", "officer-syd", "reporter-other")]
    values = await client_as("reporter-solsikken", rights=["tilbud.report-step:values"])
    everybody = (reporter, colleague, officer, basic, syd, other, economy, values)
    # A draft is the reporters' business, and that of who reports on their behalf.
    assert [await fetched(each, filled, file_id) for each in everybody] == [200, 200, 200, 404, 404, 404, 404, 404]
    submission = await submit(reporter, filled)
    assert [await fetched(each, filled, file_id) for each in everybody] == [200, 200, 200, 200, 404, 404, 404, 404]
    # The case goes to the authority that is right by what was reported.
    await set_authority(database, submission, "socialtilsyn-syd")
    assert [await fetched(each, filled, file_id) for each in everybody] == [200, 200, 200, 200, 200, 404, 404, 404]
    assert len((await syd.get(f"/v1/tilbud/{filled}/files")).json()["items"]) == 1
    assert (await other.get(f"/v1/tilbud/{filled}/files")).status_code == 404
    assert (await values.get(f"/v1/tilbud/{filled}/files")).json()["items"] == []
    assert (await put(other, filled, pdf())).status_code == 404
    assert (await put(basic, filled, pdf())).status_code == 403
    assert (await put(values, filled, pdf())).status_code == 403


async def set_authority(database: Database, submission: str, authority: str) -> None:
    async with database.begin() as session:
        await session.execute(update(Submission).where(Submission.id == submission).values(authority=authority))


async def test_l4_the_same_content_is_the_same_file_and_others_are_told_of_changes(
    reporter: Client, tilbud_id: str, database: Database
) -> None:
    await as_crisis_centre(reporter, tilbud_id)
    etag = (await reporter.get(f"/v1/tilbud/{tilbud_id}/draft/steps/{STEP}")).headers["ETag"]
    first = await put(reporter, tilbud_id, pdf(), etag)
    again = await put(reporter, tilbud_id, pdf(), etag)
    assert (first.status_code, again.status_code) == (200, 200)
    assert (again.json()["id"], again.headers["ETag"]) == (first.json()["id"], first.headers["ETag"])
    assert (await put(reporter, tilbud_id, pdf("Ny"), etag)).status_code == 412
    step = f"/v1/tilbud/{tilbud_id}/draft/steps/{STEP}/files/{FIELD}"
    assert (await reporter.put(step, content=pdf("Ny"), headers={"Content-Type": "application/pdf"})).status_code == 428
    both = await asyncio.gather(*(put(reporter, tilbud_id, pdf(each), first.headers["ETag"]) for each in "AB"))
    assert sorted(each.status_code for each in both) == [200, 412]
    assert await count_rows(database, "files") == 2
    one_step_back = await put(reporter, tilbud_id, pdf())
    assert (one_step_back.json()["id"], await count_rows(database, "files")) == (first.json()["id"], 2)


async def test_l4_a_scanned_file_needs_somebody_who_answers_for_it(reporter: Client, tilbud_id: str) -> None:
    await as_crisis_centre(reporter, tilbud_id)
    refused = await put(reporter, tilbud_id, scan())
    assert (refused.status_code, codes(refused)) == (422, [("/rate_statement", "file-unread")])
    assert FIELD not in (await budget(reporter, tilbud_id))["data"]
    taken = (await put(reporter, tilbud_id, scan(), confirmed_without_cpr="true")).json()
    assert (taken["unread_pages"], taken["confirmed_by"]["name"]) == ([1], taken["received_by"]["name"])


async def test_l4_what_cannot_be_used_leaves_the_draft_as_it_is(
    reporter: Client, tilbud_id: str, database: Database
) -> None:
    await as_crisis_centre(reporter, tilbud_id)
    before = await budget(reporter, tilbud_id)
    for content, status in ((b"", 422), (b"PK\x03\x04", 422), (bytes(MOST_BYTES + 1), 413), (pdf(password="x"), 422)):
        answer = await put(reporter, tilbud_id, content)
        assert answer.status_code == status, answer.text
    word = await reporter.put(
        f"/v1/tilbud/{tilbud_id}/draft/steps/{STEP}/files/{FIELD}",
        content=pdf(),
        headers={"If-Match": '"x"', "Content-Type": "application/msword"},
    )
    assert word.status_code == 415
    for place in ("budget/files/year", "budget/files/nothing", "values/files/rate_statement"):
        headers = {"If-Match": '"x"', "Content-Type": "application/pdf"}
        url = f"/v1/tilbud/{tilbud_id}/draft/steps/{place}"
        assert (await reporter.put(url, content=pdf(), headers=headers)).status_code == 404
    assert (await budget(reporter, tilbud_id), await count_rows(database, "files")) == (before, 0)


async def test_l4_a_draft_names_no_file_of_anybody_else(reporter: Client, officer: Client, tilbud_id: str) -> None:
    other = (await officer.post("/v1/tilbud", json=example("create-tilbud"))).json()["id"]
    for each in (tilbud_id, other):
        await as_crisis_centre(reporter, each)
    theirs = (await put(reporter, other, pdf())).json()["id"]
    for named, code in ((theirs, "unknown-value"), ("../../etc/passwd", "unknown-value"), (7, "wrong-type")):
        refused = await edit(reporter, tilbud_id, STEP, rate_statement=named)
        assert (refused.status_code, codes(refused)) == (422, [("/rate_statement", code)])
    own = (await put(reporter, tilbud_id, pdf("Egen"))).json()["id"]
    seen = (await reporter.get(f"/v1/tilbud/{other}/draft/steps/{STEP}")).headers["ETag"]
    body = {"to": [other], "if_match": {other: seen}}
    copied = await reporter.post(f"/v1/tilbud/{tilbud_id}/draft/steps/{STEP}/copies", json=body)
    assert copied.status_code == 200, copied.text
    assert (await budget(reporter, tilbud_id))["data"][FIELD] == own
    assert (await budget(reporter, other))["data"][FIELD] == theirs
    gone = {name: value for name, value in (await budget(reporter, other))["data"].items() if name != FIELD}
    assert (await save(reporter, other, STEP, gone)).json()["data"].get(FIELD) is None


async def test_l4_what_nobody_sent_is_forgotten_and_never_too_many(
    reporter: Client, filled: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await as_crisis_centre(reporter, filled)
    kept = (await put(reporter, filled, pdf("Sendt"))).json()["id"]
    submission = await submit(reporter, filled)
    await return_case(database, submission, STEP)
    await put(reporter, filled, pdf("Fortrudt"))
    async with database.begin() as session:
        await session.execute(text("UPDATE files SET received_at = received_at - interval '2 days'"))
    # What was replaced in the draft goes once it is a day old; what a case holds stays.
    drafted = (await put(reporter, filled, pdf("Kladde"))).json()["id"]
    await put(reporter, filled, pdf("Kladde 2"))
    async with database.read() as session:
        left = set((await session.scalars(File.__table__.select().with_only_columns(File.id))).all())
    assert {kept, drafted} <= left
    assert len(left) == 3
    monkeypatch.setattr(commands, "MOST_UNSENT", 2)
    many = await put(reporter, filled, pdf("Endnu en"))
    assert (many.status_code, many.json()["type"].rpartition("/")[2]) == (409, "conflict")


async def test_l4_a_returned_case_is_sent_again_with_another_statement(
    reporter: Client, officer: Client, filled: str, database: Database
) -> None:
    await as_crisis_centre(reporter, filled)
    first = (await put(reporter, filled, pdf("Første"))).json()["id"]
    submission = await submit(reporter, filled)
    await return_case(database, submission, STEP)
    second = (await put(reporter, filled, pdf("Anden"))).json()["id"]
    again = await reporter.post(f"/v1/tilbud/{filled}/submissions/{submission}/resubmission")
    assert again.status_code == 200, again.text
    # Both rounds of the case show what was sent in them.
    assert [await fetched(officer, filled, each) for each in (first, second)] == [200, 200]
    sent = await last_sent(database, submission)
    await deliver_events(database, factories.case_approved(of=sent))
    assert (await get_submission(reporter, filled, submission))["state"] == "approved"
