"""A second kind of subject, which only tests register, goes the whole way of a case: only registries know of it."""

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select, text

from approval.app import build
from approval.cases.models import Case
from approval.consumers import subscriptions
from approval.kinds import KINDS, CaseKind
from approval.operate import projection, republish
from approval.settings import ApprovalSettings
from approval.subjects.models import Subject
from approval.submissions.models import ApprovedStep
from approval.tilsyn.models import Tilsyn
from chassis.clock import today
from chassis.database import Database
from contracts.kinds import Kind
from contracts.testing import lighthouse
from contracts.testing.factories import NORD, TILBUD_ID
from devstack.in_process import api_client
from services.approval.tests.factories import SECOND, SUBMISSION, Scenario
from services.approval.tests.inbound.https_sender import receipt, send, tilsyn
from services.approval.tests.officer import CASE, conclude, decide, slug

OF_TILBUD = [f"tilbud.approve:{NORD}"]
OF_LIGHTHOUSES = [f"plejefamilie.approve:{NORD}"]
CONTENT = {"tower": {"colour": "rød"}, "keepers": {"keepers": [{"name": "Ane Fyr"}]}}
LIGHTHOUSE = {"fyrtaarn_id": TILBUD_ID}


@pytest.fixture
def kind() -> Iterator[Kind]:
    """The kind, registered in the contracts and here."""
    with lighthouse.registered() as registered:
        KINDS.register(registered.id, CaseKind(registered.id))
        yield registered
        KINDS.unregister(registered.id)


@pytest.fixture
def of_tilbud(database: Database) -> Scenario:
    """What is published about a tilbud."""
    return Scenario(database)


@pytest.fixture
def scenario(database: Database, kind: Kind) -> Scenario:
    """What is published about a lighthouse with the id of that tilbud."""
    return Scenario(database, kind)


@pytest.fixture
def officer(settings: ApprovalSettings, database: Database, identity: Any, kind: Kind) -> Callable[..., Any]:
    """Open the API as an officer with these rights."""
    assert kind.id in KINDS
    app = build(settings, database)
    return lambda rights: api_client(app, identity.token("officer-nord-a", rights=rights))


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
async def test_a_case_opens_from_report_and_routing_in_any_order(scenario: Scenario, order: tuple[int, ...]) -> None:
    records = [scenario.created(), scenario.assigned(), scenario.sent(content=CONTENT), scenario.routed()]
    await scenario.deliver(*(records[index] for index in order))
    [opened] = await scenario.published()
    assert (opened["topic"], opened["key"], opened["fact"]) == (
        "approval.fyrtaarn-cases.v1",
        TILBUD_ID,
        "fyrtaarn-case-opened",
    )
    assert opened["data"]["steps"] == list(CONTENT)
    assert opened["data"].items() >= {**LIGHTHOUSE, "case_id": SUBMISSION, "authority": NORD}.items()


async def test_a_case_is_returned_resubmitted_and_approved(
    scenario: Scenario, officer: Any, database: Database
) -> None:
    await scenario.open_case(content=CONTENT)
    async with officer(OF_LIGHTHOUSES) as client:
        shown = (await client.get(CASE)).json()
        assert [step["title"] for step in shown["steps"]] == ["Tårnet", "Fyrpassere"]
        assert (await decide(client, "tower")).status_code == 200
        assert (await decide(client, "keepers", "reject", "Hvem har nattevagt?")).status_code == 200
        returned = (await conclude(client)).json()
        assert (returned["outcome"], returned["fyrtaarn_id"]) == ("returned", TILBUD_ID)

        await scenario.deliver(scenario.sent(revision=2, content=CONTENT), scenario.routed(revision=2))
        for step in CONTENT:
            assert (await decide(client, step)).status_code == 200
        approved = (await conclude(client)).json()
        assert (approved["outcome"], [step["title"] for step in approved["steps"]]) == (
            "approved",
            ["Tårnet", "Fyrpassere"],
        )
    published = await scenario.published()
    assert [each["fact"].removeprefix("fyrtaarn-") for each in published] == [
        "case-opened",
        "case-returned",
        "case-opened",
        "case-approved",
    ]
    assert [each["sequence"] for each in published] == [1, 2, 3, 4]
    assert {each["topic"] for each in published} == {"approval.fyrtaarn-cases.v1"}
    assert published[-1]["data"]["step_keys"] == list(CONTENT)
    assert not {"steps", "tilbud", "leader", "contact"} & published[-1]["data"].keys()
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(ApprovedStep)) == 0


async def test_a_case_that_the_reporter_gave_up_is_closed(scenario: Scenario, officer: Any) -> None:
    await scenario.open_case(content=CONTENT)
    await scenario.deliver(scenario.closed())
    async with officer(OF_LIGHTHOUSES) as client:
        assert (await client.get(CASE)).json()["outcome"] == "given-up"
    assert (await scenario.published())[-1]["fact"] == "fyrtaarn-case-closed"


async def test_the_right_to_decide_about_one_kind_is_none_about_another(
    scenario: Scenario, of_tilbud: Scenario, officer: Any
) -> None:
    await scenario.open_case(content=CONTENT)
    await of_tilbud.deliver(of_tilbud.created(), of_tilbud.assigned())
    await of_tilbud.deliver(of_tilbud.sent(submission_id=SECOND), of_tilbud.routed(submission_id=SECOND))
    async with officer(OF_LIGHTHOUSES) as family, officer(OF_TILBUD) as other, officer([]) as nobody:
        etag = (await family.get(CASE)).json()["steps"][0]["etag"]
        for address in (CASE, f"{CASE}/changes"):
            assert (await other.get(address)).status_code == 404
        assert (await decide(other, "tower", etag=etag)).status_code == 404
        assert (await other.post(f"{CASE}/outcome", headers={"If-Match": '"x"'})).status_code == 404
        assert slug(await decide(nobody, "tower", etag=etag)) == "forbidden"
        assert (await family.get(f"/v1/cases/{SECOND}")).status_code == 404
        listed = [[item["id"] for item in (await each.get("/v1/cases")).json()["items"]] for each in (family, other)]
        assert listed == [[SUBMISSION], [SECOND]]
        assert (await decide(family, "tower", etag=etag)).status_code == 200


async def test_the_answers_name_the_subject_as_its_kind_does(scenario: Scenario, officer: Any) -> None:
    await scenario.open_case(content=CONTENT)
    async with officer(OF_LIGHTHOUSES) as client:
        [item] = (await client.get("/v1/cases")).json()["items"]
        case = (await client.get(CASE)).json()
        changes = (await client.get(f"{CASE}/changes")).json()
    for answer in (item, case, changes):
        assert answer.items() >= LIGHTHOUSE.items()
        assert not {"tilbud_id", "tilbud_name"} & answer.keys()
    # What the steps hold is fetched where it is stored.
    assert changes["sections"] == []


async def test_subjects_of_two_kinds_with_one_id_have_nothing_in_common(
    scenario: Scenario, of_tilbud: Scenario, database: Database, officer: Any
) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned("socialtilsyn-syd"))
    await of_tilbud.deliver(of_tilbud.created(), of_tilbud.assigned())
    await scenario.deliver(scenario.sent(content=CONTENT), scenario.routed("socialtilsyn-syd"))
    await of_tilbud.deliver(of_tilbud.sent(submission_id=SECOND), of_tilbud.routed(submission_id=SECOND))
    async with database.read() as session:
        rows = (await session.execute(select(Subject.kind, Subject.name, Subject.authority, Subject.sequence))).all()
        cases = (await session.execute(select(Case.id, Case.kind).order_by(Case.id))).all()
    assert sorted(map(tuple, rows)) == [("fyrtaarn", "", "socialtilsyn-syd", 1), ("tilbud", "Solsikken", NORD, 1)]
    assert list(map(tuple, cases)) == [(SUBMISSION, "fyrtaarn"), (SECOND, "tilbud")]
    async with officer(OF_TILBUD) as client:
        found = (await client.get("/v1/cases", params={"tilbud_id": TILBUD_ID})).json()["items"]
    assert [item["id"] for item in found] == [SECOND]


async def test_a_tilsyn_of_another_kind_with_its_id_is_another_tilsyn(
    scenario: Scenario, of_tilbud: Scenario, database: Database, officer: Any, system_client: Any
) -> None:
    await scenario.deliver(scenario.created(), scenario.assigned())
    await of_tilbud.deliver(of_tilbud.created(), of_tilbud.assigned())
    of_lighthouse = Tilsyn(
        authority=NORD,
        tilsyn_id="T/1",
        version=2,
        kind="fyrtaarn",
        subject_id=TILBUD_ID,
        accepted_number=1,
        decided_on=today(),
        content={**LIGHTHOUSE, "tilsyn_id": "T/1", "version": 2},
    )
    async with database.begin() as session:
        session.add(of_lighthouse)
    async with system_client(NORD) as client:
        # Two versions, the second with the number that the other tilsyn has.
        for version in (1, 2):
            sent = await send(client, tilsyn(version=version), event_id=f"e-{version}")
            assert (await receipt(client, sent)).json()["accepted"] is True
            async with officer(OF_TILBUD) as reader:
                [listed] = (await reader.get(f"/v1/tilbud/{TILBUD_ID}/tilsyn")).json()["items"]
                shown = (await reader.get("/v1/tilsyn/T/1")).json()
            assert (listed["version"], shown["version"]) == (version, version)
    async with database.read() as session:
        kinds = await session.scalars(select(Tilsyn.kind).order_by(Tilsyn.kind, Tilsyn.version))
    assert kinds.all() == ["fyrtaarn", "tilbud", "tilbud"]


async def test_a_list_is_about_the_subject_that_the_parameter_of_its_kind_names(
    scenario: Scenario, of_tilbud: Scenario, officer: Any
) -> None:
    await scenario.open_case(content=CONTENT)
    await of_tilbud.deliver(of_tilbud.created(), of_tilbud.assigned())
    await of_tilbud.deliver(of_tilbud.sent(submission_id=SECOND), of_tilbud.routed(submission_id=SECOND))
    found = []
    async with officer([*OF_LIGHTHOUSES, *OF_TILBUD]) as client:
        for query in ("fyrtaarn_id={id}", "tilbud_id={id}", "fyrtaarn_id=other", "tilbud_id={id}&fyrtaarn_id={id}"):
            items = (await client.get(f"/v1/cases?{query.format(id=TILBUD_ID)}")).json()["items"]
            found.append([item["id"] for item in items])
        assert (await client.get("/v1/cases?vandtaarn_id=x")).status_code == 422
    assert found == [[SUBMISSION], [SECOND], [], []]


async def test_nothing_of_a_report_is_stored_or_told_but_its_step_keys(scenario: Scenario, officer: Any) -> None:
    await scenario.open_case(content=CONTENT)
    async with officer(OF_LIGHTHOUSES) as client:
        for step in CONTENT:
            await decide(client, step)
        assert (await conclude(client)).status_code == 200
        answers = [(await client.get(address)).text for address in (CASE, f"{CASE}/changes", "/v1/cases")]
    published = json.dumps(await scenario.published(), default=str, ensure_ascii=False)
    assert not [word for word in ("rød", "Ane Fyr", "Solsikken", "Lis Lind") if word in published + "".join(answers)]


async def test_the_state_is_republished_and_compared_for_each_kind(scenario: Scenario, database: Database) -> None:
    await scenario.open_case(content=CONTENT)
    async with database.begin() as session:
        assert await republish(session, "tilbud", TILBUD_ID) == 0
        assert await republish(session, "fyrtaarn", TILBUD_ID) == 1
    again = (await scenario.published())[-1]
    assert (again["fact"], again["data"]["republished"]) == ("fyrtaarn-case-opened", True)
    groups = {each.name for each in projection().subscriptions}
    assert groups == {each.name for each in subscriptions()} - {"approval.external"}
    assert groups > {"approval.reports", "approval.reports.fyrtaarn", "approval.authorities.fyrtaarn"}


async def test_what_is_stored_of_two_subjects_with_one_id_is_compared_by_kind(
    scenario: Scenario, of_tilbud: Scenario, database: Database
) -> None:
    for each in (scenario, of_tilbud):
        await each.deliver(each.created(), each.assigned())
    subjects, *_ = projection().kept
    async with database.begin() as session:
        await session.execute(text("CREATE SCHEMA shadow"))
        await session.execute(text("CREATE TABLE shadow.tilbud AS SELECT * FROM tilbud WHERE kind = 'tilbud'"))
        assert list(await session.scalars(text(subjects.differing()))) == [f"{TILBUD_ID}/fyrtaarn"]
        await session.rollback()
