"""Mails owed: who gets which for each fact, once, in any order, and what stands in it."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from chassis.clock import now
from chassis.database import Database
from chassis.subscriptions import Record
from chassis.testing import deliver, emitted
from contracts.cpr import holds_cpr
from contracts.events import EVENTS, FollowersChanged
from notification.consumers import subscriptions
from notification.mails.models import Mail
from notification.mails.texts import Text, write
from services.notification.tests.factories import (
    SOLSIKKEN,
    Client,
    approved,
    assigned,
    created,
    dead_letters,
    handle,
    mails,
    opened,
    public,
    record_for,
    returned,
    tilsyn,
    unpublished,
)

LEADER, CONTACT = "leder@solsikken.example", "kontakt@solsikken.example"
DORTHE, RASMUS, SOFIE = "dorthe@blomsterengen.example", "rasmus@nord.example", "sofie@aalborg.example"
GOLDEN = Path(__file__).parents[4] / "contracts" / "golden"


@dataclass
class FollowedTilbud:
    """Solsikken with a follower at the operator, one at the authority and one at a kommune that looks for places."""

    database: Database
    client: Client
    identity: Any

    async def follow(self, persona: str) -> None:
        async with self.client(self.identity.token(persona)) as api:
            assert (await api.put(f"/v1/follows/tilbud/{SOLSIKKEN}")).status_code == 200

    async def turn_off(self, persona: str, mail_type: str) -> None:
        async with self.client(self.identity.token(persona)) as api:
            tag = (await api.get("/v1/preferences")).headers["etag"]
            body = {"mails": {mail_type: False}}
            assert (await api.put("/v1/preferences", json=body, headers={"If-Match": tag})).status_code == 200


@pytest.fixture
async def followed(database: Database, client: Client, identity: Any) -> AsyncIterator[FollowedTilbud]:
    await handle(database, created(), assigned(), public())
    followed = FollowedTilbud(database, client, identity)
    for persona in ("reporter-solsikken", "officer-nord-a", "caseworker-aalborg"):
        await followed.follow(persona)
    async with database.begin() as session:
        await session.execute(text("TRUNCATE mails, outbox"))
    yield followed
    assert await dead_letters(database) == 0


async def text_of(database: Database, mail_type: str, email: str) -> Text:
    async with database.read() as session:
        mail = (await session.scalars(select(Mail).where(Mail.mail_type == mail_type, Mail.email == email))).one()
    return write(mail, "http://portal.example/")


async def test_r102_leader_and_contact_person_hear_of_a_new_tilbud(database: Database) -> None:
    await handle(database, created())
    assert await mails(database) == [("tilbud-created", CONTACT), ("tilbud-created", LEADER)]
    text = await text_of(database, "tilbud-created", LEADER)
    assert text.subject == "Solsikken er oprettet på Tilbudsportalen (CRV-6324)"
    assert "Socialtilsyn Nord har oprettet Solsikken" in text.plain
    assert "Log ind med MitID Erhverv" in text.plain
    assert "http://portal.example/" in text.plain
    assert 'href="http://portal.example/' in text.html


async def test_r108_a_returned_case_is_told_to_the_tilbud_and_its_side_only(followed: FollowedTilbud) -> None:
    await handle(followed.database, returned())
    assert await mails(followed.database) == [
        ("case-returned", DORTHE), ("case-returned", CONTACT), ("case-returned", LEADER),
    ]  # fmt: skip
    text = await text_of(followed.database, "case-returned", LEADER)
    assert "skal rettes" in text.subject
    assert "- Kontaktoplysninger\n- Pladser\n" in text.plain
    assert "Budget" not in text.plain
    assert "Telefonnummeret mangler" not in text.plain + text.html


async def test_r23_a_waiting_case_is_told_to_the_followers_at_its_authority(followed: FollowedTilbud) -> None:
    await handle(followed.database, opened(), opened(revision=2), opened(number=2, authority="socialtilsyn-syd"))
    assert await mails(followed.database) == [("case-opened", RASMUS), ("case-opened", RASMUS)]
    async with followed.database.read() as session:
        first, second = (await session.scalars(select(Mail).order_by(Mail.id))).all()
    assert write(first, "http://portal.example").subject == "Ny sag om Solsikken afventer godkendelse (CRV-6324)"
    assert write(second, "http://portal.example").subject.startswith("Rettet sag om Solsikken")
    assert write(first, "http://portal.example").plain.count("Pladser") == 1


async def test_an_approved_case_is_told_to_the_provider_s_side_and_the_leader(followed: FollowedTilbud) -> None:
    await handle(followed.database, approved())
    assert await mails(followed.database) == [("case-approved", DORTHE), ("case-approved", LEADER)]
    assert (
        "Oplysningerne vises nu på Tilbudsportalen" in (await text_of(followed.database, "case-approved", LEADER)).plain
    )


async def test_two_authorities_may_give_their_tilsyn_the_same_id(followed: FollowedTilbud) -> None:
    await handle(followed.database, tilsyn(), tilsyn(authority="socialtilsyn-syd"))
    assert (await mails(followed.database)).count(("tilsyn-published", DORTHE)) == 2


async def test_a_tilsyn_is_told_to_every_follower_and_a_correction_again(followed: FollowedTilbud) -> None:
    await handle(followed.database, tilsyn(), tilsyn(), tilsyn(version=2, decision="not-approved"))
    assert await mails(followed.database) == [("tilsyn-published", each) for each in [DORTHE, RASMUS, SOFIE] * 2]
    async with followed.database.read() as session:
        last = (await session.scalars(select(Mail).order_by(Mail.id.desc()).limit(1))).one()
    assert write(last, "http://portal.example").subject.startswith("Rettet tilsyn")
    assert "Afgørelse: ikke godkendt" in write(last, "http://portal.example").plain
    assert "god kvalitet" not in write(last, "http://portal.example").plain


async def test_public_and_not_public_any_more_are_told_to_every_follower_at_each_turn(followed: FollowedTilbud) -> None:
    await handle(followed.database, public(version=2), sequence=2)
    assert await mails(followed.database) == []
    await handle(followed.database, unpublished(sequence=3), unpublished(sequence=3))
    await handle(followed.database, public(version=3), sequence=2)
    assert await mails(followed.database) == [("no-longer-public", each) for each in (DORTHE, RASMUS, SOFIE)]
    await handle(followed.database, public(version=4), sequence=4)
    assert len(await mails(followed.database, kind="became-public")) == 3
    assert "vises ikke længere" in (await text_of(followed.database, "no-longer-public", SOFIE)).subject
    for email, path in ((DORTHE, "indberet/tilbud"), (RASMUS, "godkend/tilbud"), (SOFIE, "tilbud")):
        text = await text_of(followed.database, "no-longer-public", email)
        assert f"http://portal.example/{path}/CRV-6324\n" in text.plain


async def test_a_new_authority_is_told_but_not_the_first(followed: FollowedTilbud) -> None:
    await handle(followed.database, assigned(), assigned(authority="socialtilsyn-midt", version=2, previous="x"))
    await handle(followed.database, assigned(authority="socialtilsyn-midt", version=2, previous="x"))
    assert await mails(followed.database) == [("authority-changed", each) for each in (DORTHE, RASMUS, SOFIE)]


async def test_the_same_fact_under_new_ids_is_told_once(followed: FollowedTilbud) -> None:
    for _ in range(3):
        await handle(followed.database, returned(), opened(), approved(), tilsyn())
    assert len(await mails(followed.database)) == 3 + 1 + 2 + 3


async def test_what_is_published_again_is_told_to_nobody(followed: FollowedTilbud) -> None:
    for event in (created(), returned(), opened(), approved(), tilsyn(), public(version=9)):
        await handle(followed.database, event.model_copy(update={"republished": True}), sequence=9)
    assert await mails(followed.database) == []


async def test_old_facts_are_no_news(followed: FollowedTilbud) -> None:
    record = record_for(returned())
    long_ago = (now() - timedelta(days=8)).isoformat().encode()
    headers = [(name, long_ago if name == "ce_time" else value) for name, value in record.headers]
    await handle(followed.database, Record(record.topic, 0, 0, record.key, headers, record.value))
    assert await mails(followed.database) == []


async def test_who_does_not_want_a_mail_gets_none_but_the_leader_always_does(followed: FollowedTilbud) -> None:
    await followed.turn_off("reporter-solsikken", "case-returned")
    await handle(followed.database, returned(), tilsyn())
    returned_to = [email for kind, email in await mails(followed.database) if kind == "case-returned"]
    assert DORTHE not in returned_to
    assert LEADER in returned_to
    assert DORTHE in [email for kind, email in await mails(followed.database) if kind == "tilsyn-published"]


async def test_a_leader_who_follows_gets_one_mail(followed: FollowedTilbud) -> None:
    token = followed.identity.token("reporter-valmuen", email="LEDER@solsikken.example")
    async with followed.client(token) as api:
        await api.put(f"/v1/follows/tilbud/{SOLSIKKEN}")
    await handle(followed.database, returned())
    assert [email for _, email in await mails(followed.database)].count(LEADER) == 1


async def test_a_follower_without_an_address_gets_no_mail(followed: FollowedTilbud) -> None:
    async with followed.client(followed.identity.token("reporter-valmuen", email=None)) as api:
        assert (await api.put(f"/v1/follows/tilbud/{SOLSIKKEN}")).status_code == 200
    await handle(followed.database, tilsyn())
    assert len(await mails(followed.database)) == 3


async def test_a_case_without_the_name_does_not_bring_the_old_one_back(followed: FollowedTilbud) -> None:
    other = approved(number=3, name="Solsikken Syd").model_copy(update={"steps": []})
    await handle(followed.database, created(), approved(number=2, name="Solsikken Nord"), other)
    await handle(followed.database, opened(number=4))
    assert "Solsikken Nord" in (await text_of(followed.database, "case-opened", RASMUS)).subject


async def test_an_older_name_never_overwrites_a_newer_one(followed: FollowedTilbud) -> None:
    await handle(followed.database, approved(number=3, name="Solsikken Nord"), approved(number=2), created())
    await handle(followed.database, opened(number=4))
    assert "Solsikken Nord" in (await text_of(followed.database, "case-opened", RASMUS)).subject


@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_in_any_order_the_same_is_remembered(database: Database, order: tuple[int, ...]) -> None:
    events = [created(), assigned(), approved(number=1, name="Solsikken II"), public()]
    await handle(database, *(events[place] for place in order))
    async with database.read() as session:
        row = (await session.execute(text("SELECT * FROM tilbud"))).one()
    assert (row.name, row.authority, row.is_public, row.content_number) == (
        "Solsikken II", "socialtilsyn-nord", True, 1,
    )  # fmt: skip
    assert len(await mails(database, kind="tilbud-created")) == 2
    assert await dead_letters(database) == 0


async def test_in_one_batch_it_is_the_same(database: Database) -> None:
    records = [record_for(event) for event in (returned(), returned(), opened(), approved())]
    (cases,) = [each for each in subscriptions() if "approval.cases.v1" in each.topic_names]
    await deliver(database, cases, *records, *records)
    assert len(await mails(database)) == 3


async def test_a_name_with_line_breaks_and_markup_does_no_harm(followed: FollowedTilbud) -> None:
    await handle(
        followed.database, approved(number=2, name="Sol\r\nBcc: alle@x.example <b>sikken</b>"), opened(number=3)
    )
    text = await text_of(followed.database, "case-opened", RASMUS)
    assert "\n" not in text.subject
    assert "\r" not in text.subject
    assert "<b>" not in text.html
    assert "&lt;b&gt;" in text.html


async def test_no_mail_holds_a_cpr_number_or_a_name_of_a_person(followed: FollowedTilbud) -> None:
    await handle(followed.database, created(), returned(), opened(), approved(), tilsyn())
    async with followed.database.read() as session:
        rows = (await session.scalars(select(Mail))).all()
    assert len(rows) == 11
    for row in rows:
        text = write(row, "http://portal.example")
        assert not holds_cpr(text.plain + text.html)
        assert "Kragh" not in text.plain + text.html
        assert "CRV-6324" in text.subject
        assert "Solsikken" in text.subject


async def test_what_is_published_has_the_shape_of_the_golden_message(
    database: Database, client: Client, identity: Any
) -> None:
    await handle(database, created())
    async with client(identity.token("officer-nord-a")) as api:
        await api.put(f"/v1/follows/tilbud/{SOLSIKKEN}")
    (row,) = await emitted(database)
    FollowersChanged.model_validate_json(row["value"])
    golden = json.loads((GOLDEN / f"{FollowersChanged.ce_type}.json").read_text())
    told = json.loads(row["value"])
    assert told.keys() == golden.keys()
    assert told["followers"][0].keys() == golden["followers"][0].keys()


READ = [model.ce_type for each in subscriptions() for model in each.on]


@pytest.mark.parametrize("ce_type", READ)
async def test_the_golden_messages_of_the_writers_are_understood(database: Database, ce_type: str) -> None:
    model = next(event for event in EVENTS if event.ce_type == ce_type)
    await handle(database, model.model_validate_json((GOLDEN / f"{ce_type}.json").read_text()))
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM tilbud")) == 1
    assert await dead_letters(database) == 0
