"""What reporting publishes has the shape of the golden messages, which its readers test against."""

import json
from typing import Any

import pytest

from chassis.database import Database
from contracts.events import SubmissionClosed, SubmissionSent, TilbudCreated, VacanciesChanged
from contracts.events.base import TilbudEvent
from services.reporting.tests.requests import PREFIX, Client, edit, events, golden, return_case, submit

MODELS: dict[str, type[TilbudEvent]] = {
    "tilbud-created": TilbudCreated,
    "submission-sent": SubmissionSent,
    "submission-closed": SubmissionClosed,
    "vacancies-changed": VacanciesChanged,
}
FREE_FORM = {"data"}


def shape(value: Any) -> Any:
    """Return the names in a message without its values; the fields of a step are the form's business."""
    if isinstance(value, dict):
        return {name: None if name in FREE_FORM else shape(each) for name, each in sorted(value.items())}
    if isinstance(value, list):
        return [shape(value[0])] if value and isinstance(value[0], dict) else []
    return None


@pytest.fixture
async def published(reporter: Client, approved: Any, database: Database) -> Database:
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
    return database


@pytest.mark.parametrize("fact", MODELS)
async def test_what_is_published_has_the_shape_of_the_golden_message(published: Database, fact: str) -> None:
    written = (await events(published, fact))[0]
    example = json.loads(golden(f"{PREFIX}.{fact}.v1"))
    assert MODELS[fact].model_validate(written).tilbud_id == written["tilbud_id"]
    assert MODELS[fact].model_validate(example).model_dump(mode="json") == example
    assert written.keys() == example.keys()
    optional = {"contact", "application", "created_by"}
    kept = {name for name in example if name not in optional}
    assert shape({name: written[name] for name in kept}) == shape({name: example[name] for name in kept})
