"""The mail of a day or a week: each piece of news once, whatever happens in between."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text

from chassis.database import Database
from notification.deliveries.sending import MailSender
from notification.digests import commands
from notification.digests.commands import send_digests
from notification.mail_types import Frequency
from notification.mails.models import Mail
from notification.mails.rules import digest_due_at
from notification.settings import NotificationSettings
from services.notification.tests.factories import (
    DORTHE,
    RASMUS,
    SOFIE,
    SOLSIKKEN,
    FollowedTilbud,
    handle,
    mails,
    opened,
    tilsyn,
)
from services.notification.tests.mailbox import Mailbox, lines_of

SOFIES = "caseworker-aalborg"


@pytest.mark.parametrize(
    ("at", "frequency", "due"),
    [
        # Danish winter time is one hour ahead.
        (datetime(2026, 11, 20, 5, 59, tzinfo=UTC), "daily", datetime(2026, 11, 20, 6, tzinfo=UTC)),
        (datetime(2026, 11, 20, 6, 0, tzinfo=UTC), "daily", datetime(2026, 11, 21, 6, tzinfo=UTC)),
        (datetime(2026, 11, 20, 12, tzinfo=UTC), "weekly", datetime(2026, 11, 23, 6, tzinfo=UTC)),
        (datetime(2026, 11, 23, 5, tzinfo=UTC), "weekly", datetime(2026, 11, 23, 6, tzinfo=UTC)),
        (datetime(2026, 11, 23, 7, tzinfo=UTC), "weekly", datetime(2026, 11, 30, 6, tzinfo=UTC)),
        # In summer two, and the night in which the clock goes back has 25 hours.
        (datetime(2026, 10, 24, 12, tzinfo=UTC), "daily", datetime(2026, 10, 25, 6, tzinfo=UTC)),
        (datetime(2026, 7, 1, 12, tzinfo=UTC), "daily", datetime(2026, 7, 2, 5, tzinfo=UTC)),
    ],
)
def test_it_goes_out_at_seven_in_danish_time(at: datetime, frequency: str, due: datetime) -> None:
    assert digest_due_at(at, Frequency(frequency)) == due


async def states(database: Database, email: str = SOFIE) -> list[tuple[str, str]]:
    async with database.read() as session:
        rows = await session.scalars(select(Mail).where(Mail.email == email).order_by(Mail.id))
        return [(row.mail_type, row.state) for row in rows]


async def make_due(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(text("UPDATE mails SET due_at = now() - interval '1 minute' WHERE state = 'collected'"))


@pytest.fixture
async def collected(followed: FollowedTilbud) -> FollowedTilbud:
    """Solsikken with two tilsyn that Sofie wants to hear of once a day."""
    await followed.choose(SOFIES, frequency={"tilsyn-published": "daily"})
    await handle(followed.database, tilsyn(), tilsyn(version=2))
    return followed


async def test_others_hear_at_once_and_who_collects_once_a_day(
    collected: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings
) -> None:
    sender = MailSender(settings)
    await send_digests(collected.database)
    await sender.run(collected.database)
    assert sorted(address for address, _ in mailbox.mails) == [DORTHE, DORTHE, RASMUS, RASMUS]
    assert await states(collected.database) == [("tilsyn-published", "collected")] * 2
    await make_due(collected.database)
    await send_digests(collected.database)
    await send_digests(collected.database)
    await sender.run(collected.database)
    assert await states(collected.database) == [("tilsyn-published", "digested")] * 2 + [("digest", "sent")]
    (mail,) = mailbox.to(SOFIE)
    news = [line for line in lines_of(mail) if line.startswith("- ")]
    assert news == ["- Nyt tilsyn med Solsikken (CRV-6324)", "- Rettet tilsyn med Solsikken (CRV-6324)"]
    assert mail["Subject"] == "Dagens nyheder om det, du følger på Tilbudsportalen"


async def test_what_comes_after_the_clock_was_put_back_is_told_too(collected: FollowedTilbud) -> None:
    await make_due(collected.database)
    await send_digests(collected.database)
    await handle(collected.database, tilsyn(version=3))
    await make_due(collected.database)
    await send_digests(collected.database)
    assert (await mails(collected.database)).count(("digest", SOFIE)) == 2


async def test_a_crash_before_the_commit_loses_and_repeats_nothing(
    collected: FollowedTilbud, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_due(collected.database)

    def killed(*_: Any) -> Mail:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(commands, "_digest", killed)
        with pytest.raises(RuntimeError, match="killed"):
            await send_digests(collected.database)
    assert await states(collected.database) == [("tilsyn-published", "collected")] * 2
    await send_digests(collected.database)
    assert (await mails(collected.database)).count(("digest", SOFIE)) == 1


async def test_who_ends_all_mails_gets_no_digest(collected: FollowedTilbud) -> None:
    await collected.choose(SOFIES, paused=True)
    await make_due(collected.database)
    await send_digests(collected.database)
    assert await states(collected.database) == [("tilsyn-published", "superseded")] * 2


async def test_each_type_has_a_frequency_of_its_own(followed: FollowedTilbud) -> None:
    await followed.choose("officer-nord-a", frequency={"case-opened": "weekly", "tilsyn-published": "daily"})
    await handle(followed.database, opened(), tilsyn())
    await make_due(followed.database)
    await send_digests(followed.database)
    assert (await mails(followed.database)).count(("digest", RASMUS)) == 2


async def test_what_is_followed_no_longer_is_not_told(collected: FollowedTilbud) -> None:
    async with collected.client(collected.identity.token(SOFIES)) as api:
        assert (await api.delete(f"/v1/follows/tilbud/{SOLSIKKEN}")).status_code == 204
    await make_due(collected.database)
    await send_digests(collected.database)
    assert await states(collected.database) == [("tilsyn-published", "superseded")] * 2
