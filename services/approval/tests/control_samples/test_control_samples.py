"""L3: the national operator samples a tilbud's data, step by step up to a marking; all who are concerned see it."""

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from approval.control_samples.commands import watch_control_samples
from approval.operate import republish
from chassis.database import Database
from contracts.testing import factories
from devstack.in_process import emitted
from services.approval.tests.inbound.https_sender import send
from services.approval.tests.officer import slug

SAMPLES = "/v1/control-samples"
OPERATOR, REPORTER, OFFICER = "national-operator", "reporter-solsikken", "officer-nord-a"
DAY = date(2026, 12, 1)
BODY = {
    "tilbud_id": "CRV-6324",
    "steps": ["places", "annual-report"],
    "reason": "Send dokumentation for antallet af pladser.",
    "deadline": "2026-12-15",
}
WHY = {"reason": "Antallet af pladser er ikke dokumenteret."}
GOLDEN = (
    Path(__file__).parents[4] / "contracts" / "golden" / "dk.tilbudsportalen.approval.control-sample-changed.v1.json"
)


@pytest.fixture
async def known(scenario: Any, set_day: Any) -> None:
    """A tilbud that Socialtilsyn Nord supervises."""
    set_day(DAY)
    await scenario.deliver(scenario.created(), scenario.assigned())


async def begun(client_as: Any, **fields: Any) -> str:
    async with client_as(OPERATOR) as client:
        answer = await client.post(SAMPLES, json=BODY | fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


async def act(client: Any, sample: str, name: str, etag: str | None = None, **body: Any) -> Any:
    """Do something in a sample as it is now where no ``etag`` is given."""
    if etag is None:
        etag = (await client.get(f"{SAMPLES}/{sample}")).headers["etag"]
    return await client.post(f"{SAMPLES}/{sample}/{name}", json=body, headers={"If-Match": etag})


async def marked(client_as: Any, set_day: Any) -> str:
    """Lead a sample to a marking, each step on the first day on which it is possible."""
    sample = await begun(client_as)
    async with client_as(OPERATOR) as client:
        for day, name, more in (
            (date(2026, 12, 16), "correction", {"deadline": "2027-01-10"}),
            (date(2027, 1, 11), "order", {}),
            (date(2027, 2, 9), "hearing", {}),
            (date(2027, 2, 24), "marking", {}),
        ):
            set_day(day)
            answer = await act(client, sample, name, **WHY, **more)
            assert answer.status_code == 200, answer.text
    return sample


async def facts(scenario: Any, name: str = "control-sample-changed") -> list[dict[str, Any]]:
    return [fact["data"] for fact in await scenario.published() if fact["fact"] == name]


@pytest.mark.usefixtures("known")
async def test_a_sample_leads_to_a_marking_that_is_removed_on_request(
    client_as: Any, set_day: Any, scenario: Any
) -> None:
    sample = await marked(client_as, set_day)
    async with client_as(OPERATOR) as client:
        refused = await act(client, sample, "closure", outcome="removed", **WHY)
        assert (refused.status_code, slug(refused)) == (409, "conflict")
    async with client_as(REPORTER) as reporter:
        shown = (await reporter.get(f"{SAMPLES}/{sample}")).json()
        assert shown["marking"] == {"since": "2027-02-24", "reason": WHY["reason"]}
        assert (shown["may_answer"], shown["next_acts"], shown["awaits"]) == (True, [], None)
        assert (await act(reporter, sample, "answers", text="Det er rettet.")).json()["awaits"] == "operator"
    async with client_as(OPERATOR) as client:
        assert (await act(client, sample, "refusal", reason="Det er ikke rettet.")).json()["state"] == "marked"
    async with client_as(REPORTER) as reporter:
        assert (await act(reporter, sample, "answers", text="Nu er det.")).status_code == 200
    async with client_as(OPERATOR) as client:
        done = (await act(client, sample, "closure", outcome="removed", reason="Det er rettet.")).json()
    assert (done["state"], done["outcome"], done["marking"]) == ("closed", "removed", None)
    assert [each["act"] for each in done["acts"]] == [
        *("documentation", "correction", "order", "hearing", "marking"),
        *("answer", "refusal", "answer", "closure"),
    ]
    assert done["acts"][2]["deadline"] == "2027-02-08"
    told = await facts(scenario)
    assert [(each["version"], each["state"]) for each in told][3:6] == [(4, "hearing"), (5, "marked"), (6, "marked")]
    assert told[4].keys() == json.loads(GOLDEN.read_text()).keys()
    assert [each["marking"] is not None for each in told] == [*[False] * 4, *[True] * 4, False]
    assert {each["authority"] for each in told} == {"socialtilsyn-nord"}


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("outcome", ["documented", "dropped"])
async def test_it_ends_early_and_another_may_begin(client_as: Any, outcome: str) -> None:
    sample = await begun(client_as)
    async with client_as(OPERATOR) as client:
        again = await client.post(SAMPLES, json=BODY)
        assert (again.status_code, slug(again)) == (409, "conflict")
        assert (await act(client, sample, "closure", outcome="corrected", **WHY)).status_code == 409
        assert (await act(client, sample, "closure", outcome=outcome, **WHY)).status_code == 200
        assert (await act(client, sample, "closure", outcome="dropped", **WHY)).status_code == 409
        second = (await client.post(SAMPLES, json=BODY)).json()
        found = (await client.get(SAMPLES, params={"tilbud_id": "CRV-6324"})).json()
    assert (second["number"], second["state"], [each["number"] for each in found["items"]]) == (
        2,
        "documentation",
        [2, 1],
    )
    assert (found["total"], found["counts"]["closed"], found["counts"]["documentation"]) == (2, 1, 1)


@pytest.mark.usefixtures("known")
async def test_nobody_is_hurried_and_no_step_is_left_out(client_as: Any, set_day: Any) -> None:
    sample = await begun(client_as)
    async with client_as(OPERATOR) as client:
        early = await act(client, sample, "correction", deadline="2027-01-10", **WHY)
        assert (early.status_code, early.json()["detail"]) == (409, "Tilbuddets frist er ikke udløbet.")
        for name in ("order", "hearing", "marking"):
            assert (await act(client, sample, name, **WHY)).status_code == 409
        set_day(date(2026, 12, 16))
        late = await act(client, sample, "correction", deadline="2026-12-16", **WHY)
        assert (late.status_code, late.json()["errors"][0]["pointer"]) == (422, "/deadline")


@pytest.mark.usefixtures("known")
async def test_an_act_is_done_on_what_one_has_seen(client_as: Any) -> None:
    sample = await begun(client_as)
    async with client_as(OPERATOR) as client, client_as(REPORTER) as reporter:
        seen = (await client.get(f"{SAMPLES}/{sample}")).headers["etag"]
        assert (await client.post(f"{SAMPLES}/{sample}/closure", json={"outcome": "dropped", **WHY})).status_code == 428
        assert (await act(reporter, sample, "answers", text="Se bilaget.")).status_code == 200
        stale = await act(client, sample, "closure", seen, outcome="dropped", **WHY)
        assert (stale.status_code, slug(stale)) == (412, "stale")
        fresh = (await client.get(f"{SAMPLES}/{sample}")).headers["etag"]
        both = await asyncio.gather(
            act(client, sample, "correction", fresh, deadline="2027-01-10", **WHY),
            act(client, sample, "closure", fresh, outcome="documented", **WHY),
        )
        assert sorted(each.status_code for each in both) == [200, 412]


@pytest.mark.usefixtures("known")
async def test_of_two_operators_who_begin_at_once_one_does(client_as: Any, scenario: Any) -> None:
    async with client_as(OPERATOR) as client:
        both = await asyncio.gather(client.post(SAMPLES, json=BODY), client.post(SAMPLES, json=BODY))
        assert sorted(each.status_code for each in both) == [201, 409]
        key = {"Idempotency-Key": "again"}
        sample = next(each.json()["id"] for each in both if each.status_code == 201)
        etag = (await client.get(f"{SAMPLES}/{sample}")).headers["etag"]
        twice = [
            await client.post(
                f"{SAMPLES}/{sample}/closure", json={"outcome": "dropped", **WHY}, headers={"If-Match": etag} | key
            )
            for _ in range(2)
        ]
        assert twice[0].json() == twice[1].json()
    assert len(await facts(scenario)) == 2


@pytest.mark.usefixtures("known")
async def test_who_supervises_reads_who_runs_it_answers_and_nobody_else_sees_it(client_as: Any) -> None:
    sample = await begun(client_as)
    for persona, found in ((OPERATOR, 1), (OFFICER, 1), (REPORTER, 1), ("officer-syd", 0), ("reporter-other", 0)):
        async with client_as(persona) as client:
            assert (await client.get(SAMPLES)).json()["total"] == found, persona
            assert (await client.get(f"{SAMPLES}/{sample}")).status_code == (200 if found else 404), persona
            if persona != OPERATOR:
                assert (await client.post(SAMPLES, json=BODY)).status_code == 403
                ordered = await client.post(f"{SAMPLES}/{sample}/order", json=WHY, headers={"If-Match": "*"})
                assert ordered.status_code == 403
            if persona != REPORTER:
                answer = await client.post(f"{SAMPLES}/{sample}/answers", json={"text": "x"}, headers={"If-Match": "*"})
                assert answer.status_code == (403 if found else 404), persona
    async with client_as(OPERATOR) as client:
        assert (await client.get(f"{SAMPLES}/x")).status_code == 404


@pytest.mark.usefixtures("known")
async def test_what_cannot_be_is_refused_at_its_place(client_as: Any) -> None:
    wrong: tuple[tuple[dict[str, Any], str, str], ...] = (
        ({"tilbud_id": "CRV-1"}, "/tilbud_id", "unknown"),
        ({"steps": []}, "/steps", "too-few"),
        ({"steps": ["places", "x"]}, "/steps/1", "unknown"),
        ({"deadline": "2026-12-01"}, "/deadline", "out-of-range"),
        ({"deadline": "i morgen"}, "/deadline", "invalid-date"),
        ({"reason": "Om 010190-1234."}, "/reason", "cpr-number"),
    )
    async with client_as(OPERATOR) as client:
        for fields, pointer, code in wrong:
            answer = await client.post(SAMPLES, json=BODY | fields)
            assert answer.status_code == 422, fields
            assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, code)


@pytest.mark.usefixtures("known")
async def test_what_has_ceased_is_not_sampled(client_as: Any, system_client: Any) -> None:
    async with system_client("socialtilsyn-nord") as system:
        kind = {"ce-type": "dk.tilsyn.tilbud.ceased.v1"}
        await send(system, {"tilbud_id": "CRV-6324", "ceased_on": "2026-11-30", "reason": "Lukket."}, **kind)
    async with client_as(OPERATOR) as client:
        refused = await client.post(SAMPLES, json=BODY)
        assert (refused.status_code, slug(refused)) == (409, "conflict")


@pytest.mark.usefixtures("known")
async def test_each_deadline_is_told_before_and_after(
    client_as: Any, scenario: Any, database: Database, set_day: Any
) -> None:
    sample = await begun(client_as)

    async def noticed() -> list[tuple[str, bool]]:
        told = await facts(scenario, "deadline-noticed")
        assert all((each["deadline_of"], each["reference"]) == ("control-sample", sample) for each in told)
        return [(each["deadline"], each["passed"]) for each in told]

    await watch_control_samples(database)
    assert await noticed() == []
    set_day(date(2026, 12, 8))
    await asyncio.gather(*(watch_control_samples(database) for _ in range(3)))
    assert await noticed() == [("2026-12-15", False)]
    for day in (date(2026, 12, 16), date(2026, 12, 1), date(2027, 3, 1)):
        set_day(day)
        await watch_control_samples(database)
    assert await noticed() == [("2026-12-15", False), ("2026-12-15", True)]
    async with client_as(OPERATOR) as client:
        found = (await client.get(SAMPLES, params={"overdue": True})).json()
    assert (found["overdue"], [(each["overdue"], each["awaits"]) for each in found["items"]]) == (
        1,
        [(True, "operator")],
    )


@pytest.mark.usefixtures("known")
async def test_what_is_answered_or_over_has_no_deadline_to_tell(
    client_as: Any, scenario: Any, database: Database, set_day: Any
) -> None:
    sample = await begun(client_as)
    async with client_as(REPORTER) as reporter:
        assert (await act(reporter, sample, "answers", text="Her er det.")).status_code == 200
    set_day(date(2026, 12, 14))
    await watch_control_samples(database)
    async with client_as(OPERATOR) as client:
        assert (await act(client, sample, "correction", deadline="2026-12-20", **WHY)).status_code == 200
        assert (await act(client, sample, "closure", outcome="corrected", **WHY)).status_code == 200
    set_day(date(2027, 2, 1))
    await watch_control_samples(database)
    assert await facts(scenario, "deadline-noticed") == []


@pytest.mark.usefixtures("known")
async def test_the_list_is_read_in_pages_the_earliest_deadline_first(client_as: Any, scenario: Any) -> None:
    await scenario.deliver(
        *(scenario.created(each) for each in ("CRV-1", "CRV-2")),
        *(scenario.assigned(tilbud_id=each) for each in ("CRV-1", "CRV-2")),
    )
    for tilbud_id, deadline in (("CRV-6324", "2026-12-20"), ("CRV-1", "2026-12-10"), ("CRV-2", "2026-12-30")):
        await begun(client_as, tilbud_id=tilbud_id, deadline=deadline)
    async with client_as(OPERATOR) as client:
        first = (await client.get(SAMPLES, params={"limit": 2})).json()
        rest = (await client.get(SAMPLES, params={"limit": 2, "cursor": first["next"]})).json()
    assert [each["tilbud_id"] for each in (*first["items"], *rest["items"])] == ["CRV-1", "CRV-6324", "CRV-2"]
    assert (rest["next"], first["total"]) == (None, 3)


@pytest.mark.usefixtures("known")
async def test_republish_tells_the_newest_sample_again(client_as: Any, database: Database, set_day: Any) -> None:
    await marked(client_as, set_day)
    async with database.begin() as session:
        assert await republish(session, "tilbud", factories.TILBUD_ID) == 1
    data = json.loads((await emitted(database))[-1]["value"])
    assert (data["republished"], data["version"], data["act"], data["marking"]["since"]) == (
        True,
        5,
        "marking",
        "2027-02-24",
    )


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("statement", ["UPDATE control_sample_acts SET text = 'x'", "DELETE FROM control_sample_acts"])
async def test_what_was_done_is_only_added_to(client_as: Any, database: Database, statement: str) -> None:
    sample = await begun(client_as)
    with pytest.raises(ProgrammingError, match="only added to"):
        async with database.begin() as session:
            await session.execute(text(statement))
    async with client_as(OPERATOR) as client:
        assert (await client.get(f"{SAMPLES}/{sample}")).json()["acts"][0]["text"] == BODY["reason"]
