"""Receipts: what was sent, sent again and given up stays readable for good, as it was at that moment."""

from typing import Any

from reports.outcomes import commands as outcomes
from reports.testing.scenario import AUTHORITY, KEYS, WHOLE, Client, Scenario

SOUTH = WHOLE["plants"]["departments"]["south"]


async def test_each_act_on_a_case_leaves_a_receipt_that_later_ones_do_not_change(
    owner: Client, colleague: Client, scenario: Scenario
) -> None:
    await scenario.fill(owner)
    sent = await scenario.submit(owner)
    case = sent["id"]
    assert sent["reference"] == f"{scenario.garden_id}-1"
    unrouted = await _receipts(owner, scenario, case)
    assert [(each["id"], each["authority"]) for each in unrouted] == [("sent-1", None)]
    await scenario.apply(outcomes.apply_routed, await scenario.outcome(case))
    await scenario.return_case(case, "garden")
    await scenario.edit(owner, "garden", name="Roser")
    rows = [{"id": "north", "name": "Den nordlige"}, {"id": "south", "name": "Syd"}]
    await scenario.save(owner, "departments", {"departments": rows})
    (await colleague.post(f"{scenario.url}/submissions/{case}/resubmission")).raise_for_status()
    await scenario.return_case(case, "garden")
    (await owner.post(f"{scenario.url}/submissions/{case}/closure")).raise_for_status()
    closed, again, first = await _receipts(owner, scenario, case)
    assert [each["id"] for each in (first, again, closed)] == ["sent-1", "sent-2", "closed"]
    assert [each["act"] for each in (first, again, closed)] == ["sent", "sent-again", "closed"]
    assert [each["by"]["name"] for each in (first, again, closed)] == ["Rosa", "Tim", "Rosa"]
    assert {each["reference"] for each in (first, again, closed)} == {f"{scenario.garden_id}-1"}
    assert (first["authority"]["id"], closed["authority"]["id"]) == (AUTHORITY, AUTHORITY)
    assert [each["step"] for each in first["steps"]] == KEYS
    assert [_departments(each) for each in (first, again)] == [["Nord", "Syd"], ["Den nordlige", "Syd"]]


async def test_an_officer_who_sees_the_garden_reads_them_and_nobody_else_does(
    owner: Client, neighbour: Client, outsider: Client, scenario: Scenario
) -> None:
    await scenario.fill(owner)
    url = f"{scenario.url}/submissions/{(await scenario.submit(owner))['id']}/receipts"
    assert [(await client.get(url)).status_code for client in (outsider, neighbour)] == [200, 404]
    assert (await owner.get(f"{scenario.url}/submissions/unknown/receipts")).status_code == 404


async def test_who_sent_on_behalf_says_why_on_that_receipt_only(
    owner: Client, officer: Client, scenario: Scenario
) -> None:
    await scenario.fill(owner)
    sent = await officer.post(f"{scenario.url}/submissions", json={"reason": "Ejeren er syg."})
    case = sent.raise_for_status().json()["id"]
    await scenario.return_case(case, "garden")
    (await owner.post(f"{scenario.url}/submissions/{case}/resubmission")).raise_for_status()
    reasons = [each["by"]["on_behalf_reason"] for each in await _receipts(owner, scenario, case)]
    assert reasons == [None, "Ejeren er syg."]


async def test_a_row_of_the_release_before_is_filled_in_from_the_case(owner: Client, scenario: Scenario) -> None:
    await scenario.approved(owner)
    await scenario.save(
        owner, "plants", {"departments": WHOLE["plants"]["departments"] | {"south": SOUTH | {"sown": 7}}}
    )
    case = (await scenario.submit(owner))["id"]
    await scenario.forget_details(case, "departments", "revision")
    await scenario.apply(outcomes.apply_returned, await scenario.outcome(case))
    (receipt,) = await _receipts(owner, scenario, case)
    assert (receipt["id"], receipt["authority"]["id"], _departments(receipt)) == ("sent-1", AUTHORITY, ["Syd"])


async def _receipts(client: Client, scenario: Scenario, case: str) -> list[dict[str, Any]]:
    shown = await scenario.get(client, f"/submissions/{case}/receipts")
    return list(shown["items"])


def _departments(receipt: dict[str, Any]) -> list[str]:
    return [each["department"]["name"] for each in receipt["steps"] if each["department"]]
