"""Many facts about one matter become few mails, and the newest of them is told."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from chassis.database import Database
from notification.deliveries import maintenance
from notification.deliveries.sending import MailSender
from notification.mails.rules import due_at
from notification.settings import NotificationSettings
from services.notification.tests.factories import (
    DORTHE,
    LEADER_ADDRESS,
    FollowedTilbud,
    handle,
    handle_batch,
    mails,
    public,
    returned,
    tilsyn,
    unpublished,
)
from services.notification.tests.mailbox import Mailbox

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def before(**ago: float) -> datetime:
    return NOW - timedelta(**ago)


@pytest.mark.parametrize(
    ("earlier", "due"),
    [
        ([], None),
        ([before(minutes=1)] * 9, None),
        ([before(minutes=1)] * 10, NOW + timedelta(minutes=59)),
        ([before(hours=3), before(minutes=50), *[before(hours=5)] * 8], NOW + timedelta(minutes=10)),
        ([before(hours=3)] * 30, None),
        ([before(minutes=60)] * 10, None),
    ],
)
def test_ten_go_at_once_and_then_one_an_hour(earlier: list[datetime], due: datetime | None) -> None:
    assert due_at(NOW, earlier) == due


async def states(database: Database, address: str = DORTHE) -> Counter[str]:
    async with database.read() as session:
        rows = await session.execute(text("SELECT state FROM mails WHERE email = :email"), {"email": address})
    return Counter(row.state for row in rows)


async def let_an_hour_pass(database: Database) -> None:
    async with database.begin() as session:
        for column in ("created_at", "settled_at", "next_at", "due_at"):
            await session.execute(text(f"UPDATE mails SET {column} = {column} - interval '1 hour'"))  # noqa: S608


async def test_two_hundred_versions_of_a_tilsyn_are_eleven_mails(
    followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings
) -> None:
    sender = MailSender(settings)
    for first in range(1, 200, 40):
        versions = range(first, min(first + 40, 200))
        await handle_batch(followed.database, *(tilsyn(version=version) for version in versions))
        await sender.run(followed.database)
    await handle(followed.database, tilsyn(version=200, decision="not-approved"))
    await sender.run(followed.database)
    assert len(mailbox.to(DORTHE)) == 10
    assert await states(followed.database) == {"sent": 10, "superseded": 189, "owed": 1}
    await maintenance.measure_queue(followed.database)
    assert maintenance.mails_owed._value.get() == 0
    await let_an_hour_pass(followed.database)
    await sender.run(followed.database)
    last = mailbox.to(DORTHE)[10].get_body(("plain",))
    assert last is not None
    assert "Afgørelse: ikke godkendt" in last.get_content()
    assert "Der er sket mere med tilbuddet, end denne mail fortæller." in last.get_content()
    assert not [mail for mail in mailbox.to(DORTHE)[:10] if "Der er sket mere" in str(mail)]
    assert await states(followed.database) == {"sent": 11, "superseded": 189}


async def test_a_flood_of_tilsyn_of_one_tilbud_is_one_matter(followed: FollowedTilbud) -> None:
    flood = [tilsyn().model_copy(update={"tilsyn_id": f"tilsyn-{number}"}) for number in range(60)]
    await handle_batch(followed.database, *flood)
    assert await states(followed.database) == {"owed": 11, "superseded": 49}


async def test_in_one_batch_and_again_it_is_the_same(followed: FollowedTilbud) -> None:
    versions = [tilsyn(version=version) for version in range(1, 51)]
    await handle_batch(followed.database, *versions)
    await handle_batch(followed.database, *versions)
    assert await states(followed.database) == {"owed": 11, "superseded": 39}


async def test_a_tilbud_that_comes_and_goes_is_told_now_and_then(followed: FollowedTilbud) -> None:
    for turn in range(2, 42, 2):
        await handle(followed.database, unpublished(sequence=turn))
        await handle(followed.database, public(version=turn + 1), sequence=turn + 1)
    assert await states(followed.database) == {"owed": 11, "superseded": 29}
    async with followed.database.read() as session:
        kinds = (
            await session.scalars(text("SELECT kind FROM mails WHERE due_at IS NOT NULL AND state = 'owed'"))
        ).all()
    assert set(kinds) == {"became-public"}


async def test_a_crowd_of_followers_is_told(followed: FollowedTilbud) -> None:
    crowd = """INSERT INTO {} SELECT {} FROM generate_series(1, 3000) number"""
    follows = "'CRV-6324', 'user-' || number, 'authority:socialtilsyn-nord', now()"
    async with followed.database.begin() as session:
        await session.execute(text(crowd.format("users (sub, email)", "'user-' || number, number || '@crowd.example'")))
        await session.execute(text(crowd.format("follows (tilbud_id, sub, organisation, followed_at)", follows)))
    await handle(followed.database, tilsyn())
    assert len(await mails(followed.database, state="owed")) == 3_003


async def test_every_matter_has_mails_of_its_own(followed: FollowedTilbud) -> None:
    for revision in range(1, 15):
        await handle(followed.database, returned(revision=revision), returned(number=2, revision=revision))
    await handle(followed.database, tilsyn())
    assert await states(followed.database) == {"owed": 23, "superseded": 6}
    assert await states(followed.database, LEADER_ADDRESS) == {"owed": 22, "superseded": 6}


async def test_a_mail_that_is_being_sent_when_it_is_superseded_is_sent(
    followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings
) -> None:
    await handle(followed.database, *(tilsyn(version=version) for version in range(1, 12)))
    await let_an_hour_pass(followed.database)

    async def supersede(_: str) -> None:
        async with followed.database.begin() as session:
            await session.execute(
                text("UPDATE mails SET state = 'superseded' WHERE state = 'owed' AND due_at IS NOT NULL")
            )

    mailbox.on_mail = supersede
    await MailSender(settings).run(followed.database)
    sent = len(mailbox.to(DORTHE))
    assert (await states(followed.database))["sent"] == sent
