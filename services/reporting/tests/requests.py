"""What the tests of reporting share: the example bodies, the way of one report, and what other services answer."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2

from chassis.clock import now
from chassis.database import Database
from chassis.testing import deliver, emitted, record_of
from contracts.events import CaseApproved, CaseClosed, CaseReturned, SubmissionSent
from contracts.events.base import Event
from contracts.events.parties import Actor, StepDecision, Verdict
from contracts.form.loading import steps_of
from reporting.consumers import SUBSCRIPTIONS

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "contracts" / "examples"
GOLDEN = ROOT / "contracts" / "golden"
STEPS = tuple(step.id for step in steps_of("tilbud"))
RASMUS = Actor(sub="rasmus", name="Rasmus Toft", org_name="Socialtilsyn Nord", authority="socialtilsyn-nord")
PREFIX = "dk.tilbudsportalen.reporting"

Client = httpx2.AsyncClient
Data = dict[str, Any]


def example(name: str) -> Data:
    """Return the body in an example file."""
    body: Data = json.loads((EXAMPLES / f"{name}.json").read_text())
    return body


def golden(ce_type: str) -> bytes:
    """Return a golden message."""
    return (GOLDEN / f"{ce_type}.json").read_bytes()


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
    """Change fields of a step, beside what it has."""
    current = (await client.get(f"/v1/tilbud/{tilbud_id}/draft/steps/{step}")).json()["data"]
    return await save(client, tilbud_id, step, {**current, **fields})


async def edit_department(client: Client, tilbud_id: str, key: str, **fields: Any) -> httpx2.Response:
    """Change fields of one department's part of a step, beside what is there."""
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


async def submission(client: Client, tilbud_id: str, submission_id: str) -> Data:
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


async def give(database: Database, *given: Event) -> None:
    """Deliver events of other services through the real consume path, each to the group that listens to its topic."""
    for event in given:
        subscription = next(each for each in SUBSCRIPTIONS if event.destination in each.topic_names)
        await deliver(database, subscription, record_of(event, source=f"/services/{event.destination.split('.')[0]}"))


def _decisions(keys: Sequence[str], rejected: Sequence[str], at: datetime) -> list[StepDecision]:
    return [
        StepDecision(
            step=key,
            verdict=Verdict.REJECT if key in rejected else Verdict.APPROVE,
            reason="Beskriv målene mere konkret." if key in rejected else None,
            decided_by=RASMUS,
            decided_at=at,
        )
        for key in keys
    ]


def _case(sent: SubmissionSent) -> Data:
    return {
        "tilbud_id": sent.tilbud_id,
        "case_id": sent.submission_id,
        "revision": sent.revision,
        "number": sent.number,
        "authority": "socialtilsyn-nord",
    }


def returned(sent: SubmissionSent, *rejected: str) -> CaseReturned:
    """Return the event that sends the case back."""
    moment = now()
    return CaseReturned(
        **_case(sent),
        decisions=_decisions([step.key for step in sent.steps], rejected, moment),
        returned_by=RASMUS,
        returned_at=moment,
        tilbud_name=sent.tilbud.name,
        leader=sent.leader,
        contact=sent.contact,
    )


def approved(sent: SubmissionSent) -> CaseApproved:
    """Return the event that approves the whole case."""
    moment = now()
    return CaseApproved(
        **_case(sent),
        initial=sent.initial,
        form_version=sent.form_version,
        tilbud=sent.tilbud,
        leader=sent.leader,
        contact=sent.contact,
        steps=sent.steps,
        decisions=_decisions([step.key for step in sent.steps], (), moment),
        approved_by=RASMUS,
        approved_at=moment,
    )


def closed(sent: SubmissionSent) -> CaseClosed:
    """Return the event with which approval confirms a closure."""
    return CaseClosed(**_case(sent), closed_at=now())


async def approve(database: Database, submission_id: str) -> None:
    """Let the authority approve a submission."""
    await give(database, approved(await last_sent(database, submission_id)))


async def send_back(database: Database, submission_id: str, *rejected: str) -> None:
    """Let the authority return a submission."""
    await give(database, returned(await last_sent(database, submission_id), *rejected))
