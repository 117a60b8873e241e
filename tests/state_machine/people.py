"""What the machine lets reporters, officers and supervision systems do, through the real APIs."""

import json
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.e2e.scenario import COMPLETED, STEPS, example
from tests.state_machine.model import NORD, SYD
from tests.state_machine.system import FourServices

REPORTER = "reporter-solsikken"
OFFICERS = {"officer-nord-a": NORD, "officer-nord-b": NORD, "officer-syd": SYD}
OFFICER_OF = {NORD: "officer-nord-a", SYD: "officer-syd"}
ADDRESSES = {
    "0851": example("create-tilbud")["address"],
    "0461": {"street": "Vesterbro 1", "postcode": "5000", "city": "Odense C", "municipality": "0461"},
}
TYPES = {"tilsyn": COMPLETED, "ceased": "dk.tilsyn.tilbud.ceased.v1"}
STRUCTURED = "application/cloudevents+json"


@dataclass
class People:
    """Everybody who calls a service."""

    system: FourServices

    async def create(self, name: str) -> str:
        """Let Socialtilsyn Nord create a tilbud, fill in every step of its draft and return its id."""
        body = example("create-tilbud") | {"name": name}
        created = await self.system.call("officer-nord-a", "POST", "reporting", "/v1/tilbud", json=body)
        tilbud_id = str(created.json()["id"])
        await self.system.drain()
        for step in STEPS:
            answer = await self.save(tilbud_id, step, example(f"steps/{step}"))
            assert answer.status_code == 200, answer.text
        return tilbud_id

    async def report(self, tilbud_id: str, method: str, path: str, **options: Any) -> httpx2.Response:
        """Call the API for reporting on a tilbud."""
        return await self.system.call(REPORTER, method, "reporting", f"/v1/tilbud/{tilbud_id}{path}", **options)

    async def save(self, tilbud_id: str, step: str, data: Any) -> httpx2.Response:
        """Save a step as it is now to be."""
        etag = (await self.report(tilbud_id, "GET", f"/draft/steps/{step}")).headers["ETag"]
        return await self.report(tilbud_id, "PUT", f"/draft/steps/{step}", json=data, headers={"If-Match": etag})

    async def edit(self, tilbud_id: str, key: str, value: Any) -> httpx2.Response:
        """Write what the machine edits of a step; see ``reading.edited_of``."""
        step = key.partition("/")[0]
        data = (await self.report(tilbud_id, "GET", f"/draft/steps/{step}")).json()["data"]
        if key == "values":
            data["values"] = value
        elif key == "contact":
            data |= {"name": value[0], "address": ADDRESSES[value[1]]}
        else:
            data["departments"]["afd-1"]["exclusions"] = value
        return await self.save(tilbud_id, step, data)

    async def case(self, who: str, case_id: str) -> httpx2.Response:
        """Open a case."""
        return await self.system.call(who, "GET", "approval", f"/v1/cases/{case_id}")

    async def decide(self, who: str, case_id: str, step: str, verdict: str | None, etag: str) -> httpx2.Response:
        """Choose for a step, or take the choice back."""
        path, headers = f"/v1/cases/{case_id}/decisions/{step}", {"If-Match": etag}
        if verdict is None:
            return await self.system.call(who, "DELETE", "approval", path, headers=headers)
        body = {"verdict": verdict, "reason": "Beskriv det nærmere."}
        return await self.system.call(who, "PUT", "approval", path, json=body, headers=headers)

    async def conclude(self, who: str, case_id: str, etag: str, key: str | None = None) -> httpx2.Response:
        """Press Indsend."""
        headers = {"If-Match": etag} | ({"Idempotency-Key": key} if key else {})
        return await self.system.call(who, "POST", "approval", f"/v1/cases/{case_id}/outcome", headers=headers)

    async def send_event(self, sender: str, event_id: str, kind: str, data: Any) -> httpx2.Response:
        """Transfer an event over HTTPS."""
        body = _structured(event_id, kind, data)
        headers = {"Content-Type": STRUCTURED}
        return await self.system.call(sender, "POST", "approval", "/v1/external/events", content=body, headers=headers)

    def write_event(self, sender: str, event_id: str, kind: str, data: Any) -> None:
        """Write an event to the topic of an authority."""
        headers = [("content-type", STRUCTURED.encode())]
        key, value = data["tilbud_id"], _structured(event_id, kind, data)
        self.system.carrier.write(f"external.tilsyn.{sender}.v1", key, headers, value)


def _structured(event_id: str, kind: str, data: Any) -> bytes:
    event = {"specversion": "1.0", "id": event_id, "source": "/tilsyn", "type": TYPES[kind], "data": data}
    return json.dumps(event).encode()


def slug(answer: httpx2.Response) -> str:
    """Return the name of the problem that a command was refused with."""
    return str(answer.json()["type"]).rsplit("/", 1)[1]
