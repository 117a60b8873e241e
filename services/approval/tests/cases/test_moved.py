"""An officer whose case goes to another authority in the middle of the work."""

from typing import Any

from services.approval.tests.officer import CASE, conclude, decide, decide_all, slug

SYD = "socialtilsyn-syd"


async def test_who_had_the_case_reads_where_it_went_and_what_was_decided(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as nord, client_as("officer-syd") as syd:
        etag = (await nord.get(CASE)).json()["steps"][0]["etag"]
        await decide(nord, "contact")
        await scenario.deliver(scenario.routed(SYD, sequence=99))
        await decide(syd, "contact", "reject", "Kun Syd skal se det.")
        refused = await decide(nord, "departments", "reject", "Skrevet forgæves.", etag=etag)
        assert (refused.status_code, slug(refused)) == (409, "case-moved")
        assert refused.json()["detail"].startswith("Sagen blev flyttet til Socialtilsyn Syd den ")
        assert slug(await nord.post(f"{CASE}/outcome", headers={"If-Match": etag})) == "case-moved"
        assert slug(await nord.get(f"{CASE}/changes")) == "case-moved"
        case = (await nord.get(CASE)).json()
        assert (case["can_open"], case["can_decide"], case["steps"]) == (False, False, [])
        assert (case["moved"]["authority_name"], bool(case["moved"]["because"])) == ("Socialtilsyn Syd", True)
        assert [entry["act"] for entry in case["log"]] == ["opened", "decided", "moved"]
        assert (await syd.get(CASE)).json()["moved"] is None
    first, second = [fact["data"] for fact in await scenario.published() if fact["fact"] == "case-opened"]
    assert not first.keys() & {"moved_from", "leader", "contact"}
    assert (second["moved_from"], bool(second["leader"])) == ("socialtilsyn-nord", True)


async def test_who_never_had_it_finds_nothing(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    await scenario.deliver(scenario.routed(SYD, sequence=99))
    async with client_as("officer-aalborg") as other:
        assert (await other.get(CASE)).status_code == 404
        assert (await decide(other, "contact", etag='"x"')).status_code == 404


async def test_the_receipt_of_what_one_decided_stays(scenario: Any, client_as: Any) -> None:
    await scenario.open_case()
    async with client_as("officer-nord-a") as nord, client_as("officer-syd") as syd:
        await decide_all(nord, contact="Nej.")
        await conclude(nord)
        await scenario.deliver(
            scenario.assigned(SYD, version=2), scenario.sent(revision=2), scenario.routed(SYD, revision=2)
        )
        await decide_all(syd)
        await conclude(syd)
        mine = (await nord.get(f"{CASE}/receipt")).json()
    assert (mine["revision"], mine["outcome"], mine["authority_name"]) == (1, "returned", "Socialtilsyn Nord")
