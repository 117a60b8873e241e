"""A tilbud and a lighthouse with the same id, both under way at once, at different authorities: nothing mixes."""

from typing import ClassVar

from contracts.testing.lighthouse import LIGHTHOUSE
from tests.chaos.ordering.actions import TilbudActions
from tests.chaos.ordering.system import OFFICER, OPERATOR
from tests.e2e.scenario import NORD
from tests.kinds.actions import SVENDBORG, LighthouseActions, data_of
from tests.kinds.system import Row, SystemWithLighthouses, kind_of

OFFICER_SYD, SYD = "officer-syd", "socialtilsyn-syd"
ABOUT_KINDS = ("jurisdiction", "approval", "notification", "portal")


class SouthernLighthouse(LighthouseActions):
    """A lighthouse that Socialtilsyn Syd supervises and reports on."""

    reporter: ClassVar[str] = OFFICER_SYD


async def rows_about(system: SystemWithLighthouses, kind: str) -> dict[str, set[str]]:
    """Return what each service has stored about a kind of subject."""
    found: dict[str, dict[str, Row]] = {name: await system.rows(name) for name in ABOUT_KINDS}
    return {name: {text for text, row in rows.items() if kind_of(row) == kind} for name, rows in found.items()}


async def case_statuses(system: SystemWithLighthouses, subject_id: str) -> dict[str, str]:
    """Return the case status that the portal's lists show of each kind of subject with this id."""
    portal = system.running.services["portal"]
    rows = await portal.rows("SELECT kind, case_status FROM tilbud WHERE id = :id", id=subject_id)
    return {row["kind"]: row["case_status"] for row in rows}


async def mailed_about(system: SystemWithLighthouses, subject_id: str, email: str) -> set[str]:
    """Return the kinds of subject with this id that somebody gets mails about."""
    statement = "SELECT subject_kind FROM mails WHERE tilbud_id = :id AND email = :email"
    rows = await system.running.services["notification"].rows(statement, id=subject_id, email=email)
    return {row["subject_kind"] for row in rows}


async def test_each_goes_its_way_while_the_other_is_under_way(system: SystemWithLighthouses) -> None:
    running = system.running
    tilbud = TilbudActions(running)
    await tilbud.create("Valmuen")
    lighthouse = SouthernLighthouse(running)
    await lighthouse.create(tilbud.tilbud_id, SVENDBORG)
    await tilbud.fill("Valmuen")
    await lighthouse.fill()
    await tilbud.send("first")
    of_tilbud = await rows_about(system, "tilbud")
    await running.call(OFFICER_SYD, "PUT", "notification", f"/v1/follows/fyrtaarn/{lighthouse.subject_id}")
    await lighthouse.send("first")
    await lighthouse.approve("first", who=OFFICER_SYD)
    assert await rows_about(system, "tilbud") == of_tilbud
    assert await case_statuses(system, tilbud.tilbud_id) == {"tilbud": "awaiting", LIGHTHOUSE.id: "approved"}

    of_lighthouses, stored = await rows_about(system, LIGHTHOUSE.id), await system.rows("lighthouses")
    await running.call(OPERATOR, "PUT", "notification", f"/v1/follows/tilbud/{tilbud.tilbud_id}")
    await tilbud.return_case("first", "contact")
    await tilbud.send_again("first")
    await tilbud.approve("first")
    await tilbud.tilsyn("first", "approved", "2026-10-01")
    await tilbud.vacancies(afd_1=1, afd_2=0)
    assert await rows_about(system, LIGHTHOUSE.id) == of_lighthouses
    assert await system.rows("lighthouses") == stored
    assert all(of_lighthouses.values())
    assert await mailed_about(system, tilbud.tilbud_id, "henrik@syd.example") == {LIGHTHOUSE.id}
    assert await mailed_about(system, tilbud.tilbud_id, "dorthe@blomsterengen.example") == {"tilbud"}
    assert await running.no_dead_letters()


async def test_each_has_an_authority_of_its_own(system: SystemWithLighthouses) -> None:
    running = system.running
    tilbud = TilbudActions(running)
    await tilbud.create("Violen")
    lighthouse = SouthernLighthouse(running)
    await lighthouse.create(tilbud.tilbud_id, SVENDBORG)
    for who, path, expected in (
        (OFFICER, f"/v1/tilbud/{tilbud.tilbud_id}/authority", NORD),
        (OFFICER_SYD, f"/v1/fyrtaarn/{tilbud.tilbud_id}/authority", SYD),
    ):
        assert (await running.call(who, "GET", "jurisdiction", path)).json()["authority"] == expected
    assigned = [
        record for record in running.published if record.key == tilbud.tilbud_id and "authority" in data_of(record)
    ]
    assert [(record.topic, data_of(record)["authority"]) for record in assigned] == [
        ("jurisdiction.tilbud.v1", NORD),
        ("jurisdiction.fyrtaarn.v1", SYD),
    ]
    for who, path, is_shown in (
        (OFFICER, "/godkend", True),
        (OFFICER, "/godkend/fyrtaarn", False),
        (OFFICER_SYD, "/godkend", False),
        (OFFICER_SYD, "/godkend/fyrtaarn", True),
    ):
        page = (await (await system.browser(who)).get(f"{path}?q={tilbud.tilbud_id}")).text
        assert (f">{tilbud.tilbud_id}</td>" in page) is is_shown, (who, path)


async def test_a_case_that_was_given_up_is_closed_for_one_of_them(system: SystemWithLighthouses) -> None:
    running = system.running
    tilbud = TilbudActions(running)
    await tilbud.create("Kløveren")
    await tilbud.fill("Kløveren")
    await tilbud.send("first")
    lighthouse = LighthouseActions(running)
    await lighthouse.create(tilbud.tilbud_id)
    await lighthouse.fill()
    await lighthouse.send("first")
    await lighthouse.return_case("first", "tower")
    await lighthouse.close("first")
    states = {
        case["id"]: (case["state"], case["outcome"])
        for name in ("tilbud_id", "fyrtaarn_id")
        for case in (
            await running.call(OFFICER, "GET", "approval", "/v1/cases", params={name: tilbud.tilbud_id})
        ).json()["items"]
    }
    assert states == {
        tilbud.cases["first"]: ("awaiting", None),
        lighthouse.cases["first"]: ("closed", "given-up"),
    }
    drafted = (await lighthouse.report("GET", "/draft")).json()["steps"]
    assert [step["step"] for step in drafted if step["drafted"]] == ["tower", "keepers"]
    assert await running.no_dead_letters()
