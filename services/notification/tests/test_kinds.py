"""Another kind of subject is followed and written about by its entry in the registries alone, and without any name."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from chassis.database import Database
from contracts.events.base import SubjectEvent
from contracts.testing import factories, lighthouse
from contracts.testing.lighthouse import LIGHTHOUSE
from devstack.in_process import SharedApp, emitted
from notification.app import build
from notification.consumers import subscriptions
from notification.follows.commands import republish
from notification.kinds import KINDS, FollowedKind
from notification.mails.models import Mail
from notification.mails.texts import write
from services.notification.tests.conftest import settings_for
from services.notification.tests.factories import Client, dead_letters, handle, mails

ANHOLT = "anholt"
RASMUS = "rasmus@nord.example"
PATH = f"/v1/follows/fyrtaarn/{ANHOLT}"


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    """Lighthouses are among the kinds."""
    with lighthouse.registered():
        KINDS.register(LIGHTHOUSE.id, FollowedKind(LIGHTHOUSE.id))
        yield
        KINDS.unregister(LIGHTHOUSE.id)


@pytest.fixture
def shared_app(migrated: Database, identity: Any, registered: None) -> SharedApp:  # noqa: ARG001  It is built after.
    """The API, built while the kind is registered."""
    return SharedApp(build(settings_for(migrated, identity, smtp_port=1), migrated))


def of_lighthouse(event: SubjectEvent, **fields: Any) -> SubjectEvent:
    return factories.as_kind(LIGHTHOUSE, event, **fields)


CREATED = of_lighthouse(factories.tilbud_created(ANHOLT))
ASSIGNED = of_lighthouse(factories.authority_assigned(ANHOLT))
OPENED = of_lighthouse(factories.case_opened(ANHOLT), steps=["tower", "keepers"])
RETURNED = of_lighthouse(
    factories.case_returned(ANHOLT), decisions=factories.decisions(["keepers"], rejected=["tower"])
)
APPROVED = of_lighthouse(
    factories.case_approved(ANHOLT, revision=2), decisions=factories.decisions(["tower", "keepers"])
)
MOVED = of_lighthouse(factories.authority_assigned(ANHOLT, 2, "socialtilsyn-midt", previous="socialtilsyn-nord"))


async def written(database: Database) -> list[tuple[str, str]]:
    """Return subject and text of each mail, in order."""
    async with database.read() as session:
        rows = (await session.scalars(select(Mail).order_by(Mail.id))).all()
    texts = [write(row, portal_url="http://portal.example") for row in rows]
    return [(text.subject, text.plain) for text in texts]


async def test_an_officer_follows_it_and_gets_mails_without_any_name(
    database: Database, client: Client, identity: Any
) -> None:
    await handle(database, CREATED, ASSIGNED)
    async with client(identity.token("officer-nord-a")) as api:
        answer = await api.put(PATH)
    assert answer.json() | {"followed_at": None} == {
        "kind": "fyrtaarn", "id": ANHOLT, "name": None, "followed_at": None,
    }  # fmt: skip
    await handle(database, OPENED, RETURNED, APPROVED, MOVED)
    assert await mails(database) == [
        ("case-opened", RASMUS), ("case-returned", RASMUS), ("case-approved", RASMUS), ("authority-changed", RASMUS),
    ]  # fmt: skip
    texts = await written(database)
    assert [subject for subject, _ in texts] == [
        "Ny sag om fyrtårnet anholt afventer godkendelse",
        "Indberetningen om fyrtårnet anholt skal rettes",
        "Indberetningen om fyrtårnet anholt er godkendt",
        "Fyrtårnet anholt har fået en ny tilsynsmyndighed",
    ]
    for subject, body in texts:
        assert "http://portal.example/godkend/fyrtaarn/anholt\n" in body
        assert "fordi du følger fyrtårnet anholt" in body
        assert not [name for name in ("Solsikken", "Lis", "Lind", "Per Holm", "Dorthe") if name in subject + body]
    assert "- Tårnet\n- Fyrpassere\n" in texts[0][1]
    assert await dead_letters(database) == 0


async def test_followers_are_told_on_a_topic_of_its_own(database: Database, client: Client, identity: Any) -> None:
    await handle(database, CREATED, ASSIGNED)
    async with client(identity.token("officer-nord-a")) as api:
        await api.put(PATH)
        await api.delete(PATH)
    async with database.begin() as session:
        assert await republish(session, LIGHTHOUSE.id, ANHOLT) == 1
        assert await republish(session, "tilbud", ANHOLT) == 0
    events = [(row["topic"], row["key"], json.loads(row["value"])) for row in await emitted(database)]
    assert {(topic, key, data["fyrtaarn_id"]) for topic, key, data in events} == {(lighthouse.FOLLOWS, ANHOLT, ANHOLT)}
    assert [(data["version"], len(data["followers"]), data["republished"]) for *_, data in events] == [
        (1, 1, False), (2, 0, False), (2, 0, True),
    ]  # fmt: skip


async def test_only_officers_of_its_kind_at_its_authorities_know_of_it(
    database: Database, client: Client, identity: Any
) -> None:
    await handle(database, CREATED, ASSIGNED)
    seen = {}
    for persona in ("officer-nord-a", "officer-nord-basic", "officer-syd", "reporter-solsikken", "caseworker-aalborg"):
        async with client(identity.token(persona)) as api:
            unfollowed = (await api.get("/v1/unfollowed?kind=fyrtaarn")).json()["items"]
            seen[persona] = ((await api.put(PATH)).status_code, [item["id"] for item in unfollowed])
    assert seen.pop("officer-nord-a") == (200, [ANHOLT])
    assert set(map(str, seen.values())) == {str((404, []))}


async def test_lists_are_about_one_kind_and_about_tilbud_when_none_is_named(
    database: Database, client: Client, identity: Any
) -> None:
    await handle(database, CREATED, ASSIGNED, factories.tilbud_created(ANHOLT), factories.authority_assigned(ANHOLT))
    async with client(identity.token("officer-nord-a")) as api:
        await api.put(PATH)
        of_tilbud = [(await api.get(path)).json()["items"] for path in ("/v1/follows", "/v1/unfollowed")]
        followed = (await api.get("/v1/follows?kind=fyrtaarn")).json()["items"]
        await handle(database, OPENED)
        deliveries = [
            len((await api.get(f"/v1/deliveries?about={ANHOLT}{kind}")).json()["items"])
            for kind in ("&about_kind=fyrtaarn", "")
        ]
        unknown = await api.get("/v1/follows?kind=vandtaarn")
        elsewhere = await api.put(f"/v1/follows/vandtaarn/{ANHOLT}")
    assert of_tilbud[0] == []
    assert [(item["kind"], item["name"]) for item in of_tilbud[1]] == [("tilbud", "Solsikken")]
    assert [(item["kind"], item["id"], item["name"]) for item in followed] == [("fyrtaarn", ANHOLT, None)]
    # The tilbud of the same id has a mail to its leader.
    assert deliveries == [1, 1]
    assert unknown.status_code == 422
    assert elsewhere.status_code == 404


def test_a_mail_about_it_has_another_id_than_one_about_a_tilbud() -> None:
    keys = [KINDS[kind].message_key(kind, ANHOLT) for kind in KINDS.ids]
    assert keys == [ANHOLT, f"fyrtaarn\x1f{ANHOLT}"]


def test_groups_of_tilbud_keep_their_names_and_others_are_named_after_the_kind() -> None:
    assert [group.name.removeprefix("notification.") for group in subscriptions()] == [
        "tilbud", "authorities", "routings", "cases", "tilsyn", "deadlines", "duties", "samples", "public",
        "reports.fyrtaarn", "authorities.fyrtaarn", "cases.fyrtaarn",
    ]  # fmt: skip
