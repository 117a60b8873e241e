"""Mails about what has to be reported: to those who can do it, once for each notice."""

import pytest

from contracts.events.reporting import DutyKind
from contracts.testing.factories import duties_noticed
from notification.mails.phrases import duty_line
from services.notification.tests.factories import (
    CONTACT_ADDRESS,
    DORTHE,
    LEADER_ADDRESS,
    SOLSIKKEN,
    FollowedTilbud,
    handle,
    mails,
    text_of,
)

PEOPLE = (CONTACT_ADDRESS, LEADER_ADDRESS)


async def test_the_operators_side_is_told_in_one_mail_what_is_soon_due_and_what_is_late(
    followed: FollowedTilbud,
) -> None:
    noticed = duties_noticed(SOLSIKKEN)
    await handle(followed.database, noticed, noticed)
    assert await mails(followed.database) == [("duties", each) for each in (DORTHE, *PEOPLE)]
    text = await text_of(followed.database, "duties", DORTHE)
    assert text.subject == "Noget er ikke indberettet til tiden for Solsikken (CRV-6324)"
    assert "- Ledige pladser og ventetid, som sidst er bekræftet den 30.1.2027" in text.plain
    assert "- Årsrapporten for 2026, senest den 1.5.2027" in text.plain
    assert "/indberet/tilbud/CRV-6324" in text.plain


async def test_the_next_notice_is_news_and_a_republished_one_is_not(followed: FollowedTilbud) -> None:
    await handle(followed.database, duties_noticed(SOLSIKKEN))
    await handle(followed.database, duties_noticed(SOLSIKKEN, noticed_on="2027-03-05", republished=True))
    assert len(await mails(followed.database)) == 3
    late = {"kind": "annual-report", "turn": "overdue", "deadline": "2027-05-01", "year": 2026}
    await handle(followed.database, duties_noticed(SOLSIKKEN, noticed_on="2027-05-02", duties=[late]))
    assert len(await mails(followed.database)) == 6


async def test_who_wants_no_reminders_gets_none(followed: FollowedTilbud) -> None:
    await followed.turn_off("reporter-solsikken", "duties")
    await handle(followed.database, duties_noticed(SOLSIKKEN))
    assert await mails(followed.database) == [("duties", each) for each in PEOPLE]


@pytest.mark.parametrize("kind", DutyKind)
def test_each_duty_has_its_words(kind: DutyKind) -> None:
    (duty, _) = duties_noticed().duties
    line = duty_line(duty.model_copy(update={"kind": kind, "since": duty.deadline}))
    assert "1.5.2027" in line
