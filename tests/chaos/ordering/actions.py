"""What users do with the report of one subject, through the real APIs."""

import json
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import uuid4

import httpx2

from tests.chaos.ordering.system import COLLEAGUE, OFFICER, OPERATOR, InProcessSystem
from tests.e2e.scenario import COMPLETED, NORD, STEPS, example

CLOUD_EVENT = {"Content-Type": "application/cloudevents+json"}


@dataclass
class ReportActions:
    """One subject of any kind: somebody reports on it at ``reports``, its authority decides.

    ``path`` is the address of the subject there, with its id; ``cases`` has the ids by the names of the cases.
    """

    system: InProcessSystem
    subject_id: str = ""
    cases: dict[str, str] = field(default_factory=dict)

    reports: ClassVar[str] = "reporting"
    reporter: ClassVar[str] = OPERATOR
    path: ClassVar[str] = "/v1/tilbud/{id}"

    async def report(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Call the API for reporting on this subject as its reporter."""
        whole = self.path.format(id=self.subject_id) + path
        return await self.system.call(self.reporter, method, self.reports, whole, **options)

    async def save(self, step: str, data: Any) -> None:
        """Save a step as it is now to be."""
        current = await self.report("GET", f"/draft/steps/{step}")
        await self.report("PUT", f"/draft/steps/{step}", json=data, headers={"If-Match": current.headers["ETag"]})

    async def edit(self, key: str, **fields: Any) -> None:
        """Change fields of a step, or of one department's part of it, beside what is there."""
        step, _, department = key.partition("/")
        data = (await self.report("GET", f"/draft/steps/{step}")).json()["data"]
        part = data["departments"][department] if department else data
        part.update(fields)
        await self.save(step, data)

    async def send(self, case: str) -> list[str]:
        """Send what is edited as the case of this name and return its step keys."""
        sent = (await self.report("POST", "/submissions")).json()
        self.cases[case] = sent["id"]
        await self.system.deliver_all()
        return list(sent["steps"])

    async def send_again(self, case: str) -> None:
        """Send a returned case again."""
        await self._settle(case, "resubmission")

    async def close(self, case: str) -> None:
        """Give a returned case up."""
        await self._settle(case, "closure")

    async def _settle(self, case: str, how: str) -> None:
        await self.report("POST", f"/submissions/{self.cases[case]}/{how}")
        await self.system.deliver_all()

    async def decide(self, case: str, *rejected: str, who: str = OFFICER) -> str:
        """Choose for every step of a case, and return the case's ETag."""
        path = f"/v1/cases/{self.cases[case]}"
        for step in (await self.system.call(who, "GET", "approval", path)).json()["steps"]:
            verdict = "reject" if step["step"] in rejected else "approve"
            body = {"verdict": verdict, "reason": "Beskriv det nærmere."}
            headers = {"If-Match": step["etag"]}
            await self.system.call(
                who, "PUT", "approval", f"{path}/decisions/{step['step']}", json=body, headers=headers
            )
        return str((await self.system.call(who, "GET", "approval", path)).headers["ETag"])

    async def conclude(self, case: str, tag: str, *, who: str = OFFICER) -> httpx2.Response:
        """Press Indsend; nothing is delivered yet."""
        path = f"/v1/cases/{self.cases[case]}/outcome"
        return await self.system.call(who, "POST", "approval", path, headers={"If-Match": tag})

    async def approve(self, case: str, *, who: str = OFFICER) -> None:
        """Approve a whole case."""
        await self.conclude(case, await self.decide(case, who=who), who=who)
        await self.system.deliver_all()

    async def close_by_authority(self, case: str) -> None:
        """Close a case whose subject has ceased."""
        path, body = f"/v1/cases/{self.cases[case]}/closure", {"reason": "Tilbuddet er ophørt."}
        await self.system.call(OFFICER, "POST", "approval", path, json=body)
        await self.system.deliver_all()

    async def return_case(self, case: str, *rejected: str) -> None:
        """Return a case because of some of its steps."""
        await self.conclude(case, await self.decide(case, *rejected, who=COLLEAGUE), who=COLLEAGUE)
        await self.system.deliver_all()


@dataclass
class TilbudActions(ReportActions):
    """One tilbud: its operator reports, its authority decides, the authority's system publishes tilsyn."""

    @property
    def tilbud_id(self) -> str:
        """Return the id of the tilbud."""
        return self.subject_id

    async def create(self, name: str) -> None:
        """Let the authority create the tilbud."""
        body = example("create-tilbud") | {"name": name}
        answer = await self.system.call(OFFICER, "POST", "reporting", "/v1/tilbud", json=body)
        self.subject_id = answer.json()["id"]
        await self.system.deliver_all()

    async def fill(self, name: str) -> None:
        """Save all steps."""
        for step in STEPS:
            data = example(f"steps/{step}")
            await self.save(step, data | {"name": name} if step == "contact" else data)

    async def vacancies(self, **free: int) -> None:
        """Report the vacancies of every department in the fast lane."""
        current = await self.report("GET", "/vacancies")
        rows = [{"department_id": each.replace("_", "-"), "vacancies": number} for each, number in free.items()]
        headers = {"If-Match": current.headers["ETag"]}
        await self.report("PUT", "/vacancies", json={"departments": rows}, headers=headers)
        await self.system.deliver_all()

    async def tilsyn(self, tilsyn_id: str, decision: str, decided_on: str, **other: Any) -> None:
        """Publish a tilsyn from the authority's system."""
        data = {"tilsyn_id": f"{tilsyn_id}-{self.tilbud_id}", "tilbud_id": self.tilbud_id, "version": 1}
        data |= {"kind": "announced", "decided_on": decided_on, "decision": decision} | other
        await self._transfer(COMPLETED, data)

    async def cease(self, ceased_on: str) -> None:
        """Tell from the authority's system that the tilbud has ceased."""
        await self._transfer("dk.tilsyn.tilbud.ceased.v1", {"tilbud_id": self.tilbud_id, "ceased_on": ceased_on})

    async def _transfer(self, kind: str, data: Any) -> None:
        event = {"specversion": "1.0", "id": uuid4().hex, "source": "/tilsyn", "type": kind, "data": data}
        body = json.dumps(event).encode()
        answer = await self.system.call(
            NORD, "POST", "approval", "/v1/external/events", content=body, headers=CLOUD_EVENT
        )
        receipt = (await self.system.call(NORD, "GET", "approval", answer.json()["receipt"])).json()
        assert receipt["accepted"], receipt
        await self.system.deliver_all()
