"""The link in a mail ends mails without a sign-in, and brings them back (RFC 8058)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from notification.deliveries.sending import MailSender
from notification.settings import NotificationSettings
from notification.signed_links import Purpose, sign
from services.notification.tests.factories import SOFIE, SOLSIKKEN, Client, FollowedTilbud, handle, mails, tilsyn
from services.notification.tests.mailbox import Mailbox, lines_of

SOFIES = "caseworker-aalborg"
LINK = re.compile(r"<http://portal\.example/mails/afmeld/([A-Za-z0-9_.-]+)>")


async def token_in_mail(followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings) -> str:
    """Return the token in the mail that Sofie gets about a tilsyn."""
    await handle(followed.database, tilsyn())
    await MailSender(settings).run(followed.database)
    (mail,) = mailbox.to(SOFIE)
    found = LINK.fullmatch(mail["List-Unsubscribe"].strip())
    assert found
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"Få ikke flere af disse mails: http://portal.example/mails/afmeld/{found[1]}" in lines_of(mail)
    return found[1]


async def test_the_link_ends_and_brings_back_one_follow_and_reading_it_ends_nothing(
    followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings
) -> None:
    path = f"/v1/unsubscribe/{await token_in_mail(followed, mailbox, settings)}"
    async with followed.client() as api:
        seen = [(await api.get(path)).json() for _ in range(2)]
        ended = [(await api.post(path, data={"List-Unsubscribe": "One-Click"})).json() for _ in range(2)]
        await handle(followed.database, tilsyn(version=2))
        told_while_ended = (await mails(followed.database)).count(("tilsyn-published", SOFIE))
        again = [(await api.delete(path)).json() for _ in range(2)]
    body = {"ends": "follow", "kind": "tilbud", "id": SOLSIKKEN, "name": "Solsikken", "query": None}
    assert seen == again == [{**body, "ended": False}] * 2
    assert ended == [{**body, "ended": True}] * 2
    assert told_while_ended == 1
    await handle(followed.database, tilsyn(version=3))
    assert (await mails(followed.database)).count(("tilsyn-published", SOFIE)) == 2


async def test_after_thirty_days_it_does_not_come_back(
    followed: FollowedTilbud, mailbox: Mailbox, settings: NotificationSettings
) -> None:
    path = f"/v1/unsubscribe/{await token_in_mail(followed, mailbox, settings)}"
    async with followed.client() as api:
        await api.post(path)
        async with followed.database.begin() as session:
            await session.execute(text("UPDATE ended_follows SET ended_at = ended_at - interval '31 days'"))
        assert (await api.delete(path)).status_code == 404


async def test_all_mails_end_until_the_user_wants_them_again(
    followed: FollowedTilbud, settings: NotificationSettings, identity: Any
) -> None:
    async with followed.client(identity.token(SOFIES)) as api:
        await api.get("/v1/preferences")
    async with followed.database.read() as session:
        sub = await session.scalar(text("SELECT sub FROM users WHERE email = :email"), {"email": SOFIE})
    path = f"/v1/unsubscribe/{sign(settings.secret_of_digests, Purpose.PAUSE, str(sub))}"
    async with followed.client() as api:
        assert (await api.post(path)).json()["ended"] is True
    await handle(followed.database, tilsyn())
    assert ("tilsyn-published", SOFIE) not in await mails(followed.database)
    assert (await followed.choose(SOFIES))["paused"] is False
    await handle(followed.database, tilsyn(version=2))
    assert ("tilsyn-published", SOFIE) in await mails(followed.database)


CHANGES: tuple[Callable[[str], str], ...] = (
    lambda token: token[:-1] + ("B" if token[-1] == "A" else "A"),
    lambda token: token.partition(".")[0],
    lambda token: "x" + token,
    lambda _: "x.y",
    lambda _: "." * 9,
)


@pytest.mark.parametrize("change", CHANGES)
async def test_a_link_that_we_did_not_make_ends_nothing(
    client: Client, settings: NotificationSettings, change: Callable[[str], str]
) -> None:
    token = change(sign(settings.secret_of_digests, Purpose.UNFOLLOW, "tilbud", SOLSIKKEN, "somebody"))
    async with client() as api:
        for method in ("GET", "POST", "DELETE"):
            assert (await api.request(method, f"/v1/unsubscribe/{token}")).status_code == 404
        assert (await api.post(f"/v1/confirmations/{token}")).status_code == 404


async def test_a_link_does_nothing_but_its_own(client: Client, settings: NotificationSettings) -> None:
    follow = sign(settings.secret_of_digests, Purpose.UNFOLLOW, "tilbud", SOLSIKKEN, "somebody")
    address = sign(
        settings.secret_of_digests, Purpose.CONFIRM_ADDRESS, "somebody", "a@b.dk", "x", "2099-01-01T00:00:00+00:00"
    )
    async with client() as api:
        assert (await api.post(f"/v1/confirmations/{follow}")).status_code == 404
        assert (await api.post(f"/v1/unsubscribe/{address}")).status_code == 404
