"""The way of one report on a garden: what its reporters ask of the API, and what the authority's side answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2
from sqlalchemy import select

from chassis.clock import now
from chassis.database import Database
from contracts.events.parties import Actor, StepDecision, Verdict
from reports.outcomes import commands as outcomes
from reports.testing.gardens import GARDEN_REPORTS, Action, Garden, Submission

Client = httpx2.AsyncClient
Data = dict[str, Any]

AUTHORITY = "socialtilsyn-nord"
OWNER = "99000015"
OFFICER = Actor(sub="olga", name="Olga Officer", org_name="Nord", authority=AUTHORITY)
WHOLE: dict[str, Data] = {
    "garden": {"name": "Rosenhaven", "keeper": "Rosa"},
    "departments": {"departments": [{"id": "north", "name": "Nord"}, {"id": "south", "name": "Syd"}]},
    "plants": {
        "departments": {
            "north": {"plants": [{"name": "Rose", "height": 80}, {"name": "Lilje"}], "sown": 10, "ripe": 5},
            "south": {"plants": [{"name": "Timian"}], "sown": 4},
        }
    },
}
KEYS = ["garden", "departments", "plants/north", "plants/south"]


@dataclass(frozen=True)
class CaseOutcome:
    """What the authority's side says of one revision of a case; it satisfies every protocol of ``outcomes.events``."""

    subject_id: str
    case_id: str
    revision: int
    number: int
    decisions: Sequence[StepDecision] = ()
    authority: str = AUTHORITY
    returned_by: Actor = OFFICER
    approved_by: Actor = OFFICER
    approved_at: datetime = field(default_factory=now)
    closed_at: datetime = field(default_factory=now)
    reason: str = "Haven ligger uden for alle kommuner."

    @property
    def submission_id(self) -> str:
        """Return the id of the submission that the case decides."""
        return self.case_id


@dataclass(frozen=True)
class Scenario:
    """One garden in a database."""

    database: Database
    garden_id: str

    @property
    def url(self) -> str:
        """Return the address of the garden in the API."""
        return f"/v1/gardens/{self.garden_id}"

    async def get(self, client: Client, path: str) -> Data:
        """Return what the API shows."""
        response = await client.get(self.url + path)
        shown: Data = response.raise_for_status().json()
        return shown

    async def save(self, client: Client, step: str, data: Data) -> httpx2.Response:
        """Save a whole step with its current ETag."""
        url = f"{self.url}/draft/steps/{step}"
        current = await client.get(url)
        return await client.put(url, json=data, headers={"If-Match": current.headers.get("ETag", "")})

    async def edit(self, client: Client, step: str, **fields: Any) -> httpx2.Response:
        """Change fields of a step."""
        current = await self.get(client, f"/draft/steps/{step}")
        return await self.save(client, step, {**current["data"], **fields})

    async def fill(self, client: Client) -> None:
        """Save every step."""
        for step, data in WHOLE.items():
            (await self.save(client, step, data)).raise_for_status()

    async def submit(self, client: Client) -> Data:
        """Send the report and return the receipt."""
        response = await client.post(f"{self.url}/submissions")
        receipt: Data = response.raise_for_status().json()
        return receipt

    async def garden(self) -> Garden:
        """Return the row of the garden."""
        async with self.database.read() as session:
            return await session.get_one(Garden, self.garden_id)

    async def change(self, **columns: Any) -> None:
        """Change the row of the garden behind the API's back."""
        async with self.database.begin() as session:
            garden = await session.get_one(Garden, self.garden_id)
            for name, value in columns.items():
                setattr(garden, name, value)

    async def forget_details(self, case_id: str, *names: str) -> None:
        """Leave out details of the action log that releases before did not write."""
        async with self.database.begin() as session:
            for row in await session.scalars(select(Action).where(Action.details["submission_id"].astext == case_id)):
                row.details = {name: value for name, value in row.details.items() if name not in names}

    async def outcome(self, case_id: str, **fields: Any) -> CaseOutcome:
        """Return an outcome of the current revision of a case."""
        async with self.database.read() as session:
            sent = await session.get_one(Submission, case_id)
        return CaseOutcome(self.garden_id, case_id, sent.revision, sent.number, **fields)

    async def apply(self, handler: Any, outcome: CaseOutcome) -> None:
        """Hand an outcome over, as a batch of one."""
        async with self.database.begin() as session:
            await GARDEN_REPORTS.lock(session, self.garden_id)
            await handler(session, GARDEN_REPORTS, outcome)

    async def return_case(self, case_id: str, *rejected: str) -> None:
        """Return the case because of these step keys."""
        decisions = [
            StepDecision(
                step=key,
                verdict=Verdict.REJECT if key in rejected else Verdict.APPROVE,
                reason="Skriv det igen." if key in rejected else None,
                fields=["/name"] if key in rejected else [],
                decided_by=OFFICER,
                decided_at=now(),
            )
            for key in KEYS
        ]
        await self.apply(outcomes.apply_returned, await self.outcome(case_id, decisions=decisions))

    async def approve(self, case_id: str) -> datetime:
        """Approve the case; return a moment right after it."""
        outcome = await self.outcome(case_id)
        await self.apply(outcomes.apply_approved, outcome)
        return outcome.approved_at + timedelta(microseconds=1)

    async def approved(self, client: Client) -> None:
        """Bring the garden to its first approval."""
        await self.fill(client)
        await self.approve((await self.submit(client))["id"])
