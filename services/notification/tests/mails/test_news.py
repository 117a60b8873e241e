"""What followers hear of a public record: rates, vacancies, sanctions, what else is new, and why it is gone (R23)."""

from datetime import date
from typing import Any

from sqlalchemy import select, text

from contracts.testing.factories import intensified, sanction
from notification.mails.models import Mail
from notification.mails.texts import write
from services.notification.tests.factories import (
    DORTHE,
    RASMUS,
    SOFIE,
    FollowedTilbud,
    ceased,
    handle,
    mails,
    public,
    text_of,
    tilsyn,
    unpublished,
)

FOLLOWERS = (DORTHE, RASMUS, SOFIE)


def interventions(oere: int, unit: str = "day-and-night", **fields: Any) -> dict[str, Any]:
    row = {"name": "Døgnophold", "rate_oere": oere, "rate_unit": unit, "rate_year": 2026, **fields}
    return {"interventions": [row]}


async def become(followed: FollowedTilbud, *records: dict[str, Any]) -> None:
    """Publish one record after the other; the first is what is known."""
    for number, steps in enumerate(records, 2):
        await handle(followed.database, public(version=number, steps=steps), sequence=number)
        if number == 2:
            async with followed.database.begin() as session:
                await session.execute(text("TRUNCATE mails"))


async def test_a_changed_rate_is_told_with_old_and_new_to_every_follower(followed: FollowedTilbud) -> None:
    await become(followed, {"interventions": interventions(410_000)}, {"interventions": interventions(400_050)})
    assert await mails(followed.database) == [("rate-changed", each) for each in FOLLOWERS]
    told = await text_of(followed.database, "rate-changed", SOFIE)
    assert "- Døgnophold: 4.000,50 kr. pr. døgn, før 4.100 kr.\n" in told.plain


async def test_vacancies_are_told_there_and_back(followed: FollowedTilbud) -> None:
    await become(followed, *({"places": {"approved_places": 8, "vacancies": free}} for free in (0, 2, 2, 0)))
    assert await mails(followed.database) == [("vacancies-changed", each) for each in FOLLOWERS] * 2
    async with followed.database.read() as session:
        rows = (await session.scalars(select(Mail).where(Mail.email == SOFIE).order_by(Mail.id))).all()
    first, second = [write(row, "http://portal.example").plain for row in rows]
    assert "- 2 ledige pladser, før ingen ledige pladser\n" in first
    assert "- ingen ledige pladser, før 2 ledige pladser\n" in second


async def test_another_approved_change_is_one_line_to_those_who_did_not_report_it(followed: FollowedTilbud) -> None:
    old = {"methods": {"methods": []}, "interventions": interventions(410_000)}
    new = {"methods": {"methods": ["x"]}, "interventions": interventions(410_000, description="Med støtte")}
    await become(followed, old, new)
    assert await mails(followed.database) == [("record-changed", RASMUS), ("record-changed", SOFIE)]
    told = await text_of(followed.database, "record-changed", SOFIE)
    assert "nye oplysninger om Solsikken" in told.plain
    assert "Indsatser" in told.plain
    assert "Med støtte" not in told.plain


async def test_a_sanction_that_ends_by_the_day_is_told(followed: FollowedTilbud) -> None:
    period = intensified(date(2026, 5, 20), date(2026, 11, 19))
    event = public(version=2)
    running = event.model_copy(update={"tilbud": event.tilbud.model_copy(update={"intensified": period})})
    await handle(followed.database, running, sequence=2)
    async with followed.database.begin() as session:
        await session.execute(text("TRUNCATE mails"))
    await handle(followed.database, public(version=3), sequence=3)
    assert await mails(followed.database) == [("sanction-changed", each) for each in FOLLOWERS]
    told = await text_of(followed.database, "sanction-changed", SOFIE)
    assert "- Skærpet tilsyn er slut. Det varede til 19.11.2026\n" in told.plain
    assert "Medicin" not in told.plain


async def test_the_same_record_again_is_no_news(followed: FollowedTilbud) -> None:
    steps = {"interventions": interventions(410_000), "places": {"vacancies": 1}}
    await become(followed, steps, steps)
    older = {"interventions": interventions(1_000), "places": {"vacancies": 3}}
    await handle(followed.database, public(version=9, steps=older), sequence=2)
    again = public(version=9, steps=older).model_copy(update={"republished": True})
    await handle(followed.database, again, sequence=9)
    assert await mails(followed.database) == []


async def test_a_tilsyn_says_its_sanctions_by_kind_and_date_and_no_text_of_them(followed: FollowedTilbud) -> None:
    event = tilsyn(decision="approved-with-conditions").model_copy(
        update={
            "orders": [sanction("Skriv til http://ond.example", deadline=date(2027, 1, 15))],
            "conditions": [sanction("Nyt personale")],
            "intensified": intensified(date(2026, 11, 20), date(2027, 5, 19)),
        }
    )
    await handle(followed.database, event)
    told = await text_of(followed.database, "tilsyn-published", SOFIE)
    assert told.subject == "Nyt tilsyn med Solsikken: skærpet tilsyn (CRV-6324)"
    for line in (
        "- Skærpet tilsyn fra 20.11.2026 til 19.5.2027\n",
        "- Påbud med frist den 15.1.2027\n",
        "- Vilkår uden frist\n",
    ):
        assert line in told.plain
    assert "ond" not in told.plain + told.html
    assert "personale" not in told.plain


async def test_a_removal_says_why_in_whichever_order_it_comes(followed: FollowedTilbud) -> None:
    await handle(followed.database, unpublished(sequence=3), sequence=3)
    unexplained = await text_of(followed.database, "no-longer-public", SOFIE)
    assert "eller når det er ophørt" in unexplained.plain
    await handle(followed.database, ceased())
    told = await text_of(followed.database, "no-longer-public", SOFIE)
    assert "er ophørt. Sidste dag er den 25.11.2026." in told.plain


async def test_a_removal_after_a_negative_decision_says_so_at_once(followed: FollowedTilbud) -> None:
    await handle(followed.database, tilsyn(decision="not-approved"))
    await handle(followed.database, unpublished(sequence=3), sequence=3)
    told = await text_of(followed.database, "no-longer-public", SOFIE)
    assert "ikke længere godkendt" in told.plain
    async with followed.database.read() as session:
        rows = (await session.scalars(select(Mail).where(Mail.mail_type == "no-longer-public"))).all()
    assert {row.next_at == row.created_at for row in rows} == {True}
