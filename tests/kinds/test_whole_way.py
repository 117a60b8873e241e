"""From the report to the list: each service does for a lighthouse what it does for a tilbud, by its registries."""

import pytest
from sqlalchemy import select

from contracts.testing import lighthouse as contracts
from contracts.testing.lighthouse import LIGHTHOUSE, LIGHTHOUSE_EVENTS, LIGHTHOUSE_TOPICS
from reports.baseline.queries import load_baseline
from services.notification.tests.mailbox import Mailbox
from services.portal.tests.pages import csrf_token
from tests.chaos.ordering.system import COLLEAGUE, OFFICER, OPERATOR, header
from tests.e2e.scenario import NORD
from tests.kinds.actions import CONTENT, KEEPER, NEW_COLOUR, data_of
from tests.kinds.lighthouses import LIGHTHOUSE_REPORTS, Lighthouse
from tests.kinds.scenario import WalkedReport, walk_report
from tests.kinds.system import PORTAL, SystemWithLighthouses, kind_of

STEPS = ["tower", "keepers"]
# Holds the right to decide about tilbud of the same authority, and no other.
OF_TILBUD_ONLY = "officer-nord-basic"
TILBUD_NAME = "Kornblomsten"
PEOPLE = ("Rasmus Toft", "Nanna Vestergaard")


@pytest.fixture(scope="module")
async def walked(system: SystemWithLighthouses) -> WalkedReport:
    """A report that went the whole way."""
    return await walk_report(system, TILBUD_NAME)


async def test_no_message_was_a_dead_letter(walked: WalkedReport) -> None:
    assert await walked.system.running.no_dead_letters()


async def test_its_authority_is_found_by_the_rules_of_its_kind(walked: WalkedReport) -> None:
    answer = await walked.get(OFFICER, "jurisdiction", f"/v1/{LIGHTHOUSE.id}/{walked.id}/authority")
    assert (answer["fyrtaarn_id"], answer["authority"], answer["rule"]) == (walked.id, NORD, "L1")
    assert "tilbud_id" not in answer
    of_tilbud = await walked.get(OFFICER, "jurisdiction", f"/v1/tilbud/{walked.id}/authority")
    assert (of_tilbud["tilbud_id"], "fyrtaarn_id" in of_tilbud) == (walked.id, False)


def test_the_case_names_the_subject_as_its_kind_does(walked: WalkedReport) -> None:
    for stage, case in walked.cases.items():
        assert (case["fyrtaarn_id"], case["authority"]) == (walked.id, NORD), stage
        assert not [name for name in case if "tilbud" in name], stage
        assert [step["title"] for step in case["steps"]] == ["Tårnet", "Fyrpassere"], stage
    assert [(case["state"], case["outcome"], case["revision"]) for case in walked.cases.values()] == [
        ("awaiting", None, 1),
        ("returned", "returned", 1),
        ("awaiting", None, 2),
        ("closed", "approved", 2),
    ]


def test_the_reporter_sees_each_outcome(walked: WalkedReport) -> None:
    states = [
        {key["case"]["state"] if key["case"] else None for step in report["steps"] for key in step["keys"]}
        for report in walked.reports.values()
    ]
    assert states == [{"awaiting"}, {"returned"}, {"awaiting"}, {None}]


async def test_the_approval_moves_the_baseline(walked: WalkedReport) -> None:
    async with walked.system.running.services["lighthouses"].database.read() as session:
        baseline = await load_baseline(session, LIGHTHOUSE_REPORTS.tables, walked.id)
        colour, authority = (await session.execute(select(Lighthouse.colour, Lighthouse.authority))).one()
    assert (baseline["tower"]["colour"], baseline["keepers"]["keepers"][0]["name"]) == (NEW_COLOUR, KEEPER)
    assert (colour, authority) == (NEW_COLOUR, NORD)
    [version] = (await walked.lighthouse.report("GET", "/history")).json()["items"]
    assert (version["version"], version["steps"], version["approved_by"]["name"]) == (1, STEPS, "Rasmus Toft")


def test_everything_about_it_is_on_its_own_topics(walked: WalkedReport) -> None:
    found = [(record.topic, header(record, "ce_type"), record.key) for record in walked.records]
    assert {topic for topic, *_ in found} == {topic.name for topic in LIGHTHOUSE_TOPICS}
    assert {kind for _, kind, _ in found} <= {event.ce_type for event in LIGHTHOUSE_EVENTS}
    assert {key for *_, key in found} == {walked.id}
    told = [kind.split(".")[-2].removeprefix("fyrtaarn-") for topic, kind, _ in found if topic == contracts.CASES]
    assert told == ["case-opened", "case-returned", "case-opened", "case-approved"]


def test_its_events_carry_no_content(walked: WalkedReport) -> None:
    for record in walked.records:
        text, data = (record.value or b"").decode(), data_of(record)
        assert not [word for word in (*CONTENT, TILBUD_NAME) if word in text], data
        assert not {"tilbud", "tilbud_id", "tilbud_name", "leader", "contact", "content"} & data.keys(), data
        assert all(isinstance(step, str) for step in data.get("steps", [])), data
    [first, again] = [data_of(record) for record in walked.records if "submission-sent" in header(record, "ce_type")]
    assert (first["step_keys"], first["revision"], again["revision"]) == (STEPS, 1, 2)


def test_publication_and_reporting_hear_nothing_of_it(walked: WalkedReport) -> None:
    assert {name for name, count in walked.newly_consumed.items() if count == 0} == {"publication", "reporting"}
    for name in ("publication", "reporting"):
        assert walked.after[name] == walked.before[name]


def test_no_row_about_the_tilbud_with_its_id_is_touched(walked: WalkedReport) -> None:
    for name in ("jurisdiction", "approval", "notification", "portal"):
        before, after = walked.before[name], walked.after[name]
        assert not before.keys() - after.keys(), name
        assert {kind_of(after[text]) for text in after.keys() - before.keys()} - {None} == {LIGHTHOUSE.id}, name


async def test_its_followers_get_mails_without_names(walked: WalkedReport, mailbox: Mailbox) -> None:
    for address in ("rasmus@nord.example", "nanna@nord.example"):
        mails = [mail for mail in mailbox.to(address) if "fyrtårn" in mail["Subject"]]
        assert sorted(mail["Subject"] for mail in mails) == [
            f"Indberetningen om fyrtårnet {walked.id} er godkendt",
            f"Indberetningen om fyrtårnet {walked.id} skal rettes",
            f"Ny sag om fyrtårnet {walked.id} afventer godkendelse",
            f"Rettet sag om fyrtårnet {walked.id} afventer godkendelse",
        ]
        for mail in mails:
            body = mail.get_body(("plain",))
            assert body is not None
            text = mail["Subject"] + body.get_content()
            assert f"{PORTAL}/godkend/fyrtaarn/{walked.id}" in text
            assert not [word for word in (*CONTENT, *PEOPLE, TILBUD_NAME, "tilbuddet") if word in text]


async def test_who_follows_it_does_not_follow_the_tilbud(walked: WalkedReport) -> None:
    [followed] = (await walked.get(OFFICER, "notification", f"/v1/follows?kind={LIGHTHOUSE.id}"))["items"]
    assert (followed["kind"], followed["id"], followed["name"]) == (LIGHTHOUSE.id, walked.id, None)
    assert (await walked.get(OFFICER, "notification", "/v1/follows"))["items"] == []
    unfollowed = (await walked.get(COLLEAGUE, "notification", "/v1/unfollowed"))["items"]
    assert [(item["kind"], item["id"], item["name"]) for item in unfollowed] == [("tilbud", walked.id, TILBUD_NAME)]
    delivered = await walked.get(COLLEAGUE, "notification", f"/v1/deliveries?about={walked.id}&about_kind=fyrtaarn")
    assert len(delivered["items"]) == 8
    [followers] = [record for record in walked.records if record.topic == contracts.FOLLOWS][-1:]
    assert {each["organisation"] for each in data_of(followers)["followers"]} == {f"authority:{NORD}"}


async def test_the_portal_lists_it_with_its_case(walked: WalkedReport) -> None:
    officer = await walked.system.browser(COLLEAGUE)
    listed = (await officer.get("/godkend/fyrtaarn")).text
    assert "<h1>Fyrtårnslisten</h1>" in listed
    assert ">1 fyrtårn<" in listed
    assert 'value="unfollow"' in listed
    subject = (await officer.get(f"/godkend/fyrtaarn/{walked.id}")).text
    assert f'href="/godkend/sager/{walked.lighthouse.cases["first"]}"' in subject
    case = (await officer.get(f"/godkend/sager/{walked.lighthouse.cases['first']}")).text
    for text in (listed, subject, case):
        assert not [word for word in (*CONTENT, TILBUD_NAME) if word in text.partition("<main")[2]]
    for who, path in ((OFFICER, "/godkend"), (OPERATOR, "/indberet")):
        of_tilbud = (await (await walked.system.browser(who)).get(path)).text
        assert ">1 tilbud<" in of_tilbud
        assert f'href="{path}/tilbud/{walked.id}"' in of_tilbud


async def test_a_star_of_the_portal_stays_with_its_kind(walked: WalkedReport) -> None:
    officer = await walked.system.browser(COLLEAGUE)
    fields = {"csrf": await csrf_token(officer, "/godkend"), "do": "follow", "back": "/godkend"}
    await officer.post(f"/foelg/{walked.id}", data=fields)
    await officer.post(f"/foelg/fyrtaarn/{walked.id}", data=fields | {"do": "unfollow", "back": "/godkend/fyrtaarn"})
    # Right at once, and when the events have come.
    for _ in range(2):
        assert 'value="unfollow"' in (await officer.get("/godkend")).text
        assert 'value="unfollow"' not in (await officer.get("/godkend/fyrtaarn")).text
        await walked.system.running.deliver_all()


async def test_rights_on_tilbud_are_none_on_a_lighthouse(walked: WalkedReport) -> None:
    running, lighthouse = walked.system.running, walked.lighthouse
    await lighthouse.edit("tower", colour="sort")
    await lighthouse.send("second")
    path = f"/v1/cases/{lighthouse.cases['second']}"
    [step] = (await walked.get(OFFICER, "approval", path))["steps"]
    approval = await running.client(OF_TILBUD_ONLY, "approval")
    for address in (path, f"{path}/changes"):
        assert (await approval.get(address)).status_code == 404
    body, headers = {"verdict": "approve"}, {"If-Match": step["etag"]}
    assert (await approval.put(f"{path}/decisions/tower", json=body, headers=headers)).status_code == 404
    assert (await approval.post(f"{path}/outcome", headers={"If-Match": '"any"'})).status_code == 404
    listed = (await approval.get("/v1/cases")).json()["items"]
    assert [item["id"] for item in listed] == [walked.tilbud.cases["first"]]
    assert (await approval.get("/v1/cases", params={"fyrtaarn_id": walked.id})).json()["items"] == []
    notification = await running.client(OF_TILBUD_ONLY, "notification")
    assert (await notification.put(f"/v1/follows/fyrtaarn/{walked.id}")).status_code == 404
    jurisdiction = await running.client(OF_TILBUD_ONLY, "jurisdiction")
    assert (await jurisdiction.get(f"/v1/fyrtaarn/{walked.id}/authority")).status_code == 404
    lighthouses = await running.client(OF_TILBUD_ONLY, "lighthouses")
    assert (await lighthouses.get(f"/v1/fyrtaarn/{walked.id}/draft")).status_code == 404
    pages = await walked.system.browser(OF_TILBUD_ONLY)
    assert (await pages.get("/godkend/fyrtaarn")).status_code == 403
    assert (await pages.get(f"/godkend/fyrtaarn/{walked.id}")).status_code == 403
    assert (await pages.get(f"/godkend/sager/{lighthouse.cases['second']}")).status_code == 404
    await lighthouse.approve("second")
