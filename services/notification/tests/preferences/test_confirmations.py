"""An address of a user's own is used once it was confirmed by mail, and nobody is flooded with such mails."""

import re

from sqlalchemy import text

from chassis.database import Database
from notification.deliveries.sending import MailSender
from notification.settings import NotificationSettings
from services.notification.tests.factories import DORTHE, FollowedTilbud, handle, mails, tilsyn
from services.notification.tests.mailbox import Mailbox, lines_of

DORTHES = "reporter-solsikken"
PRIVATE = "dorthe@privat.example"
LINK = re.compile(r"http://portal\.example/mails/bekraeft/([A-Za-z0-9_.-]+)")


async def token_in_mail(database: Database, mailbox: Mailbox, settings: NotificationSettings) -> str:
    await MailSender(settings).run(database)
    (found,) = [link for line in lines_of(mailbox.to(PRIVATE)[-1]) if (link := LINK.fullmatch(line))]
    return found[1]


async def test_an_address_is_used_when_its_reader_says_so_and_not_before(
    followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings
) -> None:
    asked = await followed.choose(DORTHES, own_email=PRIVATE)
    assert (asked["email"], asked["own_email"], asked["own_email_confirmed"]) == (DORTHE, PRIVATE, False)
    await handle(followed.database, tilsyn())
    assert ("tilsyn-published", DORTHE) in await mails(followed.database)
    path = f"/v1/confirmations/{await token_in_mail(followed.database, mailbox, settings)}"
    async with followed.client() as api:
        assert (await api.get(path)).json() == {"email": PRIVATE, "query": None, "confirmed": False}
        assert (await api.get(path)).json()["confirmed"] is False
        assert (await api.post(path)).json() == {"email": PRIVATE, "query": None, "confirmed": True}
        assert (await api.post(path)).json() == {"email": PRIVATE, "query": None, "confirmed": True}
    await handle(followed.database, tilsyn(version=2))
    assert ("tilsyn-published", PRIVATE) in await mails(followed.database)
    same = await followed.choose(DORTHES, own_email=PRIVATE)
    assert (same["email"], same["own_email_confirmed"]) == (PRIVATE, True)


async def test_a_link_is_over_when_another_address_is_wanted(
    followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings
) -> None:
    await followed.choose(DORTHES, own_email=PRIVATE)
    path = f"/v1/confirmations/{await token_in_mail(followed.database, mailbox, settings)}"
    await followed.choose(DORTHES, own_email="anden@privat.example")
    async with followed.client() as api:
        assert (await api.post(path)).status_code == 404
    async with followed.database.begin() as session:
        await session.execute(text("UPDATE users SET wanted_key = NULL, wanted_email = NULL"))
    async with followed.client() as api:
        assert (await api.get(path)).status_code == 404


async def test_an_address_gets_three_such_mails_a_day_whoever_wants_it(followed: FollowedTilbud) -> None:
    for _ in range(3):
        await followed.choose(DORTHES, own_email=PRIVATE)
        await followed.choose(DORTHES)
    await followed.choose(DORTHES, 429, own_email="Dorthe@Privat.example")
    await followed.choose("officer-nord-a", 429, own_email=PRIVATE)
    assert (await mails(followed.database)).count(("address-confirmation", PRIVATE)) == 3


async def test_a_user_asks_five_times_a_day(followed: FollowedTilbud) -> None:
    for number in range(5):
        await followed.choose(DORTHES, own_email=f"d{number}@privat.example")
    await followed.choose(DORTHES, 429, own_email="d6@privat.example")
