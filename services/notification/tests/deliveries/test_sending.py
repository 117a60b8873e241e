"""Sending, against a real mail server: once, in spite of refusals, outages and crashes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fast_mail_parser import parse_email
from pydantic import ValidationError
from sqlalchemy import text

from chassis.clock import now
from chassis.database import Database
from contracts.events.parties import Person
from contracts.testing import factories
from notification.deliveries import maintenance, sending
from notification.deliveries.retry_policy import RetryPolicy
from notification.deliveries.sending import MailSender
from notification.settings import NotificationSettings
from services.notification.tests.factories import (
    DORTHE,
    RASMUS,
    SOFIE,
    SOLSIKKEN,
    FollowedTilbud,
    created,
    handle,
    returned,
    tilsyn,
)
from services.notification.tests.mailbox import Mailbox

UNDELIVERED = "kunne ikke leveres"
LEADER, CONTACT = "leder@solsikken.example", "kontakt@solsikken.example"
AT_ONCE = RetryPolicy(
    lease=timedelta(), first=timedelta(), longest=timedelta(), attempts=3, outage=0.0, longest_outage=0.0, timeout=2
)


def person(email: str) -> Person:
    return factories.leader(email=email)


Sender = Callable[..., MailSender]


@pytest.fixture
def sender(settings: NotificationSettings) -> Sender:
    return lambda policy=AT_ONCE: MailSender(settings, policy)


async def rows(database: Database) -> list[Any]:
    """Return the mails about what happened, without those that say that one of them was not delivered."""
    statement = "SELECT * FROM mails WHERE kind <> 'mail-undelivered' ORDER BY id"
    async with database.read() as session:
        return list((await session.execute(text(statement))).all())


def reached(mailbox: Mailbox) -> list[str]:
    """Return who got a mail about what happened."""
    return [address for address, mail in mailbox.mails if UNDELIVERED not in mail["Subject"]]


def told_of_failure(mailbox: Mailbox) -> list[str]:
    """Return who was told that a mail was not delivered."""
    return [address for address, mail in mailbox.mails if UNDELIVERED in mail["Subject"]]


async def states(database: Database) -> list[tuple[str, int, int | None]]:
    return [(row.state, row.attempts, row.smtp_code) for row in await rows(database)]


async def test_a_mail_is_sent_once_with_an_id_that_tells_it_again(
    database: Database, mailbox: Mailbox, sender: Sender
) -> None:
    await handle(database, created())
    await sender().run(database)
    await sender().run(database)
    assert sorted(address for address, _ in mailbox.mails) == [CONTACT, LEADER]
    assert await states(database) == [("sent", 1, None)] * 2
    (mail,) = mailbox.to(LEADER)
    assert mail["Subject"] == "Solsikken er oprettet på Tilbudsportalen (CRV-6324)"
    assert mail["From"] == "Tilbudsportalen <noreply@tilbudsportalen.example>"
    assert mail["Message-ID"].endswith("@tilbudsportalen.example>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] != mailbox.to(CONTACT)[0]["Message-ID"]
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert "Næste skridt" in plain.get_content()
    assert html is not None
    assert "<ol>" in html.get_content()


async def test_a_mail_of_the_next_release_is_left_to_it(database: Database, mailbox: Mailbox, sender: Sender) -> None:
    await handle(database, created())
    async with database.begin() as session:
        await session.execute(text("UPDATE mails SET kind = 'of-the-next-release' WHERE email = :it"), {"it": LEADER})
    await sender().run(database)
    assert {row.email: row.state for row in await rows(database)} == {LEADER: "owed", CONTACT: "sent"}
    assert [address for address, _ in mailbox.mails] == [CONTACT]


async def test_who_ceases_to_follow_gets_no_mail_that_waits(
    followed: FollowedTilbud, mailbox: Mailbox, sender: Sender
) -> None:
    await handle(followed.database, tilsyn())
    async with followed.client(followed.identity.token("caseworker-aalborg")) as api:
        assert (await api.delete(f"/v1/follows/tilbud/{SOLSIKKEN}")).status_code == 204
    await sender().run(followed.database)
    told = {address for address, _ in mailbox.mails}
    assert SOFIE not in told
    assert {RASMUS, DORTHE} <= told
    assert [row.state for row in await rows(followed.database) if row.email == SOFIE] == ["superseded"]


def test_a_sender_with_a_name_is_no_address(settings: NotificationSettings) -> None:
    values = settings.model_dump() | {"mail_from": "Tilbudsportalen <noreply@tilbudsportalen.example>"}
    with pytest.raises(ValidationError, match="mail_from"):
        NotificationSettings(**values)


async def test_while_the_server_is_away_nothing_is_lost_and_nothing_counts(
    database: Database, mailbox: Mailbox, sender: Sender
) -> None:
    await handle(database, created())
    await mailbox.stop()
    patient = RetryPolicy(outage=0.0, longest_outage=0.0, timeout=1)
    waiting = sender(RetryPolicy(outage=60.0, timeout=1))
    await waiting.run(database)
    assert await states(database) == [("owed", 0, None)] * 2
    await mailbox.start()
    await waiting.run(database)
    assert mailbox.mails == []
    await sender(patient).run(database)
    assert await states(database) == [("sent", 1, None)] * 2
    assert len(mailbox.mails) == 2


async def test_a_final_refusal_bounces_and_touches_no_other_mail(
    database: Database, mailbox: Mailbox, sender: Sender
) -> None:
    await handle(database, created())
    mailbox.answers = ["550 5.1.1 No such user"]
    await sender().run(database)
    assert await states(database) == [("bounced", 1, 550), ("sent", 1, None)]
    assert [row.failure for row in await rows(database)] == ["refused", None]


async def test_a_temporary_refusal_is_tried_again_later(database: Database, mailbox: Mailbox, sender: Sender) -> None:
    await handle(database, created())
    mailbox.answers = ["451 Try later"]
    await sender(RetryPolicy(first=timedelta(minutes=5))).run(database)
    first, second = await rows(database)
    assert (first.state, first.attempts, first.smtp_code) == ("owed", 1, 451)
    assert timedelta(minutes=4) < first.next_at - first.created_at < timedelta(minutes=6)
    assert second.state == "sent"


async def test_refusals_come_to_an_end(database: Database, mailbox: Mailbox, sender: Sender) -> None:
    await handle(database, created())
    mailbox.answers = ["451 Try later"] * 6
    await sender().run(database)
    assert await states(database) == [("failed", 3, 451)] * 2
    assert {row.failure for row in await rows(database)} == {"given-up"}


async def test_a_mail_is_never_sent_when_another_worker_may_have_it(
    database: Database, mailbox: Mailbox, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    await handle(database, created())
    moments = [now()]
    monkeypatch.setattr(sending, "now", lambda: moments[-1])

    async def slowly(address: str) -> None:
        held = next(row.next_at for row in await rows(database) if row.email == address)
        assert held > moments[-1]
        moments.append(moments[-1] + timedelta(seconds=160))

    mailbox.on_mail = slowly
    await sender(RetryPolicy()).run(database)
    assert len(mailbox.mails) == 2
    assert await states(database) == [("sent", 1, None)] * 2


async def test_a_crash_after_sending_sends_the_same_mail_again(
    database: Database, mailbox: Mailbox, sender: Sender
) -> None:
    await handle(database, created())
    async with database.begin() as session:
        await session.execute(text("DELETE FROM mails WHERE role = 'contact'"))
    await sender().run(database)
    async with database.begin() as session:
        await session.execute(text("UPDATE mails SET state = 'owed', settled_at = NULL"))
    await sender().run(database)
    first, second = mailbox.to(LEADER)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


async def test_what_a_dead_worker_has_claimed_is_sent_when_its_time_is_over(
    database: Database, mailbox: Mailbox, sender: Sender
) -> None:
    await handle(database, created())
    await sender(RetryPolicy(lease=timedelta(minutes=2)))._claim(database)
    await sender().run(database)
    assert mailbox.mails == []
    async with database.begin() as session:
        await session.execute(text("UPDATE mails SET next_at = next_at - interval '3 minutes'"))
    await sender().run(database)
    assert len(mailbox.mails) == 2


async def test_a_server_that_hangs_up_leaves_the_rest_for_later(
    database: Database, mailbox: Mailbox, sender: Sender
) -> None:
    await handle(database, created(), returned())
    mailbox.after_data = ["250 OK", "421 Closing"]
    policy = RetryPolicy(outage=60.0)
    await sender(policy).run(database)
    assert [state for state, *_ in await states(database)] == ["sent", "owed", "owed", "owed"]
    await sender().run(database)
    assert {state for state, *_ in await states(database)} == {"sent"}


async def test_a_mail_that_cannot_be_written_holds_up_no_other(database: Database, sender: Sender) -> None:
    await handle(database, created())
    async with database.begin() as session:
        await session.execute(text("UPDATE mails SET data = '{}' WHERE role = 'contact'"))
    await sender().run(database)
    assert [(row.state, row.failure) for row in await rows(database)] == [("failed", "unwritable"), ("sent", None)]


@pytest.mark.parametrize(
    ("written", "delivered"),
    [
        ("leder@blåbær.example", "leder@xn--blbr-roah.example"),
        ("Leder@BLÅBÆR.Example", "leder@xn--blbr-roah.example"),
        ("leder@xn--blbr-roah.example", "leder@xn--blbr-roah.example"),
        ("straße@violen.example", None),
        ("leder@straße.example", "leder@xn--strae-oqa.example"),
        ("o'brien+tilsyn@violen.example", "o'brien+tilsyn@violen.example"),
    ],
)
async def test_mails_go_to_the_domain_as_mail_servers_know_it(
    database: Database, mailbox: Mailbox, sender: Sender, written: str, delivered: str | None
) -> None:
    await handle(database, created(leader=person(written)))
    await sender().run(database)
    assert [address for address in reached(mailbox) if address != CONTACT] == ([delivered] if delivered else [])
    for content in mailbox.on_the_wire:
        mail = parse_email(content)
        assert mail.headers["To"] in ([CONTACT], [delivered])


@pytest.mark.parametrize(
    "address",
    [
        "jørgen@blomsterengen.example", "a,b@x.dk", "<a_x>,c@x.dk", "a@x.dk,evil", "karen..k@x.dk", ".karen@x.dk",
        "k@-x-.dk",
        "leder", "@", "a b@x.dk", "a@x.dk\r\nRCPT TO:<b@x.dk>", "a@x.dk> SIZE=1", '"a b"@x.dk', "a@[127.0.0.1]", "a@x",
        "Alle: a@x.dk;", f"{'a' * 65}@x.dk", f"a@{'b' * 64}.dk", f"a@{'bcd.' * 90}dk", "a@x..dk", "a@ⓧ.dk",
        "\u202ea@x.dk@y.dk",
    ],
)  # fmt: skip
async def test_an_address_that_no_mail_can_reach_fails_at_once_and_says_so(
    database: Database, mailbox: Mailbox, sender: Sender, address: str
) -> None:
    await handle(database, created(leader=person(address)))
    await sender().run(database)
    assert reached(mailbox) == told_of_failure(mailbox) == [CONTACT]
    (failed,) = [row for row in await rows(database) if row.role == "leader"]
    assert (failed.state, failed.failure, failed.attempts) == ("failed", "address", 0)
    assert failed.settled_at is not None


async def test_who_can_mend_an_address_is_told_once(followed: FollowedTilbud, mailbox: Mailbox, sender: Sender) -> None:
    await handle(followed.database, returned().model_copy(update={"leader": person("jørgen@x.dk")}))
    await sender().run(followed.database)
    assert sorted(told_of_failure(mailbox)) == [DORTHE, CONTACT, RASMUS]
    body = mailbox.to(RASMUS)[0].get_body(("plain",))
    assert body is not None
    assert "til lederen af Solsikken (CRV-6324)" in body.get_content()
    assert "Adressen kan ikke modtage mails." in body.get_content()
    assert "jørgen" not in str(mailbox.mails)
    await sender().run(followed.database)
    assert len(told_of_failure(mailbox)) == 3


async def test_nobody_is_told_of_what_cannot_be_told(database: Database, mailbox: Mailbox, sender: Sender) -> None:
    await handle(database, created())
    mailbox.answers = ["550 5.1.1 No such user"] * 9
    await sender().run(database)
    assert mailbox.mails == []
    async with database.read() as session:
        states = (await session.execute(text("SELECT kind, state FROM mails ORDER BY id"))).all()
    assert [tuple(row) for row in states] == [
        ("tilbud-created", "bounced"), ("tilbud-created", "bounced"), ("mail-undelivered", "bounced"),
    ]  # fmt: skip


async def test_what_an_earlier_release_owes_to_such_an_address_fails_too(
    database: Database, mailbox: Mailbox, sender: Sender
) -> None:
    await handle(database, created())
    async with database.begin() as session:
        await session.execute(text("UPDATE mails SET email = 'jørgen@x.example', attempts = 5 WHERE role = 'leader'"))
        await session.execute(text("UPDATE mails SET email = 'leder@blåbær.example' WHERE role = 'contact'"))
    await sender().run(database)
    assert reached(mailbox) == ["leder@xn--blbr-roah.example"]
    assert sorted((row.state, row.failure) for row in await rows(database)) == [("failed", "address"), ("sent", None)]


async def test_waiting_mails_are_seen_and_done_ones_are_forgotten(database: Database, sender: Sender) -> None:
    await handle(database, created())
    await maintenance.measure_queue(database)
    assert maintenance.mails_owed._value.get() == 2
    assert maintenance.mails_owed_age_seconds._value.get() > 0
    await sender().run(database)
    await maintenance.measure_queue(database)
    assert maintenance.mails_owed._value.get() == 0
    await maintenance.delete_old_mails(database)
    assert len(await rows(database)) == 2
    async with database.begin() as session:
        await session.execute(text("UPDATE mails SET settled_at = settled_at - interval '101 days'"))
    await maintenance.delete_old_mails(database)
    assert await rows(database) == []
