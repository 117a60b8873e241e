"""Cases over HTTP: who sees what, what is refused, and what happens at the same moment."""

import asyncio
from typing import Any

import pytest

from chassis.database import Database

SUBMISSION = "0193a1b0-0000-7000-8000-000000000001"
CASE = f"/v1/cases/{SUBMISSION}"
STEPS = ("contact", "departments", "places/afd-1")


async def put(client: Any, step: str, verdict: str = "approve", reason: Any = None, etag: Any = None) -> Any:
    if etag is None:
        steps = (await client.get(CASE)).json()["steps"]
        etag = next(item["etag"] for item in steps if item["step"] == step)
    headers = {"If-Match": etag} if etag else {}
    return await client.put(f"{CASE}/decisions/{step}", json={"verdict": verdict, "reason": reason}, headers=headers)


async def conclude(client: Any, **headers: str) -> Any:
    etag = (await client.get(CASE)).headers["etag"]
    return await client.post(f"{CASE}/outcome", headers={"If-Match": etag} | headers)


async def decide_all(client: Any, **rejected: str) -> None:
    for step in STEPS:
        reason = rejected.get(step)
        assert (await put(client, step, "reject" if reason else "approve", reason)).status_code == 200


def slug(answer: Any) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["type"].rsplit("/", 1)[1])


@pytest.mark.parametrize(
    ("persona", "listed", "shown", "decision"),
    [
        ("officer-nord-a", 1, 200, 200),
        ("officer-nord-basic", 1, 200, 200),
        ("officer-syd", 0, 404, 404),
        ("officer-aalborg", 0, 404, 404),
        ("reporter-other", 0, 404, 403),
        ("no-tilbud", 0, 404, 403),
        ("caseworker-aalborg", 0, 404, 403),
        ("reporter-solsikken", 1, 200, 403),
    ],
)
async def test_who_sees_and_decides(
    story: Any, calling: Any, persona: str, listed: int, shown: int, decision: int
) -> None:
    await story.opens()
    async with calling("officer-nord-a") as officer, calling(persona) as client:
        etag = (await officer.get(CASE)).json()["steps"][0]["etag"]
        assert len((await client.get("/v1/cases")).json()["items"]) == listed
        assert (await client.get(CASE)).status_code == shown
        assert (await put(client, "contact", etag=etag)).status_code == decision


async def test_nobody_without_a_token(story: Any, settings: Any, database: Database, identity: Any) -> None:
    from approval.app import build  # noqa: PLC0415
    from chassis.testing import api_client  # noqa: PLC0415

    await story.opens()
    for token in (None, "nonsense", identity.foreign_token("officer-nord-a")):
        async with api_client(build(settings, database), token) as client:
            assert (await client.get(CASE)).status_code == 401
            assert (await put(client, "contact", etag='"x"')).status_code == 401


async def test_the_reporter_sees_only_the_state_while_the_case_awaits(story: Any, calling: Any) -> None:
    await story.opens()
    async with calling("officer-nord-a") as officer, calling("reporter-valmuen") as reporter:
        await put(officer, "contact", "reject", "Telefonnummeret mangler.")
        waiting = (await reporter.get(CASE)).json()
        assert (waiting["state"], waiting["can_open"], waiting["steps"], waiting["log"]) == ("awaiting", False, [], [])
        assert slug(await reporter.get(f"{CASE}/changes")) == "wrong-state"
        await put(officer, "departments")
        await put(officer, "places/afd-1")
        await conclude(officer)
        returned = (await reporter.get(CASE)).json()
        assert returned["state"] == "returned"
        assert [step["verdict"] for step in returned["steps"]] == ["reject", "approve", "approve"]
        assert returned["steps"][0]["reason"] == "Telefonnummeret mangler."
        assert (await reporter.get(f"{CASE}/changes")).status_code == 200


async def test_a_case_that_another_authority_decides_is_listed_and_cannot_be_opened(story: Any, calling: Any) -> None:
    await story.hears(story.created(), story.assigned("socialtilsyn-syd"), story.sent(), story.routed())
    async with calling("officer-syd") as syd, calling("officer-nord-a") as nord:
        [item] = (await syd.get("/v1/cases", params={"tilbud_id": "CRV-6324"})).json()["items"]
        assert (item["can_open"], item["authority"]) == (False, "socialtilsyn-nord")
        assert item["authority_name"] == "Socialtilsyn Nord"
        assert (await syd.get(CASE)).json()["steps"] == []
        etag = (await nord.get(CASE)).json()["steps"][0]["etag"]
        assert (await put(syd, "contact", etag=etag)).status_code == 404
        [own] = (await nord.get("/v1/cases")).json()["items"]
        assert own["can_open"] is True


async def test_a_decision_needs_the_current_etag_and_a_reason_to_reject(story: Any, calling: Any) -> None:
    await story.opens()
    async with calling("officer-nord-a") as client:
        assert slug(await client.put(f"{CASE}/decisions/contact", json={"verdict": "approve"})) == (
            "precondition-required"
        )
        first = await put(client, "contact")
        assert first.headers["etag"] == first.json()["etag"]
        assert slug(await put(client, "contact", etag='"old"')) == "stale"
        assert slug(await put(client, "contact", "reject", "  ")) == "reason-required"
        cpr = await put(client, "contact", "reject", "Ring til 010190-1234.")
        assert (slug(cpr), cpr.json()["errors"][0]["code"]) == ("invalid", "cpr-number")
        assert "010190" not in cpr.text
        assert slug(await put(client, "contact", "perhaps")) == "invalid"
        assert (await put(client, "values", etag='"x"')).status_code == 404
        assert (await put(client, "places/afd-9", etag='"x"')).status_code == 404
        changed = await put(client, "contact", "reject", "Forkert nummer.", etag=first.json()["etag"])
        assert changed.json()["verdict"] == "reject"
        log = (await client.get(CASE)).json()["log"]
        assert [(entry["act"], entry["verdict"]) for entry in log] == [
            ("opened", None),
            ("decided", "approve"),
            ("decided", "reject"),
        ]


async def test_of_two_officers_at_the_same_step_one_is_told(story: Any, calling: Any) -> None:
    await story.opens()
    async with calling("officer-nord-a") as rasmus, calling("officer-nord-b") as nanna:
        etag = (await rasmus.get(CASE)).json()["steps"][0]["etag"]
        answers = await asyncio.gather(
            put(rasmus, "contact", etag=etag), put(nanna, "contact", "reject", "Nej.", etag=etag)
        )
        assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_the_outcome_is_pressed_once(story: Any, calling: Any) -> None:
    await story.opens()
    async with calling("officer-nord-a") as rasmus, calling("officer-nord-b") as nanna:
        await decide_all(rasmus)
        assert slug(await rasmus.post(f"{CASE}/outcome")) == "precondition-required"
        assert slug(await rasmus.post(f"{CASE}/outcome", headers={"If-Match": '"old"'})) == "stale"
        answers = await asyncio.gather(conclude(rasmus), conclude(nanna))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        receipt = next(answer.json() for answer in answers if answer.status_code == 200)
        assert receipt["outcome"] == "approved"
        assert [step["step"] for step in receipt["steps"]] == list(STEPS)
        assert slug(await put(rasmus, "contact")) == "wrong-state"
    assert [fact["fact"] for fact in await story.facts()].count("case-approved") == 1


async def test_a_repeated_command_gets_the_same_receipt(story: Any, calling: Any) -> None:
    await story.opens()
    async with calling("officer-nord-a") as client:
        await decide_all(client)
        etag = (await client.get(CASE)).headers["etag"]
        headers = {"If-Match": etag, "Idempotency-Key": "k-1"}
        first = await client.post(f"{CASE}/outcome", headers=headers)
        again = await client.post(f"{CASE}/outcome", headers=headers)
        assert first.status_code == 200
        assert (again.status_code, again.json()) == (200, first.json())


async def test_deciding_and_concluding_at_the_same_moment_contradict_never(story: Any, calling: Any) -> None:
    await story.opens()
    async with calling("officer-nord-a") as rasmus, calling("officer-nord-b") as nanna:
        await decide_all(rasmus)
        step = (await nanna.get(CASE)).json()["steps"][0]["etag"]
        decided, concluded = await asyncio.gather(put(nanna, "contact", "reject", "Vent.", etag=step), conclude(rasmus))
        outcomes = (decided.status_code, concluded.status_code, concluded.json().get("outcome"))
        assert outcomes in {(200, 412, None), (409, 200, "approved"), (200, 200, "returned")}


async def test_closing_at_the_moment_of_the_outcome_leaves_one_end(story: Any, calling: Any) -> None:
    await story.opens()
    async with calling("officer-nord-a") as client:
        await decide_all(client)
        concluded, _ = await asyncio.gather(conclude(client), story.hears(story.closed()))
    ends = [fact["fact"] for fact in await story.facts() if fact["fact"] in {"case-approved", "case-closed"}]
    assert ends == (["case-approved"] if concluded.status_code == 200 else ["case-closed"])


async def test_another_authority_decides_everything_itself(story: Any, calling: Any) -> None:
    await story.opens()
    async with calling("officer-nord-a") as nord:
        await decide_all(nord, contact="Forkert nummer.")
        assert (await conclude(nord)).json()["outcome"] == "returned"
    await story.hears(story.sent(revision=2), story.routed("socialtilsyn-syd", revision=2))
    async with calling("officer-syd") as syd, calling("officer-nord-a") as nord:
        case = (await syd.get(CASE)).json()
        assert all(step["verdict"] is None and step["proposed"] is None for step in case["steps"])
        acts = [(entry["act"], entry["authority"]) for entry in case["log"]]
        assert acts.count(("decided", "socialtilsyn-nord")) == 3
        assert acts[-1] == ("reopened", "socialtilsyn-syd")
        assert (await nord.get(CASE)).json()["can_open"] is False


async def test_the_overview_of_a_first_approval_has_every_step_and_nothing_old(story: Any, calling: Any) -> None:
    await story.opens()
    async with calling("officer-nord-a") as client:
        overview = (await client.get(f"{CASE}/changes", params={"only_changed": True})).json()
    assert [section["step"] for section in overview["sections"]] == list(STEPS)
    assert all(section["old"] is None and section["changed"] for section in overview["sections"])
    assert overview["sections"][2]["department"] == {"id": "afd-1", "name": "Afdeling Nord"}
    assert overview["sections"][2]["title"] == "Pladser"


async def test_the_overview_shows_approved_beside_reported(story: Any, calling: Any) -> None:
    await story.opens()
    second = "0193a1b0-0000-7000-8000-000000000002"
    leader = {"name": "Ny Leder", "email": "ny@solsikken.example", "phone": "98000009"}
    content = {
        "contact": dict(story.content["contact"], leader=leader),
        "places/afd-1": story.content["places/afd-1"],
    }
    async with calling("officer-nord-a") as client:
        await decide_all(client)
        await conclude(client)
        await story.hears(
            story.sent(number=2, submission_id=second, content=content), story.routed(submission_id=second)
        )
        whole = (await client.get(f"/v1/cases/{second}/changes")).json()
        changed = (await client.get(f"/v1/cases/{second}/changes?only_changed=true")).json()
        closed = (await client.get(f"{CASE}/changes")).json()
    assert [(section["step"], section["changed"]) for section in whole["sections"]] == [
        ("contact", True),
        ("places/afd-1", False),
    ]
    [section] = changed["sections"]
    name = next(change for change in section["changes"] if change["path"] == "/leader/name")
    assert (name["old"], name["new"]) == ("Lis Lind", "Ny Leder")
    assert name["label"]
    assert all(section["old"] is None for section in closed["sections"])


SECOND, THIRD = SUBMISSION[:-1] + "2", SUBMISSION[:-1] + "3"


async def approve_first(story: Any, client: Any) -> None:
    """The first report is sent and approved."""
    await story.opens()
    await decide_all(client)
    assert (await conclude(client)).status_code == 200


async def approve_case(client: Any, case: str) -> Any:
    """Approve the one step of a case; return what was answered at each turn."""
    shown = (await client.get(f"/v1/cases/{case}")).json()
    [step] = shown["steps"]
    path = f"/v1/cases/{case}/decisions/{step['step']}"
    decided = await client.put(path, json={"verdict": "approve"}, headers={"If-Match": step["etag"]})
    tag = {"If-Match": decided.json()["case_etag"]}
    return step, decided.json(), (await client.post(f"/v1/cases/{case}/outcome", headers=tag)).json()


async def test_a_department_has_its_name_where_the_case_does_not_list_it(story: Any, calling: Any) -> None:
    async with calling("officer-nord-a") as client:
        await approve_first(story, client)
        content = {"places/afd-1": {"approved_places": 9, "vacancies": 2}}
        await story.hears(
            story.sent(number=2, submission_id=SECOND, content=content), story.routed(submission_id=SECOND)
        )
        step, decided, receipt = await approve_case(client, SECOND)
    assert step["title"] == decided["title"] == receipt["steps"][0]["title"] == "Pladser: Afdeling Nord"


async def test_the_overview_compares_with_what_the_fast_lane_told(story: Any, calling: Any) -> None:
    places = {"places/afd-1": story.content["places/afd-1"]}
    async with calling("officer-nord-a") as client:
        await approve_first(story, client)
        # The first report was sent after 11 hours, the second one after 21.
        await story.hears(story.vacancies(2, 1, hours=15), story.vacancies(1, 9, hours=14))
        await story.hears(
            story.sent(number=2, submission_id=SECOND, content=places), story.routed(submission_id=SECOND)
        )
        [section] = (await client.get(f"/v1/cases/{SECOND}/changes")).json()["sections"]
        await story.hears(story.vacancies(3, 0, hours=25))
        [later] = (await client.get(f"/v1/cases/{SECOND}/changes")).json()["sections"]
    told = [(change["path"], change["old"], change["new"]) for change in section["changes"]]
    assert (section["changed"], told) == (True, [("/vacancies", 1, 2)])
    assert later["changes"] == []


@pytest.mark.parametrize("order", [(SECOND, THIRD), (THIRD, SECOND)])
async def test_a_name_is_as_new_as_the_case_that_reports_it(story: Any, calling: Any, order: tuple[str, str]) -> None:
    contact = {"contact": dict(story.content["contact"], name="Solsikken Nord")}
    values = {"values": {"values": "Vi ser mennesket først."}}
    async with calling("officer-nord-a") as client:
        await approve_first(story, client)
        renamed = story.identified(name="Solsikken Nord")
        await story.hears(
            story.sent(number=2, submission_id=SECOND, content=contact, tilbud=renamed),
            story.sent(number=3, submission_id=THIRD, content=values),
            story.routed(submission_id=SECOND),
            story.routed(submission_id=THIRD),
        )
        for case in order:
            await approve_case(client, case)
        assert {item["tilbud_name"] for item in (await client.get("/v1/cases")).json()["items"]} == {"Solsikken Nord"}


async def test_lists_come_in_pages_and_by_state(story: Any, calling: Any) -> None:
    await story.opens()
    for number in range(2, 6):
        submission = f"0193a1b0-0000-7000-8000-00000000000{number}"
        await story.hears(story.sent(number=number, submission_id=submission), story.routed(submission_id=submission))
    async with calling("officer-nord-a") as client:
        seen: list[str] = []
        cursor = None
        while True:
            params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await client.get("/v1/cases", params=params)).json()
            seen += [item["id"] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert [item[-1] for item in seen] == ["5", "4", "3", "2", "1"]
        assert (await client.get("/v1/cases?state=returned")).json()["items"] == []
        assert slug(await client.get("/v1/cases?state=open")) == "invalid"
        assert slug(await client.get("/v1/cases?sort=name")) == "invalid"
        assert slug(await client.get("/v1/cases?limit=101")) == "invalid"
        for cursor in ("x", "WyJub3QgYSB0aW1lIiwgIngiXQ", "WzEsIDJd"):
            assert slug(await client.get(f"/v1/cases?cursor={cursor}")) == "invalid"
