"""What reporting publishes has the shape of the golden messages, which its readers test against."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chassis.clock import today
from chassis.database import Database
from contracts.events import EVENTS
from contracts.events.base import Event
from devstack.in_process import emitted
from reporting.duties.commands import notice_duties
from services.reporting.tests.http_requests import PREFIX, Client, edit, golden, return_case, submit

WRITTEN = [event for event in EVENTS if event.ce_type.startswith(PREFIX)]
FREE_FORM = {"data"}


def shape(value: Any) -> Any:
    """Return the names in a message without its values; the fields of a step are the form's business."""
    if isinstance(value, dict):
        return {name: None if name in FREE_FORM else shape(each) for name, each in sorted(value.items())}
    if isinstance(value, list):
        return [shape(value[0])] if value and isinstance(value[0], dict) else []
    return None


@pytest.fixture
async def published(reporter: Client, approved: Any, database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database whose outbox has every event that reporting writes."""
    tilbud_id = approved.tilbud_id
    url = f"/v1/tilbud/{tilbud_id}/vacancies"
    body = {"departments": [{"department_id": "afd-1", "vacancies": 1, "waiting_time_weeks": 14}]}
    tag = (await reporter.get(url)).headers["ETag"]
    assert (await reporter.put(url, json=body, headers={"If-Match": tag})).status_code == 200
    await edit(reporter, tilbud_id, "values", values="Nye værdier.")
    sid = await submit(reporter, tilbud_id)
    await return_case(database, sid, "values")
    await reporter.post(f"/v1/tilbud/{tilbud_id}/submissions/{sid}/closure")
    monkeypatch.setattr("reporting.duties.commands.today", lambda: today() + timedelta(days=1_000))
    await notice_duties(database, 30)
    return database


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.ce_type)
async def test_what_is_published_has_the_shape_of_the_golden_message(published: Database, model: type[Event]) -> None:
    written = next(json.loads(each["value"]) for each in await emitted(published) if each["type"] == model.ce_type)
    example = json.loads(golden(model.ce_type))
    assert model.model_validate(written).key == written["tilbud_id"]
    assert model.model_validate(example).model_dump(mode="json") == example
    assert written.keys() == example.keys()
    optional = {"contact", "application", "created_by"}
    kept = {name for name in example if name not in optional}
    assert shape({name: written[name] for name in kept}) == shape({name: example[name] for name in kept})
