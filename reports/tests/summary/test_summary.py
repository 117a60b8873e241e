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
