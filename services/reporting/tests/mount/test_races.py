"""Fifty reporters and an authority at one tilbud at the same moment: each accepted command counts, and counts once."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from chassis.clock import now
from chassis.database import Database
from contracts.events import SubmissionSent
from contracts.testing import factories
from devstack.in_process import emitted
from services.reporting.tests.http_requests import Client, Data, deliver_events, events, get_submission

CLIENTS, TURNS = 50, 3
FIELDS = {"values": "values", "contact": "name", "supplementary": "other"}
OPEN = ("awaiting", "returned")


@dataclass
class Crowd:
    """What everybody does by ``chance``, and which commands were ``accepted``."""

    client: Client
    url: str
    chance: random.Random
    accepted: Counter[str] = field(default_factory=Counter)
    sent: list[tuple[str, int]] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)

    async def act(self, number: int) -> None:
        """Let one client do a few things."""
        for turn in range(TURNS):
            await self.chance.choice((self._save, self._save, self._submit, self._resubmit, self._close))(number, turn)

    async def _save(self, number: int, turn: int) -> None:
        step = self.chance.choice(tuple(FIELDS))
        shown = await self._call("GET", f"/draft/steps/{step}")
        body = shown.json()["data"] | {FIELDS[step]: f"Tekst {number} {turn}"}
        await self._call("PUT", f"/draft/steps/{step}", json=body, headers={"If-Match": shown.headers["ETag"]})

    async def _submit(self, *_: int) -> None:
        answer = await self._call("POST", "/submissions")
        if answer.is_success:
            self.sent.append((answer.json()["id"], 1))

    async def _resubmit(self, number: int, turn: int) -> None:
        case = await self._one("returned")
        if case is None:
            await self._save(number, turn)
        else:
            answer = await self._call("POST", f"/submissions/{case['id']}/resubmission")
            if answer.is_success:
                self.sent.append((case["id"], answer.json()["revision"]))

    async def _close(self, *_: int) -> None:
        case = await self._one("returned")
        if case is None:
            await self._submit()
        else:
            answer = await self._call("POST", f"/submissions/{case['id']}/closure")
            if answer.is_success:
                self.closed.add(case["id"])

    async def _one(self, state: str) -> Data | None:
        cases = (await self._call("GET", "")).json()["submissions"]
        found = [each for each in cases if each["state"] == state]
        return self.chance.choice(found) if found else None

    async def _call(self, method: str, path: str, **sent: Any) -> Any:
        answer = await self.client.request(method, self.url + path, **sent)
        assert answer.status_code < 500, (method, path, answer.text)
        self.accepted[f"{method} {path.rpartition('/')[2]}"] += answer.is_success and method != "GET"
        return answer


async def decide_until(done: asyncio.Event, database: Database, chance: random.Random) -> None:
    """Let the authority decide whatever was sent, twice told each, until nobody sends any more."""
    decided: set[tuple[str, int]] = set()
    while True:
        is_last = done.is_set()
        for data in await events(database, "submission-sent"):
            sent = SubmissionSent.model_validate(data)
            if (sent.submission_id, sent.revision) not in decided:
                decided.add((sent.submission_id, sent.revision))
                approved = factories.case_approved(of=sent, approved_at=now())
                returned = factories.case_returned(of=sent, rejected=[sent.step_keys[0]])
                outcome = chance.choice((approved, returned, returned))
                await deliver_events(database, outcome, outcome)
        if is_last:
            return
        await asyncio.sleep(0)


async def test_fifty_at_one_tilbud_while_outcomes_arrive(reporter: Client, approved: Any, database: Database) -> None:
    url = f"/v1/tilbud/{approved.tilbud_id}"
    crowd, done = Crowd(reporter, url, random.Random(50)), asyncio.Event()  # noqa: S311
    authority = asyncio.create_task(decide_until(done, database, random.Random(5)))  # noqa: S311
    await asyncio.gather(*(crowd.act(number) for number in range(CLIENTS)))
    done.set()
    await authority
    assert crowd.accepted["POST submissions"] > 0
    assert sum(crowd.accepted[f"PUT {step}"] for step in FIELDS) > 0
    first = (approved.submission_id, 1)
    told = [(data["submission_id"], data["revision"]) for data in await events(database, "submission-sent")]
    assert sorted(told) == sorted([first, *crowd.sent]), "each accepted command has its event, and has it once"
    given_up = [data["submission_id"] for data in await events(database, "submission-closed")]
    assert sorted(given_up) == sorted(crowd.closed)
    numbers = [event["sequence"] for event in await emitted(database) if event["key"] == approved.tilbud_id]
    assert numbers == sorted(set(numbers))
    await check_end(reporter, url, approved.tilbud_id)


async def check_end(reporter: Client, url: str, tilbud_id: str) -> None:
    """See that no step is in two open cases, that locks are those of open cases, and that all can go on."""
    shown = (await reporter.get(url)).json()
    still_open = [each for each in shown["submissions"] if each["state"] in OPEN]
    held = Counter(step for each in still_open for step in each["steps"])
    assert max(held.values(), default=1) == 1
    assert {lock["step"] for lock in shown["locks"]} == held.keys()
    for case in still_open:
        if case["state"] == "returned":
            assert (await reporter.post(f"{url}/submissions/{case['id']}/closure")).is_success
            assert (await get_submission(reporter, tilbud_id, case["id"]))["state"] == "closed"
