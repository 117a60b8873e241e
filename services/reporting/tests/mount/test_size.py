"""A report that is too large for a message."""

from typing import Any

import pytest

from services.reporting.tests.http_requests import (
    Client,
    edit,
)


async def test_a_report_that_is_too_large_for_one_message_is_refused(
    reporter: Client, approved: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.outbox.MAX_EVENT_BYTES", 500)
    await edit(reporter, approved.tilbud_id, "values", values="Nye værdier.")
    response = await reporter.post(f"/v1/tilbud/{approved.tilbud_id}/submissions")
    assert response.status_code == 413
    assert (await reporter.get(f"/v1/tilbud/{approved.tilbud_id}")).json()["locks"] == []
