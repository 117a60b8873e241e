"""What the tests of ``reporting`` ask of its API, what it publishes, and how events of others are delivered to it."""

import json
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import text

from chassis.clock import now, today
from chassis.database import Database
from contracts.events import SubmissionSent
from contracts.events.base import Event
from contracts.examples import ExampleReport
from contracts.form import department_ids, step_keys
from contracts.testing import factories
from devstack.in_process import deliver, emitted, record_of
from reporting.consumers import subscriptions

GOLDEN = Path(__file__).parents[3] / "contracts" / "golden"
REPORT = ExampleReport(today())
STEPS = REPORT.form.step_ids
PER_DEPARTMENT = tuple(step.id for step in REPORT.form.steps if step.per_department)
STEP_KEYS = step_keys(REPORT.form, department_ids(REPORT.steps["departments"]))
PREFIX = "dk.tilbudsportalen.reporting"
# What for the leader's CPR number is looked at.
PURPOSE = {"purpose": "certificates", "note": "Sag 2026-17: nyansat leder"}

Client = httpx2.AsyncClient
Data = dict[str, Any]
example = REPORT.body


def golden(ce_type: str) -> bytes:
    """Return a golden message."""
    return (GOLDEN / f"{ce_type}.json").read_bytes()


def with_value(path: str, value: Any) -> dict[str, Any]:
    """Return the body of a creation with another value in one place."""
    body = example("create-tilbud")
    *parents, last = path.split(".")
    place = body
    for parent in parents:
        place = place[parent]
    place[last] = value
    return body


async def save(client: Client, tilbud_id: str, step: str, data: Any) -> httpx2.Response:
    """Save a step with its current ETag."""
    url = f"/v1/tilbud/{tilbud_id}/draft/steps/{step}"
    current = await client.get(url)
    assert current.status_code == 200, current.text
    return await client.put(url, json=data, headers={"If-Match": current.headers["ETag"]})


async def fill(client: Client, tilbud_id: str) -> None:
    """Save every step with its example."""
    for step in STEPS:
        response = await save(client, tilbud_id, step, example(f"steps/{step}"))
        assert response.status_code == 200, (step, response.text)
        assert response.json()["complete"], (step, response.json()["errors"], response.json()["blocked_by"])


async def edit(client: Client, tilbud_id: str, step: str, **fields: Any) -> httpx2.Response:
    """Change fields of a step and leave its others."""
    current = (await client.get(f"/v1/tilbud/{tilbud_id}/draft/steps/{step}")).json()["data"]
    return await save(client, tilbud_id, step, {**current, **fields})


async def edit_department(client: Client, tilbud_id: str, key: str, **fields: Any) -> httpx2.Response:
    """Change fields of one department's part of a step and leave the others."""
    step, department = key.split("/")
    current = (await client.get(f"/v1/tilbud/{tilbud_id}/draft/steps/{step}")).json()["data"]
    current["departments"][department] |= fields
    return await save(client, tilbud_id, step, current)


async def add_cpr(officer: Client, tilbud_id: str) -> httpx2.Response:
    """Add the CPR number of a leader that has none."""
    missing = (await officer.get(f"/v1/tilbud/{tilbud_id}")).json()["leader_cpr"]
    headers = {"If-Match": missing["etag"]}
    return await officer.put(f"/v1/tilbud/{tilbud_id}/leader-cpr", json={"cpr": "010180-0000"}, headers=headers)


async def submit(client: Client, tilbud_id: str) -> str:
    """Send the report and return the submission's id."""
    response = await client.post(f"/v1/tilbud/{tilbud_id}/submissions")
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def get_submission(client: Client, tilbud_id: str, submission_id: str) -> Data:
    """Return one submission as the tilbud's page shows it."""
    shown = (await client.get(f"/v1/tilbud/{tilbud_id}")).json()["submissions"]
    return next(each for each in shown if each["id"] == submission_id)


async def events(database: Database, fact: str) -> list[Data]:
    """Return the data of every event of this kind in the outbox, oldest first."""
    found = [each for each in await emitted(database) if each["type"] == f"{PREFIX}.{fact}.v1"]
    return [json.loads(each["value"]) for each in found]


async def last_sent(database: Database, submission_id: str) -> SubmissionSent:
    """Return the newest SubmissionSent of a submission."""
    found = [each for each in await events(database, "submission-sent") if each["submission_id"] == submission_id]
    return SubmissionSent.model_validate(found[-1])


async def deliver_events(database: Database, *delivered: Event) -> None:
    """Deliver events of other services through the real consume path, each to the group that listens to its topic."""
    for event in delivered:
        subscription = next(each for each in subscriptions() if event.destination in each.topic_names)
        await deliver(database, subscription, record_of(event, source=f"/services/{event.destination.split('.')[0]}"))


async def approve_case(database: Database, submission_id: str) -> None:
    """Let the authority approve a submission."""
    sent = await last_sent(database, submission_id)
    await deliver_events(database, factories.case_approved(of=sent, approved_at=now()))


async def return_case(database: Database, submission_id: str, *rejected: str) -> None:
    """Let the authority return a submission."""
    sent = await last_sent(database, submission_id)
    await deliver_events(database, factories.case_returned(of=sent, rejected=rejected))


async def count_rows(database: Database, table: str) -> int:
    """Return how many rows a table has."""
    async with database.read() as session:
        return int(await session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608
