"""Mails about deadlines: to its people and the two sides that they concern, once for each deadline and turn."""

from datetime import date

import pytest

from contracts.events.approval import DeadlineOf
from contracts.testing.factories import deadline_noticed
from notification.mails.phrases import deadline_line
from services.notification.tests.factories import (
    CONTACT_ADDRESS,
    DORTHE,
    LEADER_ADDRESS,
    RASMUS,
    SOLSIKKEN,
    FollowedTilbud,
    handle,
    mails,
    text_of,
)

PEOPLE = (CONTACT_ADDRESS, LEADER_ADDRESS)


async def test_its_people_and_the_followers_of_both_sides_are_told_before_a_deadline(followed: FollowedTilbud) -> None:
    near = deadline_noticed(SOLSIKKEN)
    await handle(followed.database, near, near)
    assert await mails(followed.database) == [("deadline", each) for each in (DORTHE, *PEOPLE, RASMUS)]
    text = await text_of(followed.database, "deadline", DORTHE)
    assert text.subject == "En frist nærmer sig for Solsikken (CRV-6324)"
    assert "- Et påbud skal være opfyldt senest den 15.12.2026" in text.plain
    assert "Socialtilsyn Nord" in text.plain


async def test_a_moved_deadline_and_one_that_has_passed_are_news(followed: FollowedTilbud) -> None:
    moved = deadline_noticed(SOLSIKKEN, date(2026, 12, 20))
    await handle(followed.database, deadline_noticed(SOLSIKKEN), moved, deadline_noticed(SOLSIKKEN, passed=True))
    assert len(await mails(followed.database)) == 12


async def test_who_wants_none_gets_none(followed: FollowedTilbud) -> None:
    await followed.turn_off("reporter-solsikken", "deadline")
    await handle(followed.database, deadline_noticed(SOLSIKKEN))
    assert await mails(followed.database) == [("deadline", each) for each in (*PEOPLE, RASMUS)]


@pytest.mark.parametrize("deadline_of", DeadlineOf)
def test_each_deadline_has_its_words(deadline_of: DeadlineOf) -> None:
    lines = {deadline_line(deadline_noticed(deadline_of=deadline_of, passed=passed)) for passed in (True, False)}
    assert len(lines) == 2
    assert all("15.12.2026" in line for line in lines)
