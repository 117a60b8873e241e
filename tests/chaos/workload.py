"""One report after another, all at once: from its creation to the tilsyn that makes it public, and what comes after."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from tests.chaos.checker import Effect
from tests.chaos.clients import FOLLOWER, OFFICERS, REPORTER, Clients, GaveUp
from tests.chaos.history import Operation
from tests.e2e.scenario import STEPS, example

# Every so many reports are corrected by a second case, which changes one step only.
CORRECTED_EVERY = 4
DEPARTMENTS = ("afd-1", "afd-2")


def leader_address(subject: str) -> str:
    """Return the address of the leader of a report."""
    return f"leder-{subject.lower().replace(' ', '-')}@kaos.example"


def expected_effects(operation: Operation, follower: str) -> list[Effect]:
    """Return everything that an operation must bring about, wherever it belongs."""
    subject, detail = operation.subject, operation.detail
    mail_to_leader, mail_to_follower = (
        Effect("mail", subject, leader_address(subject)),
        Effect("mail", subject, follower),
    )
    match operation.kind:
        case "created":
            return [Effect("created", subject), mail_to_leader]
        case "saved":
            return [Effect("saved", subject, detail)]
        case "approved":
            return [Effect("approved", subject, detail), mail_to_leader, mail_to_follower]
        case "tilsyn":
            # The follower gets a mail about the tilsyn and that the tilbud became public.
            return [Effect("tilsyn", subject, detail), Effect("public", subject), mail_to_follower, mail_to_follower]
        case "sent" | "decided":
            return [Effect(operation.kind, subject, detail)]
        case _:
            return [Effect(operation.kind, subject)]


class CaseList:
    """The officers' list: one look at it finds the cases of all reports that wait for one."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._found: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def wait_for(self, case_id: str) -> None:
        """Wait until the case awaits the officers."""
        try:
            await asyncio.wait_for(self._found[case_id].wait(), self._clients.give_up_after)
        except TimeoutError as error:
            raise GaveUp(f"case {case_id} on the officers' list") from error

    async def poll(self) -> None:
        """Read the list of awaiting cases again and again."""
        while True:
            cursor: str | None = ""
            while cursor is not None:
                path = f"/v1/cases?state=awaiting&limit=100{cursor}"
                answer = await self._clients.read(OFFICERS[0], "approval", path)
                page = answer.json() if answer else {"items": [], "next": None}
                for item in page["items"]:
                    self._found[item["id"]].set()
                cursor = f"&cursor={page['next']}" if page["next"] else None
            await asyncio.sleep(0.3)


@dataclass
class ReportWorkload:
    """One report and the three who work on it: the officer, the reporter, the supervision system."""

    clients: Clients
    cases: CaseList
    subject: str
    chance: Random
    corrected: bool
    tilbud_id: str = ""
    case_id: str = ""

    async def run(self) -> None:
        """Do everything from the creation to the tilsyn and the corrections."""
        await self.create()
        await self.follow()
        await self.fill()
        await self.send(1)
        await self.approve(1)
        await asyncio.gather(self.publish_tilsyn(), self.change())

    async def change(self) -> None:
        """Report vacancies twice in the fast lane, and correct one step through a second case."""
        await self.clients.wait_for(self._is_approved, f"{self.subject} approved at the reporter")
        for weeks in self.chance.sample(range(100, 300), 2):
            await self.vacancies(weeks)
        if self.corrected:
            step = await self.clients.wait_for(lambda: self._step("values"), "the step to correct")
            await self.save("values", 2, step.headers["etag"])
            await self.send(2)
            await self.approve(2)

    def operation(self, kind: str, detail: str = "", content: str = "", attempt: int = 1) -> Operation:
        """Return an operation of this report; nothing else has its id."""
        return Operation(f"{self.subject}/{kind}/{detail}/{attempt}", kind, self.subject, detail, content)

    def url(self, service: str, path: str) -> str:
        """Return the address of a resource."""
        return self.clients.endpoints[service] + path

    @property
    def draft(self) -> str:
        """Return the path of the draft."""
        return f"/v1/tilbud/{self.tilbud_id}/draft"

    def values(self, number: int) -> str:
        """Return what the step ``values`` says in submission ``number``."""
        return f"{self.subject} bygger på tillid, udgave {number}."

    def creation(self) -> dict[str, Any]:
        """Return the body of the creation."""
        body = example("create-tilbud") | {"name": self.subject}
        body["leader"] = body["leader"] | {"email": leader_address(self.subject)}
        return dict(body)

    async def create(self) -> None:
        """Let an officer create the tilbud (R101)."""
        path = self.url("reporting", "/v1/tilbud")
        operation = self.operation("created")
        answer = await self.clients.command(operation, OFFICERS[0], path, self.chance, json=self.creation())
        self.tilbud_id = answer["id"]

    async def follow(self) -> None:
        """Let a colleague follow the tilbud, as soon as it is known where followers are."""

        async def no_tag() -> str:
            return ""

        path = self.url("notification", f"/v1/follows/tilbud/{self.tilbud_id}")
        await self.clients.put(self.operation("followed"), FOLLOWER, path, self.chance, body=None, tag=no_tag)

    def step_data(self, step: str, number: int) -> Any:
        """Return what the reporter says in a step."""
        data = example(f"steps/{step}")
        if step == "contact":
            data |= {"name": self.subject, "leader": data["leader"] | {"email": leader_address(self.subject)}}
        if step == "values":
            data["values"] = self.values(number)
        return data

    async def fill(self) -> None:
        """Save all sixteen steps; their ETags are read in one look (R35 to R47)."""

        async def look() -> Any:
            return await self.clients.read(REPORTER, "reporting", self.draft)

        draft = await self.clients.wait_for(look, "the draft")
        tags = {step["step"]: step["etag"] for step in draft.json()["steps"]}
        for step in STEPS:
            await self.save(step, 1, tags[step])

    async def save(self, step: str, number: int, tag: str) -> None:
        """Save one step until it stands there."""
        data = self.step_data(step, number)

        async def read_again() -> str | None:
            found = await self.clients.wait_for(lambda: self._step(step), "the step")
            stands = found.json()["saved_at"] and found.json()["data"].get("values") == data.get("values")
            return None if stands else str(found.headers["etag"])

        operation = self.operation("saved", step, attempt=number)
        path = self.url("reporting", f"{self.draft}/steps/{step}")
        await self.clients.put(operation, REPORTER, path, self.chance, body=data, tag=read_again, etag=tag)

    async def _step(self, step: str) -> Any:
        return await self.clients.read(REPORTER, "reporting", f"{self.draft}/steps/{step}")

    async def send(self, number: int) -> None:
        """Send the report for approval (R54)."""
        path = self.url("reporting", f"/v1/tilbud/{self.tilbud_id}/submissions")
        answer = await self.clients.command(self.operation("sent", str(number)), REPORTER, path, self.chance)
        self.case_id = answer["id"]

    async def approve(self, number: int) -> None:
        """Let two officers approve every step and send the case off (R70 to R80)."""
        await self.cases.wait_for(self.case_id)
        case = await self.clients.wait_for(self._case, "the case")
        for index, step in enumerate(case.json()["steps"]):
            await self._decide(number, OFFICERS[index % 2], step["step"], step["etag"])
        tag = (await self.clients.wait_for(self._case, "the case")).headers["etag"]
        operation = self.operation("approved", str(number), self.values(number))
        path = self.url("approval", f"/v1/cases/{self.case_id}/outcome")
        await self.clients.command(operation, OFFICERS[0], path, self.chance, headers={"If-Match": tag})

    async def _case(self) -> Any:
        return await self.clients.read(OFFICERS[0], "approval", f"/v1/cases/{self.case_id}")

    async def _decide(self, number: int, officer: str, step: str, tag: str) -> None:
        async def read_again() -> str | None:
            case = await self.clients.wait_for(self._case, "the case")
            row = next(each for each in case.json()["steps"] if each["step"] == step)
            return None if row["verdict"] else str(row["etag"])

        operation = self.operation("decided", f"{number}/{step}")
        path = self.url("approval", f"/v1/cases/{self.case_id}/decisions/{step}")
        body = {"verdict": "approve", "reason": None}
        await self.clients.put(operation, officer, path, self.chance, body=body, tag=read_again, etag=tag)

    async def publish_tilsyn(self) -> None:
        """Let the supervision system publish a positive tilsyn (R83)."""
        event_id = f"{self.subject} tilsyn".replace(" ", "-")
        today = datetime.now(UTC).date().isoformat()
        body = {
            "tilsyn_id": event_id,
            "tilbud_id": self.tilbud_id,
            "version": 1,
            "kind": "announced",
            "visited_on": today,
            "decided_on": today,
            "decision": "approved",
        }
        await self.clients.publish(self.operation("tilsyn", event_id), self.tilbud_id, body, self.chance)

    async def _is_approved(self) -> bool:
        answer = await self.clients.read(REPORTER, "reporting", f"/v1/tilbud/{self.tilbud_id}")
        return answer is not None and any(each["state"] == "approved" for each in answer.json()["submissions"])

    async def vacancies(self, weeks: int) -> None:
        """Report vacancies; the waiting time distinguishes this report of them from every other one (P1)."""
        path = f"/v1/tilbud/{self.tilbud_id}/vacancies"
        rows = [{"department_id": each, "vacancies": 1, "waiting_time_weeks": weeks} for each in DEPARTMENTS]

        async def read_again() -> str | None:
            found = await self.clients.wait_for(lambda: self.clients.read(REPORTER, "reporting", path), "vacancies")
            stands = any(each["waiting_time_weeks"] == weeks for each in found.json()["departments"])
            return None if stands else str(found.headers["etag"])

        tag = await read_again()
        await self.clients.put(
            self.operation("vacancies", content=str(weeks), attempt=weeks),
            REPORTER,
            self.url("reporting", path),
            self.chance,
            body={"departments": rows},
            tag=read_again,
            etag=tag,
        )


async def abandon_creation(clients: Clients, subject: str, chance: Random) -> None:
    """Create a tilbud, hang up at once and never ask again: nobody knows whether it was created."""
    report = ReportWorkload(clients, CaseList(clients), subject, chance, corrected=False)
    operation = report.operation("created")
    path, body = report.url("reporting", "/v1/tilbud"), report.creation()
    await clients.attempt(
        operation, clients.posting(operation, OFFICERS[0], path, json=body), chance.uniform(0.005, 0.1)
    )
