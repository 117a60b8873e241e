"""The summary: what is reported now compared with what is approved."""

from reports.testing.scenario import WHOLE, Client, Scenario


async def test_old_and_new_stand_beside_each_other_by_what_rows_are_about(owner: Client, scenario: Scenario) -> None:
    await scenario.approved(owner)
    parts = WHOLE["plants"]["departments"]
    north = {**parts["north"], "plants": [{"name": "Lilje"}, {"name": "Rose", "height": 90}, {"name": "Iris"}]}
    await scenario.save(owner, "plants", {"departments": {**parts, "north": north}})
    await scenario.edit(owner, "garden", keeper="Ruth")
    summary = await scenario.get(owner, "/draft/summary")
    keys = {key["step"]: key for step in summary["steps"] for key in step["keys"]}
    # The lily has only moved, and the rose is compared with the rose.
    changes = [
        (each["row"]["label"], each["row"]["status"], each["old"], each["new"])
        for each in keys["plants/north"]["changes"]
    ]
    assert changes == [("Rose", "kept", 80, 90), ("Iris", "added", None, "Iris")]
    assert keys["plants/south"]["changed"] is False
    (person,) = keys["garden"]["changes"]
    assert (person["personal"], person["old"], person["new"]) == (True, None, None)
    assert summary["sends"] == ["garden", "plants/north"]
    assert summary["can_submit"] is True


async def test_a_returned_case_says_what_is_left_and_is_apart_from_a_new_report(
    owner: Client, scenario: Scenario
) -> None:
    await scenario.approved(owner)
    parts = WHOLE["plants"]["departments"]
    sown = {"departments": {**parts, "north": {**parts["north"], "sown": 20}, "south": {**parts["south"], "sown": 9}}}
    await scenario.save(owner, "plants", sown)
    case = (await scenario.submit(owner))["id"]
    await scenario.return_case(case, "plants/north", "plants/south")
    before = await scenario.get(owner, "/draft/summary")
    (returned,) = before["returned"]
    assert (returned["submission_id"], returned["reference"]) == (case, f"{scenario.garden_id}-2")
    assert [(each["step"], each["department"]["name"], each["corrected"]) for each in returned["rejected"]] == [
        ("plants/north", "Nord", False),
        ("plants/south", "Syd", False),
    ]
    assert returned["can_resubmit"] is True
    sown["departments"]["north"] = {**parts["north"], "sown": 30, "plants": []}
    await scenario.save(owner, "plants", sown)
    await scenario.edit(owner, "garden", keeper="Ruth")
    after = await scenario.get(owner, "/draft/summary")
    (returned,) = after["returned"]
    assert [each["corrected"] for each in returned["rejected"]] == [True, False]
    assert [each["step"] for each in returned["sends"]] == ["plants/north", "plants/south"]
    assert (returned["obstacles"], returned["can_resubmit"]) == (["incomplete"], False)
    assert any(each["pointer"].startswith("/plants/departments/north") for each in returned["blocking"])
    assert after["sends"] == ["garden"]
    states = {each["step"]: each["corrected"] for each in after["steps"]}
    assert states == {"garden": False, "departments": False, "plants": False}


async def test_computed_figures_stand_in_the_summary(owner: Client, scenario: Scenario) -> None:
    await scenario.fill(owner)
    summary = await scenario.get(owner, "/draft/summary")
    keys = {key["step"]: key for step in summary["steps"] for key in step["keys"]}
    assert keys["plants/north"]["new"]["yield"] == 50
