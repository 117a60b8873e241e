"""Mails owed: who gets which for each fact, once, in any order, and what stands in it."""

from datetime import timedelta

from sqlalchemy import select

from chassis.clock import now
from chassis.database import Database
from chassis.subscriptions import Record
from contracts.cpr import holds_cpr
from contracts.testing import factories
from devstack.in_process import deliver
from notification.consumers import subscriptions
from notification.mails.models import Mail
from notification.mails.texts import write
from services.notification.tests.factories import (
    CONTACT,
    CONTACT_ADDRESS,
    DORTHE,
    LEADER,
    LEADER_ADDRESS,
    RASMUS,
    SOFIE,
    SOLSIKKEN,
    FollowedTilbud,
    approved,
    assigned,
    closed,
    created,
    handle,
    mails,
    opened,
    public,
    record_for,
    returned,
    text_of,
    tilsyn,
    unpublished,
)


async def test_r102_leader_and_contact_person_hear_of_a_new_tilbud(database: Database) -> None:
    await handle(database, created())
    assert await mails(database) == [("tilbud-created", CONTACT_ADDRESS), ("tilbud-created", LEADER_ADDRESS)]
    text = await text_of(database, "tilbud-created", LEADER_ADDRESS)
    assert text.subject == "Solsikken er oprettet på Tilbudsportalen (CRV-6324)"
    assert "Socialtilsyn Nord har oprettet Solsikken" in text.plain
    assert "Log ind med MitID Erhverv" in text.plain
    assert "http://portal.example/" in text.plain
    assert 'href="http://portal.example/' in text.html


async def test_r108_a_returned_case_is_told_to_the_tilbud_and_its_side_only(followed: FollowedTilbud) -> None:
    await handle(followed.database, returned())
    assert await mails(followed.database) == [
        ("case-returned", DORTHE), ("case-returned", CONTACT_ADDRESS), ("case-returned", LEADER_ADDRESS),
    ]  # fmt: skip
    text = await text_of(followed.database, "case-returned", LEADER_ADDRESS)
    assert "skal rettes" in text.subject
    assert "- Kontaktoplysninger\n- Pladser: Det røde hus\n" in text.plain
    assert f"/indberet/tilbud/{SOLSIKKEN}/sager/{returned().case_id}" in text.plain
    assert "Budget" not in text.plain
    assert "Telefonnummeret mangler" not in text.plain + text.html


async def test_a_case_that_moves_is_told_to_the_tilbud_and_to_who_had_it(followed: FollowedTilbud) -> None:
    moved = opened(authority="socialtilsyn-syd", moved_from="socialtilsyn-nord", leader=LEADER, contact=CONTACT)
    await handle(followed.database, moved, moved)
    told = {address for mail_type, address in await mails(followed.database) if mail_type == "case-moved"}
    assert {LEADER_ADDRESS, CONTACT_ADDRESS, RASMUS, DORTHE} <= told
    text = await text_of(followed.database, "case-moved", LEADER_ADDRESS)
    assert text.subject == "En sag om Solsikken afgøres nu af Socialtilsyn Syd (CRV-6324)"
    assert "fra Socialtilsyn Nord til Socialtilsyn Syd" in text.plain


async def test_r109_the_tilbud_hears_that_its_authority_has_reported_for_it(followed: FollowedTilbud) -> None:
    await handle(followed.database, opened(reported_by="socialtilsyn-nord", leader=LEADER, contact=CONTACT))
    told = {address for mail_type, address in await mails(followed.database) if mail_type == "reported-on-behalf"}
    assert told == {LEADER_ADDRESS, CONTACT_ADDRESS, DORTHE}
    text = await text_of(followed.database, "reported-on-behalf", LEADER_ADDRESS)
    assert text.subject == "Socialtilsyn Nord har indberettet for Solsikken (CRV-6324)"
    assert "/indberet/tilbud/CRV-6324" in text.plain


async def test_a_case_that_the_tilbud_closes_is_told_to_its_authority(followed: FollowedTilbud) -> None:
    await handle(followed.database, closed(), closed())
    assert await mails(followed.database) == [("case-closed", RASMUS)]
    text = await text_of(followed.database, "case-closed", RASMUS)
    assert text.subject == "Solsikken har afsluttet en sag (CRV-6324)"


async def test_a_case_that_the_authority_closes_is_told_to_the_tilbud(followed: FollowedTilbud) -> None:
    await handle(followed.database, closed(outcome="ceased", leader=LEADER, contact=CONTACT))
    assert {address for _, address in await mails(followed.database)} == {LEADER_ADDRESS, CONTACT_ADDRESS, DORTHE}
    text = await text_of(followed.database, "case-closed", LEADER_ADDRESS)
    assert text.subject == "En sag om Solsikken er lukket (CRV-6324)"
    assert "fordi tilbuddet er ophørt" in text.plain


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
    assert await mails(followed.database) == [("case-approved", DORTHE), ("case-approved", LEADER_ADDRESS)]
    assert (
        "Oplysningerne vises nu på Tilbudsportalen"
        in (await text_of(followed.database, "case-approved", LEADER_ADDRESS)).plain
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
    told = (DORTHE, CONTACT_ADDRESS, LEADER_ADDRESS, RASMUS, SOFIE)
    assert await mails(followed.database) == [("authority-changed", each) for each in told]


async def test_a_new_authority_is_told_with_the_reason(followed: FollowedTilbud) -> None:
    change = assigned(authority="socialtilsyn-midt", version=2, previous="socialtilsyn-nord")
    await handle(followed.database, change.model_copy(update={"explanation": "Flyttet."}))
    assert "\n\nFlyttet.\n\n" in (await text_of(followed.database, "authority-changed", LEADER_ADDRESS)).plain


async def test_a_report_that_nobody_decides_is_told_to_those_concerned(followed: FollowedTilbud) -> None:
    """Sofie follows, and neither runs nor supervises it."""
    await handle(followed.database, created(), assigned(), *(factories.case_not_routed() for _ in range(2)))
    told = [email for _, email in await mails(followed.database, kind="authority-undecided")]
    assert {DORTHE, RASMUS, LEADER_ADDRESS} <= set(told)
    assert SOFIE not in told
    assert len(told) == len(set(told))
    text = await text_of(followed.database, "authority-undecided", LEADER_ADDRESS)
    assert text.subject.startswith("Det kræver afgørelse, hvem der behandler indberetningen for Solsikken")
    assert "Christiansø" in text.plain
    assert "skal I ikke gøre noget" in text.plain


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
    assert LEADER_ADDRESS in returned_to
    assert DORTHE in [email for kind, email in await mails(followed.database) if kind == "tilsyn-published"]


async def test_a_leader_who_follows_gets_one_mail(followed: FollowedTilbud) -> None:
    token = followed.identity.token("reporter-valmuen", email="LEDER@solsikken.example")
    async with followed.client(token) as api:
        await api.put(f"/v1/follows/tilbud/{SOLSIKKEN}")
    await handle(followed.database, returned())
    assert [email for _, email in await mails(followed.database)].count(LEADER_ADDRESS) == 1


async def test_a_follower_without_an_address_gets_no_mail(followed: FollowedTilbud) -> None:
    async with followed.client(followed.identity.token("reporter-valmuen", email=None)) as api:
        assert (await api.put(f"/v1/follows/tilbud/{SOLSIKKEN}")).status_code == 200
    await handle(followed.database, tilsyn())
    assert len(await mails(followed.database)) == 3


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
