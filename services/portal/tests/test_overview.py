"""The overview rows: any order of events, with duplicates, gives the same rows; and the lists made of them."""

import itertools
import json
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, select

import contracts
from chassis import tables
from chassis.auth import Principal, Right
from chassis.consume import Consumer
from chassis.database import Database
from chassis.envelope import headers_for
from chassis.subscriptions import Record
from chassis.testing import deliver, record_of
from contracts.events import (
    EVENTS,
    AuthorityAssigned,
    CaseApproved,
    CaseClosed,
    CaseNotRouted,
    CaseOpened,
    CaseReturned,
    FollowersChanged,
    SubmissionSent,
    TilbudCeased,
    TilbudCreated,
    TilbudPublished,
    TilsynPublished,
)
from contracts.events.base import Event
from portal.consumers import subscriptions
from portal.lists import Filters, Listing, any_tilbud, listing, of_authorities, of_operator
from portal.models import Base, Case, Follower, Tilbud
from portal.models import Tilsyn as TilsynRow
from portal.overview import refresh_intensified
from portal.rules import CaseStage, case_status, sort_key
from portal.visitors import Visitor

GOLDEN = Path(contracts.__file__).parents[2] / "golden"
BY_TOPIC = {subscription.topics[0]: subscription for subscription in subscriptions()}
START = datetime(2026, 11, 1, 12, tzinfo=UTC)
CVR = "99000015"
NORD = "socialtilsyn-nord"
ADDRESS = {"street": "Vej 1", "postcode": "9000", "city": "Aalborg", "municipality": "0851"}
PERSON = {"name": "Karen", "email": "k@x.example", "phone": "98000000"}
ACTOR = {"sub": "u", "name": "Dorthe", "org_name": "Blomsterengen"}


def at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


def facts(name: str = "Solsikken", cvr: str = CVR) -> dict[str, Any]:
    operator = {"cvr": cvr, "name": "Blomsterengen ApS", "kind": "private"}
    basis = "botilbud-laengerevarende"
    return {
        "name": name,
        "operator": operator,
        "address": ADDRESS,
        "primary_legal_basis": basis,
        "legal_bases": [basis],
    }


def created(tilbud_id: str, name: str = "Solsikken", cvr: str = CVR) -> TilbudCreated:
    return TilbudCreated.model_validate(
        {
            "tilbud_id": tilbud_id,
            "tilbud": facts(name, cvr),
            "leader": PERSON,
            "contact": None,
            "created_by_authority": NORD,
            "created_by": ACTOR,
            "created_at": at(0),
        }
    )


def sent(tilbud_id: str, revision: int = 1, number: int = 1) -> SubmissionSent:
    return SubmissionSent.model_validate(
        {
            "tilbud_id": tilbud_id,
            "submission_id": f"{tilbud_id}-{number}",
            "number": number,
            "revision": revision,
            "initial": number == 1,
            "form_version": "tilbud-1",
            "sent_at": at(revision * 10),
            "sent_by": ACTOR,
            "tilbud": facts("Ikke godkendt navn"),
            "leader": PERSON,
            "contact": None,
            "facts": {"legal_bases": ["x"], "primary": "x", "municipality": "0851"},
            "steps": [{"key": "contact", "data": {}}],
        }
    )


def case_of(tilbud_id: str, revision: int = 1, number: int = 1, authority: str = NORD) -> dict[str, Any]:
    case_id = f"{tilbud_id}-{number}"
    return {"tilbud_id": tilbud_id, "case_id": case_id, "revision": revision, "number": number, "authority": authority}


def opened(tilbud_id: str, revision: int = 1, number: int = 1, authority: str = NORD) -> CaseOpened:
    more = {
        "steps": ["contact"],
        "initial": True,
        "submitted_at": at(revision * 10),
        "opened_at": at(revision * 10 + 1),
    }
    case = case_of(tilbud_id, revision, number, authority)
    return CaseOpened.model_validate({**case, **more, "tilbud_name": "Solsikken", "explanation": "R1"})


def returned(tilbud_id: str, revision: int = 1) -> CaseReturned:
    more = {"decisions": [], "returned_by": ACTOR, "returned_at": at(revision * 10 + 2)}
    parties = {"tilbud_name": "Solsikken", "leader": PERSON, "contact": None}
    return CaseReturned.model_validate({**case_of(tilbud_id, revision), **more, **parties})


def approved(tilbud_id: str, revision: int = 2, name: str = "Solsikken Ny", number: int = 1) -> CaseApproved:
    more = {"initial": True, "form_version": "1", "steps": [], "decisions": [], "approved_by": ACTOR}
    parties = {"tilbud": facts(name), "leader": PERSON, "contact": None, "approved_at": at(revision * 10 + 3)}
    return CaseApproved.model_validate({**case_of(tilbud_id, revision, number), **more, **parties})


def tilsyn(tilbud_id: str, **changes: Any) -> TilsynPublished:
    usual = {
        "tilbud_id": tilbud_id,
        "tilsyn_id": "t1",
        "version": 1,
        "accepted_number": 1,
        "authority": NORD,
        "external": True,
        "kind": "approval",
        "visited_on": None,
        "decided_on": date(2026, 11, 1),
        "decision": "approved",
        "accepted_at": at(40),
    }
    return TilsynPublished.model_validate({**usual, **changes})


def assigned(tilbud_id: str, version: int = 1, authority: str = NORD, previous: str | None = None) -> AuthorityAssigned:
    more = {"rule": "R1", "explanation": "R1", "assigned_at": at(1), "version": version}
    return AuthorityAssigned.model_validate(
        {"tilbud_id": tilbud_id, "authority": authority, "previous": previous, **more}
    )


def followers(tilbud_id: str, version: int, *subs: tuple[str, str]) -> FollowersChanged:
    rows = [{"sub": sub, "organisation": organisation} for sub, organisation in subs]
    return FollowersChanged.model_validate(
        {"tilbud_id": tilbud_id, "version": version, "followers": rows, "changed_at": at(version)}
    )


def publication(tilbud_id: str, sequence: int, *, public: bool) -> Record:
    headers = headers_for(
        TilbudPublished.ce_type, tilbud_id, source="/services/publication", sequence=sequence, traceparent=""
    )
    encoded = [(name, text.encode()) for name, text in headers.items()]
    value = None
    if public:
        document = json.loads(_golden(TilbudPublished).read_text()) | {"tilbud_id": tilbud_id}
        value = json.dumps(document).encode()
    return Record("publication.tilbud.v1", 0, sequence, tilbud_id, encoded, value)


def _golden(event: type[Event]) -> Path:
    return GOLDEN / f"{event.ce_type}.json"


async def hear(database: Database, *events: Any) -> None:
    for event in events:
        record = event if isinstance(event, Record) else record_of(event, source="/services/x")
        await deliver(database, BY_TOPIC[record.topic], record)


async def rows(database: Database) -> list[tuple[Any, ...]]:
    async with database.read() as session:
        tilbud = (await session.execute(select(Tilbud.__table__).order_by(Tilbud.id))).all()
        cases = (await session.execute(select(Case.__table__).order_by(Case.id))).all()
    return [tuple(row) for row in (*tilbud, *cases)]


async def the(database: Database, tilbud_id: str) -> Tilbud:
    async with database.read() as session:
        row = await session.get(Tilbud, tilbud_id)
    assert row is not None
    return row


async def test_models_and_migrations_agree(database: Database) -> None:
    def differences(connection: Connection) -> Any:
        context = MigrationContext.configure(connection, opts={"target_metadata": [Base.metadata, tables.metadata]})
        return compare_metadata(context, [Base.metadata, tables.metadata])  # type: ignore[arg-type]

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_any_order_with_duplicates_gives_the_same_rows(database: Database) -> None:
    story: list[Any] = [
        created("CRV-1"),
        sent("CRV-1"),
        opened("CRV-1"),
        returned("CRV-1"),
        sent("CRV-1", 2),
        opened("CRV-1", 2),
        approved("CRV-1"),
        assigned("CRV-1"),
        assigned("CRV-1", 2, "socialtilsyn-syd", NORD),
        tilsyn("CRV-1"),
        followers("CRV-1", 1, ("a", "x")),
        followers("CRV-1", 2, ("b", "x")),
    ]
    await hear(database, *story)
    wanted = await rows(database)
    shuffler = random.Random(7)  # noqa: S311
    for number in range(2, 12):
        mixed = [_moved(event, f"CRV-{number}") for event in (*story, *story)]
        shuffler.shuffle(mixed)
        await hear(database, *mixed)
        found = await rows(database)
        assert _of(found, f"CRV-{number}") == [_renamed(row, f"CRV-{number}") for row in _of(wanted, "CRV-1")]


def _moved(event: Any, tilbud_id: str) -> Any:
    changes: dict[str, Any] = {"tilbud_id": tilbud_id}
    for name in ("submission_id", "case_id"):
        if hasattr(event, name):
            changes[name] = getattr(event, name).replace("CRV-1-", f"{tilbud_id}-")
    return event.model_copy(update=changes)


def _of(found: Sequence[tuple[Any, ...]], tilbud_id: str) -> list[tuple[Any, ...]]:
    return [row for row in found if row[0] == tilbud_id or row[0].startswith(f"{tilbud_id}-")]


def _renamed(row: tuple[Any, ...], tilbud_id: str) -> tuple[Any, ...]:
    def text(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return value.replace("CRV-1", tilbud_id).replace("crv-1", tilbud_id.casefold())

    return tuple(text(value) for value in row)


async def test_a_batch_of_many_tilbud_is_one_transaction(database: Database) -> None:
    events = [record_of(created(f"CRV-{number}"), source="/services/reporting") for number in range(50)]
    await deliver(database, BY_TOPIC["reporting.tilbud.v1"], *events, *events)
    assert len(await rows(database)) == 50


async def test_the_name_is_the_approved_one(database: Database) -> None:
    await hear(database, created("CRV-1"), sent("CRV-1"))
    assert (await the(database, "CRV-1")).name == "Solsikken"
    await hear(database, approved("CRV-1", name="Nyt navn", number=2), approved("CRV-1", name="Gammelt", number=1))
    assert (await the(database, "CRV-1")).name == "Nyt navn"


async def test_a_deletion_is_guarded_too(database: Database) -> None:
    await hear(database, publication("CRV-1", 2, public=False), publication("CRV-1", 1, public=True))
    assert not (await the(database, "CRV-1")).published
    await hear(database, publication("CRV-1", 3, public=True))
    assert (await the(database, "CRV-1")).published


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([tilsyn("CRV-1")], "approved"),
        ([tilsyn("CRV-1", decision="no-decision")], "under-approval"),
        (
            [tilsyn("CRV-1"), tilsyn("CRV-1", tilsyn_id="t2", decided_on="2026-11-02", decision="not-approved")],
            "not-approved",
        ),
        (
            [tilsyn("CRV-1"), tilsyn("CRV-1", tilsyn_id="t2", accepted_number=2, decision="not-approved")],
            "not-approved",
        ),
        ([tilsyn("CRV-1"), tilsyn("CRV-1", version=2, decision="not-approved")], "not-approved"),
        (
            [
                tilsyn("CRV-1"),
                tilsyn("CRV-1", authority="kommune-0851", decided_on="2026-01-01", decision="not-approved"),
            ],
            "approved",
        ),
        (
            [tilsyn("CRV-1", intensified={"from": date.today(), "until": date.today() + timedelta(days=9)})],  # noqa: DTZ011
            "intensified",
        ),
        ([tilsyn("CRV-1", intensified={"from": "2020-01-01", "until": "2020-02-01"})], "approved"),
    ],
)
async def test_tilsyn_status(database: Database, events: list[TilsynPublished], status: str) -> None:
    for order in itertools.permutations(events):
        await hear(database, *order)
        assert (await the(database, "CRV-1")).status == status


async def test_intensified_tilsyn_ends_without_an_event(database: Database) -> None:
    await hear(database, tilsyn("CRV-1", intensified={"from": "2020-01-01", "until": "2099-01-01"}))
    async with database.begin() as session:
        row = (await session.execute(select(TilsynRow))).scalar_one()
        row.intensified_until = date(2020, 2, 1)
    assert (await the(database, "CRV-1")).status == "intensified"
    await refresh_intensified(database)
    assert (await the(database, "CRV-1")).status == "approved"


async def test_every_golden_message_that_the_portal_hears_is_taken(database: Database) -> None:
    heard = [(model, subscription) for subscription in subscriptions() for model in subscription.on]
    assert {model for model, _ in heard} <= set(EVENTS)
    for number, (model, subscription) in enumerate(heard):
        value = _golden(model).read_bytes()
        event = model.model_validate_json(value)
        headers = headers_for(model.ce_type, event.key, source="/golden", sequence=number + 1, traceparent="")
        record = Record(subscription.topics[0], 0, 0, event.key, [(k, v.encode()) for k, v in headers.items()], value)
        await Consumer(subscription, database, dead_letters_topic="x").handle([record])
    async with database.read() as session:
        assert (await session.execute(select(tables.dead_letters))).all() == []
        assert (await session.execute(select(Tilbud))).all() != []


def visitor(sub: str = "dorthe", cvr: str = CVR, *rights: str) -> Visitor:
    held = frozenset(Right(*right.split(":")) for right in rights)
    return Visitor(Principal(sub, "Navn", cvr, "Org", "substantial", held), "t", "i", csrf="c")


async def _list(database: Database, who: Visitor, **filters: Any) -> Listing:
    scope = of_authorities(who.approves_for) if who.is_officer else of_operator(who.principal.cvr)
    async with database.read() as session:
        return await listing(session, who, scope, Filters(**filters))


async def test_reporters_see_their_own_organisations_tilbud_in_danish_order(database: Database) -> None:
    names = ["Ørnen", "Aarken", "Ægir", "Zebra", "abe", "Østen"]
    for number, name in enumerate(names):
        await hear(database, created(f"CRV-{number}", name))
    await hear(database, created("CRV-9", "Fremmed", "11111111"), assigned("CRV-8"))
    found = await _list(database, visitor())
    assert [line.name for line in found.lines] == ["abe", "Zebra", "Ægir", "Ørnen", "Østen", "Aarken"]
    async with database.read() as session:
        assert not await any_tilbud(session, of_operator("22222222"))


async def test_acceptance_example_1_of_the_reporters_guide(database: Database) -> None:
    """Row 24: Solsikken followed by Dorthe, Valmuen by nobody; Dorthe's filter shows only Valmuen."""
    await hear(database, created("CRV-1", "Solsikken"), created("CRV-2", "Valmuen"))
    await hear(database, followers("CRV-1", 1, ("dorthe", f"cvr:{CVR}")))
    await hear(database, followers("CRV-2", 1, ("rasmus", f"authority:{NORD}")))
    nobody = await _list(database, visitor(), followed_by_nobody=True)
    assert [line.name for line in nobody.lines] == ["Valmuen"]
    mine = await _list(database, visitor(), followed_by_me=True)
    assert [(line.name, line.followed) for line in mine.lines] == [("Solsikken", True)]


async def test_search_and_filters_combine(database: Database) -> None:
    await hear(
        database, created("CRV-10", "Solsikken"), created("CRV-11", "Solgården"), created("CRV-12", "100 % Sol_")
    )
    await hear(database, publication("CRV-10", 1, public=True), tilsyn("CRV-10"), sent("CRV-11"))
    assert [line.id for line in (await _list(database, visitor(), q="SOLG")).lines] == ["CRV-11"]
    assert [line.id for line in (await _list(database, visitor(), q="crv-1", published=True)).lines] == ["CRV-10"]
    assert [line.id for line in (await _list(database, visitor(), q="%")).lines] == ["CRV-12"]
    assert [line.id for line in (await _list(database, visitor(), case_status="awaiting")).lines] == ["CRV-11"]
    assert (await _list(database, visitor(), status="approved", not_published=True)).lines == []


async def test_ceased_tilbud_stand_at_the_bottom_for_those_who_follow(database: Database) -> None:
    await hear(database, created("CRV-1", "A"), created("CRV-2", "B"))
    ceased = TilbudCeased.model_validate(
        {"tilbud_id": "CRV-1", "authority": NORD, "ceased_on": "2026-11-01", "accepted_at": at(50)}
    )
    await hear(database, ceased)
    assert [line.name for line in (await _list(database, visitor())).lines] == ["B"]
    await hear(database, followers("CRV-1", 1, ("dorthe", f"cvr:{CVR}")))
    found = await _list(database, visitor())
    assert [(line.name, line.status) for line in found.lines] == [("B", "under-approval"), ("A", "ceased")]


async def test_officers_see_what_they_supervise_decide_or_gave_away(database: Database) -> None:
    for number in range(1, 5):
        await hear(database, created(f"CRV-{number}", f"T{number}"))
    await hear(database, assigned("CRV-1"), assigned("CRV-2", 1, "socialtilsyn-syd"))
    await hear(database, assigned("CRV-3", 1, "socialtilsyn-syd"), opened("CRV-3", authority=NORD))
    await hear(database, assigned("CRV-4", 2, "socialtilsyn-syd", NORD))
    officer = visitor("rasmus", "29189382", f"tilbud.approve:{NORD}")
    assert [line.name for line in (await _list(database, officer)).lines] == ["T1", "T3", "T4"]


async def test_pages_of_a_list(database: Database) -> None:
    await hear(database, *(created(f"CRV-{number}", f"Tilbud {number:03}") for number in range(30)))
    first = await _list(database, visitor())
    assert (len(first.lines), first.total) == (25, 30)
    async with database.read() as session:
        second = await listing(session, visitor(), of_operator(CVR), Filters(), first.next or "")
    assert [line.name for line in second.lines] == [f"Tilbud {number:03}" for number in range(25, 30)]
    assert second.next is None


async def test_closing_a_case_counts_for_its_revision(database: Database) -> None:
    closed = CaseClosed.model_validate({**case_of("CRV-1", 1), "closed_at": at(15)})
    await hear(database, created("CRV-1"), sent("CRV-1"), returned("CRV-1"), closed)
    assert (await the(database, "CRV-1")).case_status == "closed"
    await hear(database, opened("CRV-1"), returned("CRV-1"))
    assert (await the(database, "CRV-1")).case_status == "closed"


async def test_a_report_without_an_authority_waits_for_corrections(database: Database) -> None:
    report = sent("CRV-1")
    unrouted = CaseNotRouted(
        tilbud_id="CRV-1", submission_id=report.submission_id, revision=1, reason="Christiansø", routed_at=at(2)
    )
    await hear(database, report, unrouted)
    async with database.read() as session:
        case = await session.get_one(Case, report.submission_id)
    assert case.stage == CaseStage.RETURNED


async def test_followers_are_replaced_as_a_whole(database: Database) -> None:
    await hear(database, followers("CRV-1", 3, ("a", "x"), ("b", "x")), followers("CRV-1", 2, ("c", "x")))
    async with database.read() as session:
        found = (await session.scalars(select(Follower.sub).order_by(Follower.sub))).all()
    assert found == ["a", "b"]


async def test_a_republished_state_repairs_the_rows(database: Database) -> None:
    await hear(database, followers("CRV-1", 3, ("a", "x")))
    async with database.begin() as session:
        session.add(Follower(tilbud_id="CRV-1", sub="ghost", organisation="x"))
    again = followers("CRV-1", 3, ("a", "x")).model_copy(update={"republished": True})
    await hear(database, again)
    async with database.read() as session:
        assert (await session.scalars(select(Follower.sub))).all() == ["a"]


def test_what_presses_most_is_the_case_status() -> None:
    assert case_status([("approved", 1), ("awaiting", 2), ("returned", 3)]) == "returned"
    assert case_status([("approved", 1), ("closed", 2)]) == "closed"
    assert case_status([]) == ""
    assert {stage.state for stage in CaseStage} == {"awaiting", "returned", "approved", "closed"}


def test_sort_key_puts_the_danish_letters_last() -> None:
    names = ["Åse", "Øst", "Ærø", "Zoo", "Anna"]
    assert sorted(names, key=sort_key) == ["Anna", "Zoo", "Ærø", "Øst", "Åse"]
