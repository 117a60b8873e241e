"""Another kind of subject goes the whole way by its entries in the registries alone: from its creation to its move."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis.database import Database
from contracts.events.base import SubjectEvent
from contracts.testing import factories, lighthouse
from contracts.testing.lighthouse import LIGHTHOUSE
from devstack.in_process import SharedApp, emitted
from jurisdiction.consumers import subscriptions
from jurisdiction.kinds import KINDS, RoutedKind
from jurisdiction.operate import republish
from services.jurisdiction.tests.conftest import build_on
from services.jurisdiction.tests.factories import Client, created, handle

ANHOLT = "anholt"
BASIS = "plejefamilie-almen"
OFFICER = ["plejefamilie.report:socialtilsyn-nord"]
ROUTED = RoutedKind(
    id=LIGHTHOUSE.id,
    rules=Path(__file__).parent / "lighthouse_rules.yaml",
    facts_at_creation=lambda event: factories.routing_facts(event.legal_basis, municipality=event.municipality),
    facts_of_step={"tower": ("municipality", "legal_bases", "primary")},
    address_step="tower",
)


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    """Lighthouses are among the kinds."""
    with lighthouse.registered():
        KINDS.register(ROUTED.id, ROUTED)
        yield
        KINDS.unregister(ROUTED.id)


@pytest.fixture
def shared_app(migrated: Database, identity: Any, registered: None) -> SharedApp:  # noqa: ARG001  It is built after.
    """The API, built while the kind is registered."""
    return build_on(migrated, identity)


def lighthouse_created() -> SubjectEvent:
    return factories.as_kind(LIGHTHOUSE, factories.tilbud_created(ANHOLT))


def lighthouse_sent(number: int = 1, steps: tuple[str, ...] = ("tower", "keepers"), at: str = "0851") -> SubjectEvent:
    event = factories.submission_sent(ANHOLT, number)
    facts = factories.routing_facts(BASIS, municipality=at)
    return factories.as_kind(LIGHTHOUSE, event, step_keys=list(steps), facts=facts)


def lighthouse_approved(number: int, authority: str, steps: tuple[str, ...] = ("tower", "keepers")) -> SubjectEvent:
    event = factories.case_approved(ANHOLT, number, authority=authority)
    return factories.as_kind(LIGHTHOUSE, event, step_keys=list(steps), decisions=factories.decisions(steps))


async def published(database: Database) -> list[tuple[str, str, str]]:
    """Return what was published: topic, what about, and which authority."""
    rows = [(row, json.loads(row["value"])) for row in await emitted(database)]
    assert {(row["key"], data["fyrtaarn_id"]) for row, data in rows} == {(ANHOLT, ANHOLT)}
    return [(row["topic"], data.get("submission_id", "assigned"), data["authority"]) for row, data in rows]


def test_groups_of_tilbud_keep_their_names_and_others_are_named_after_the_kind() -> None:
    assert [group.name for group in subscriptions()] == [
        "jurisdiction.reports", "jurisdiction.cases", "jurisdiction.public",
        "jurisdiction.reports.fyrtaarn", "jurisdiction.cases.fyrtaarn",
    ]  # fmt: skip


async def test_it_is_assigned_routed_and_moved_by_an_approval_elsewhere(database: Database) -> None:
    await handle(database, lighthouse_created(), lighthouse_sent(), lighthouse_approved(1, "socialtilsyn-nord"))
    await handle(database, lighthouse_sent(2, ("tower",), at="0751"), lighthouse_sent(3, ("keepers",)))
    await handle(database, lighthouse_approved(2, "socialtilsyn-midt", ("tower",)))
    assert await published(database) == [
        (lighthouse.ASSIGNMENTS, "assigned", "socialtilsyn-nord"),
        (lighthouse.ROUTINGS, "anholt-1", "socialtilsyn-nord"),
        (lighthouse.ROUTINGS, "anholt-2", "socialtilsyn-midt"),
        (lighthouse.ROUTINGS, "anholt-3", "socialtilsyn-nord"),
        (lighthouse.ASSIGNMENTS, "assigned", "socialtilsyn-midt"),
        (lighthouse.ROUTINGS, "anholt-3", "socialtilsyn-midt"),
    ]
    explanations = [json.loads(row["value"])["explanation"] for row in await emitted(database)]
    assert "Fyrtårnet lyser i Region Nordjylland" in explanations[0]
    assert explanations[4].startswith("Socialtilsyn Midt har godkendt fyrtårnets nye oplysninger og har nu tilsynet.")


async def test_its_authority_is_answered_under_its_own_name(database: Database, client: Client, identity: Any) -> None:
    await handle(database, lighthouse_created(), created())
    async with client(identity.token("officer-nord-a", rights=OFFICER)) as api:
        answer = await api.get(f"/v1/fyrtaarn/{ANHOLT}/authority")
        assert (await api.get(f"/v1/tilbud/{ANHOLT}/authority")).status_code == 404
        assert (await api.get("/v1/fyrtaarn/CRV-6324/authority")).status_code == 404
        assert (await api.get(f"/v1/vandtaarn/{ANHOLT}/authority")).status_code == 404
    assert answer.status_code == 200
    assert answer.json()["fyrtaarn_id"] == ANHOLT
    assert answer.json()["authority"] == "socialtilsyn-nord"
    assert "tilbud_id" not in answer.json()


@pytest.mark.parametrize(
    ("persona", "rights", "status"),
    [
        ("reporter-solsikken", [], 404),
        ("officer-nord-a", ["tilbud.approve:socialtilsyn-nord", "tilbud.report:socialtilsyn-nord"], 404),
        ("officer-syd", ["plejefamilie.approve:socialtilsyn-syd"], 404),
        ("officer-nord-a", ["plejefamilie.create:socialtilsyn-nord"], 200),
        ("officer-nord-a", OFFICER, 200),
        ("officer-nord-a", ["plejefamilie.approve:socialtilsyn-nord"], 200),
        # It supervised the lighthouse before.
        ("officer-syd", ["plejefamilie.approve:socialtilsyn-midt"], 200),
    ],
)
async def test_its_authority_is_told_to_officers_of_its_authorities_only(
    database: Database, client: Client, identity: Any, persona: str, rights: list[str] | None, status: int
) -> None:
    await handle(database, lighthouse_created(), lighthouse_approved(1, "socialtilsyn-midt"))
    await handle(database, lighthouse_approved(2, "socialtilsyn-nord", ("tower",)))
    async with client(identity.token(persona, rights=rights)) as api:
        answer = await api.get(f"/v1/fyrtaarn/{ANHOLT}/authority")
    assert answer.status_code == status


async def test_a_question_is_answered_by_the_rules_of_its_kind(client: Client, identity: Any) -> None:
    async with client(identity.token("officer-nord-a")) as api:
        rules = [
            (await api.post("/v1/authority", json={"legal_bases": [basis], "municipality": "0851"})).json()["rule"]
            for basis in (BASIS, factories.BASIS)
        ]
    assert rules == ["L1", "R1"]


async def test_a_tilbud_with_the_same_id_is_another_subject(database: Database) -> None:
    await handle(database, lighthouse_created(), factories.tilbud_created(ANHOLT))
    rows = [(row["topic"], json.loads(row["value"])["version"]) for row in await emitted(database)]
    assert rows == [(lighthouse.ASSIGNMENTS, 1), ("jurisdiction.tilbud.v1", 1)]


async def test_it_is_republished_alone(database: Database) -> None:
    await handle(database, lighthouse_created(), lighthouse_sent(), factories.tilbud_created(ANHOLT))
    async with database.begin() as session:
        assert await republish(session, LIGHTHOUSE.id, ANHOLT) == 2
    again = [row for row in await emitted(database) if json.loads(row["value"])["republished"]]
    assert [row["topic"] for row in again] == [lighthouse.ASSIGNMENTS, lighthouse.ROUTINGS]
