"""The action log."""

from typing import Any

from services.reporting.tests.http_requests import (
    Client,
)


async def test_every_command_stands_in_the_action_log(reporter: Client, approved: Any) -> None:
    url = f"/v1/tilbud/{approved.tilbud_id}/actions"
    page = (await reporter.get(url, params={"limit": 2})).json()
    assert [item["what"] for item in page["items"]] == ["case-approved", "submission-sent"]
    assert page["items"][1]["by"]["name"] == "Dorthe Kragh"
    rest = (await reporter.get(url, params={"cursor": page["next"], "limit": 100})).json()
    assert rest["items"][-1]["what"] == "tilbud-created"
    assert rest["next"] is None
