"""Mails about control samples: to the tilbud, and a copy to the authority that supervises it (L3)."""

from datetime import date

import pytest

from contracts.events.samples import SampleAct, SampleOutcome
from contracts.testing.factories import deadline_noticed, sample_changed, sample_marked
from notification.mails.sample_phrases import sample_lines, sample_subject
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

ALL = [("control-sample", each) for each in sorted((DORTHE, RASMUS, LEADER_ADDRESS, CONTACT_ADDRESS))]


async def test_the_tilbud_and_both_sides_are_told_once_what_is_asked(followed: FollowedTilbud) -> None:
    asked = sample_changed(SOLSIKKEN)
    await handle(followed.database, asked, asked, asked.model_copy(update={"republished": True, "version": 9}))
    assert sorted(await mails(followed.database)) == ALL
    text = await text_of(followed.database, "control-sample", LEADER_ADDRESS)
    assert text.subject == "Dokumentation til en stikprøve: Solsikken (CRV-6324)"
    assert "- Tilbuddet skal sende dokumentationen senest den 15.12.2026." in text.plain
    assert f"/stikproever/{asked.sample_id}" in text.plain
    assert "- Pladser" in text.plain


async def test_a_marking_is_told_without_its_reason_and_an_answer_not_to_who_gave_it(followed: FollowedTilbud) -> None:
    await handle(followed.database, sample_changed(SOLSIKKEN, 2, act="answer"))
    assert sorted(await mails(followed.database)) == [("control-sample", DORTHE), ("control-sample", RASMUS)]
    await handle(followed.database, sample_marked(SOLSIKKEN))
    assert len(await mails(followed.database)) == 6
    text = await text_of(followed.database, "control-sample", CONTACT_ADDRESS)
    assert "Antallet af pladser" not in text.plain
    assert text.subject.startswith("Markering på Tilbudsportalen")


async def test_a_tilbud_that_nobody_supervises_is_told(followed: FollowedTilbud) -> None:
    await handle(followed.database, sample_changed(SOLSIKKEN, authority=None))
    assert ("control-sample", LEADER_ADDRESS) in await mails(followed.database)


async def test_who_wants_none_gets_none(followed: FollowedTilbud) -> None:
    await followed.turn_off("reporter-solsikken", "control-sample")
    await handle(followed.database, sample_changed(SOLSIKKEN))
    assert ("control-sample", DORTHE) not in await mails(followed.database)


async def test_the_tilbud_itself_is_told_of_its_deadline(followed: FollowedTilbud) -> None:
    await handle(followed.database, deadline_noticed(SOLSIKKEN, deadline_of="control-sample"))
    assert {address for _, address in await mails(followed.database)} == {
        *(DORTHE, RASMUS),
        *(LEADER_ADDRESS, CONTACT_ADDRESS),
    }


@pytest.mark.parametrize("act", SampleAct)
def test_each_act_has_its_words(act: SampleAct) -> None:
    event = sample_changed(act=act, deadline=date(2026, 12, 15))
    assert sample_subject(event)
    assert all(line.endswith(".") for line in sample_lines(event))


@pytest.mark.parametrize("outcome", SampleOutcome)
def test_each_outcome_has_its_words(outcome: SampleOutcome) -> None:
    lines = sample_lines(sample_changed(act="closure", state="closed", deadline=None, outcome=outcome))
    assert lines[0] == "Social- og Boligstyrelsen har afsluttet stikprøven."
    assert ("fjernet" in lines[1]) == (outcome is SampleOutcome.REMOVED)
