"""One step of the machine each: a command through the real API, and what the model makes of its answer."""

import asyncio
import json
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2

from chassis.subscriptions import Record
from tests.e2e.scenario import example
from tests.state_machine.checks import Seen
from tests.state_machine.model import CaseModel, TilbudModel
from tests.state_machine.moved_clock import MovedClock
from tests.state_machine.people import OFFICER_OF, OFFICERS, People, slug
from tests.state_machine.reading import data_of
from tests.state_machine.system import FourServices

NAMES = ("Kornblomsten", "Kornmarken")
Sent = tuple[str, str, str, dict[str, Any]]
"""Who sent it, the id of the event, ``tilsyn`` or ``ceased``, and its data."""


@dataclass
class Run:
    """One run of the machine: the system, the people, the model, and what both have seen so far.

    ``happened`` counts, over all runs, what the machine is there for.
    """

    system: FourServices
    people: People
    clock: MovedClock
    tilbud: list[TilbudModel]
    seen: Seen = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    answers: dict[tuple[str, str], list[bool]] = field(default_factory=dict)
    contents: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    choices: dict[tuple[str, int, int], dict[str, str]] = field(default_factory=dict)
    taken_in: set[tuple[str, int]] = field(default_factory=set)
    happened: Counter[str] = field(default_factory=Counter)

    def copy(self) -> "Run":
        """Return a run that goes on from here by itself, with the same system."""
        same = {"system", "people", "clock", "happened"}
        return replace(self, **{name: deepcopy(value) for name, value in vars(self).items() if name not in same})

    # Reporters ----------------------------------------------------------------------------------------------------

    async def edit(self, tilbud: TilbudModel, key: str, value: Any) -> None:
        """Write a step; one that an open case has locked stays as it is."""
        answer = await self.people.edit(tilbud.id, key, value)
        if answer.is_success:
            tilbud.current[key] = value
            return
        assert slug(answer) in {"step-locked", "tilbud-ceased"}, answer.text

    async def submit(self, tilbud: TilbudModel) -> None:
        """Send what is edited."""
        answer = await self.people.report(tilbud.id, "POST", "/submissions")
        if not answer.is_success:
            assert slug(answer) in {"nothing-changed", "step-locked", "tilbud-ceased"}, answer.text
            return
        sent = answer.json()
        open_keys = {key for case in tilbud.open_cases("awaiting", "returned") for key in case.keys}
        assert not open_keys & set(sent["steps"]), "a step is in two open cases"
        number = len(tilbud.cases) + 1
        tilbud.cases[sent["id"]] = CaseModel(sent["id"], number, sent["steps"], _content(tilbud, sent["steps"]))

    async def resubmit(self, tilbud: TilbudModel, case: CaseModel) -> None:
        """Send a case again: one that was returned can be, as soon as that is known to its reporter."""
        knows = await self._is_returned_for_reporter(case)
        answer = await self.people.report(tilbud.id, "POST", f"/submissions/{case.id}/resubmission")
        if not answer.is_success:
            assert slug(answer) == "tilbud-ceased" or not knows, answer.text
            assert slug(answer) in {"tilbud-ceased", "wrong-state"}, answer.text
            return
        assert case.state == "returned", case
        self.happened["sent again"] += 1
        case.state, case.revision, case.keys = "awaiting", case.revision + 1, answer.json()["steps"]
        case.content = _content(tilbud, case.keys)

    async def give_up(self, tilbud: TilbudModel, case: CaseModel) -> None:
        """Close a returned case as its reporter; twice is the same as once."""
        knows = await self._is_returned_for_reporter(case)
        answer = await self.people.report(tilbud.id, "POST", f"/submissions/{case.id}/closure")
        if not answer.is_success:
            assert slug(answer) == "wrong-state", answer.text
            assert not knows
        elif case.state != "closed":
            assert case.state == "returned", case
            self.happened["given up"] += 1
            case.end("closed")

    async def _is_returned_for_reporter(self, case: CaseModel) -> bool:
        [row] = await self.system.rows("reporting", "SELECT state FROM submissions WHERE id = :id", id=case.id)
        return bool(row["state"] == "returned")

    # Officers -----------------------------------------------------------------------------------------------------

    async def open_case(self, who: str, case: CaseModel) -> dict[str, Any] | None:
        """Return a case where somebody may decide it, as the model knows it."""
        answer = await self.people.case(who, case.id)
        view: dict[str, Any] = answer.json()
        if not answer.is_success or not view["can_decide"]:
            return None
        assert view["authority"] == OFFICERS[who], "an officer can decide what is at another authority"
        assert (case.state, case.revision) == ("awaiting", view["revision"]), (case, view["revision"])
        chosen = {step["step"]: step["verdict"] for step in view["steps"] if step["verdict"]}
        assert chosen == self._choices(view), "the choices are not those that were made"
        view["etag"] = answer.headers["ETag"]
        return view

    def _choices(self, view: dict[str, Any]) -> dict[str, str]:
        arrivals = sum(entry["act"] in {"opened", "reopened", "moved"} for entry in view["log"])
        return self.choices.setdefault((view["id"], view["revision"], arrivals), {})

    async def decide(self, who: str, case: CaseModel, verdict: str | None, which: int) -> None:
        """Choose for one step, or take the choice back."""
        view = await self.open_case(who, case)
        if view is None:
            return
        step = view["steps"][which % len(view["steps"])]
        answer = await self.people.decide(who, case.id, step["step"], verdict, step["etag"])
        assert answer.is_success, answer.text
        again = await self.people.decide(who, case.id, step["step"], "approve", '"stale"')
        assert again.status_code == 412, again.text
        self._choices(view).pop(step["step"], None)
        if verdict:
            self._choices(view)[step["step"]] = verdict

    async def decide_all(self, case: CaseModel, rejected: int | None) -> None:
        """Let who has the case approve every step, and reject one of them."""
        for who in OFFICER_OF.values():
            view = await self.open_case(who, case)
            if view is None:
                continue
            path = f"/v1/cases/{case.id}/approvals"
            answer = await self.system.call(who, "POST", "approval", path, json={"steps": "rest"})
            assert answer.is_success, answer.text
            chosen = self._choices(view)
            chosen |= {step["step"]: "approve" for step in view["steps"] if step["step"] not in chosen}
            if rejected is not None:
                await self.decide(who, case, "reject", rejected)

    async def conclude(self, tilbud: TilbudModel, who: str, case: CaseModel, how: str) -> None:
        """Press Indsend once, with a stale ETag, twice, twice as one command, or two officers at once."""
        view = await self.open_case(who, case)
        if view is None:
            refused = await self.people.conclude(who, case.id, '"any"')
            assert refused.status_code in {404, 409}, refused.text
            return
        chosen = set(self._choices(view).values())
        complete = len(self._choices(view)) == len(view["steps"])
        if how == "stale":
            answers = [await self.people.conclude(who, case.id, '"stale"')]
            assert answers[0].status_code == 412, answers[0].text
            return
        answers = await self._press(who, case, view["etag"], how)
        if not complete:
            assert {slug(answer) for answer in answers} == {"undecided-steps"}, [each.text for each in answers]
            return
        self.happened[f"indsend {how}"] += 1
        done = [answer for answer in answers if answer.is_success]
        assert len(done) == (2 if how == "same command" else 1), [each.text for each in answers]
        outcome = "returned" if "reject" in chosen else "approved"
        assert [answer.json() for answer in done] == [done[0].json()] * len(done)
        assert done[0].json()["outcome"] == outcome
        self._concluded(tilbud, case, outcome)

    async def _press(self, who: str, case: CaseModel, etag: str, how: str) -> list[httpx2.Response]:
        first = self.people.conclude(who, case.id, etag, f"{case.id}-{case.revision}")
        if how == "once":
            return [await first]
        if how == "same command":
            return [await first, await self.people.conclude(who, case.id, etag, f"{case.id}-{case.revision}")]
        colleague = {"officer-nord-a": "officer-nord-b", "officer-nord-b": "officer-nord-a"}.get(who, who)
        second = self.people.conclude(colleague, case.id, etag)
        return [await first, await second] if how == "twice" else list(await asyncio.gather(first, second))

    def _concluded(self, tilbud: TilbudModel, case: CaseModel, outcome: str) -> None:
        self.happened[outcome] += 1
        if outcome == "approved":
            case.end("approved")
            tilbud.facts.approved[case.number] = case.content
        else:
            case.state = "returned"

    async def close_as_authority(self, tilbud: TilbudModel, case: CaseModel) -> None:
        """Close a waiting case of a tilbud that has ceased; no other can be closed so."""
        for who in OFFICER_OF.values():
            path = f"/v1/cases/{case.id}/closure"
            answer = await self.system.call(who, "POST", "approval", path, json={"reason": "Ophørt."})
            if answer.is_success:
                assert tilbud.facts.has_ceased()
                self.happened["closed as ceased"] += 1
                case.end("closed")
            else:
                assert answer.status_code in {404, 409}, answer.text

    async def hand_over(self, tilbud: TilbudModel, who: str, how: str) -> None:
        """Hand the tilbud over to the other authority, or take it back."""
        receiver = next(each for each in OFFICER_OF if each != OFFICERS[who])
        body = {"reason": "Det er aftalt."} | ({"to": receiver} if how == "handover" else {})
        path = f"/v1/tilbud/{tilbud.id}/{how}"
        answer = await self.system.call(who, "POST", "jurisdiction", path, json=body)
        self.happened[how] += answer.is_success
        assert answer.is_success or answer.status_code in {404, 409, 422}, answer.text

    # Supervision systems ------------------------------------------------------------------------------------------

    async def send(self, event: Sent, *, over_kafka: bool) -> None:
        """Send an event; what is written to Kafka is taken in when it is delivered."""
        self.sent.append(event)
        if over_kafka:
            self.people.write_event(*event)
            return
        answer = await self.people.send_event(*event)
        handled = self._take_in(event)
        assert answer.status_code == (202 if handled else 409), answer.text

    def _take_in(self, event: Sent) -> bool:
        """Let the model take in an event; False for other content under an id that is known."""
        sender, event_id, kind, data = event
        key = sender, event_id
        if self.contents.setdefault(key, data) != data:
            self.happened["id used again"] += 1
            return False
        answers = self.answers.setdefault(key, [])
        if answers:
            answers.append(answers[0])
            self.happened["event repeated"] += 1
        else:
            [tilbud] = [each for each in self.tilbud if each.id == data["tilbud_id"]]
            answers.append(tilbud.receive(sender, kind, data))
            self.happened[f"{kind} {'accepted' if answers[0] else 'refused'}"] += 1
        return True

    # Delivery -----------------------------------------------------------------------------------------------------

    async def deliver(self, name: str, count: int, first: int) -> None:
        """Deliver a batch to a group, and let the model hear what the services hear."""
        for record in await self.system.carrier.deliver(name, count, first=first):
            self._hear(name, record)
        self.note_seen()

    def note_seen(self) -> None:
        """Note how far each group has read: what was read once stays known."""
        for name, group in self.system.carrier.groups.items():
            for (topic, key), place in group.read.items():
                at = name, topic + key
                self.seen[at] = max(place, self.seen.get(at, 0))

    def _hear(self, name: str, record: Record) -> None:
        if name == "approval.authorities":
            data = data_of(record)
            for tilbud in self.tilbud:
                if tilbud.id == record.key and data["version"] >= tilbud.authority_version:
                    self.happened[f"authority by {data['rule']}"] += data["authority"] != tilbud.authority
                    tilbud.authority, tilbud.authority_version = data["authority"], data["version"]
        elif name == "approval.external" and (record.topic, record.offset) not in self.taken_in:
            self.taken_in.add((record.topic, record.offset))
            event = json.loads(record.value or b"{}")
            kind = "ceased" if event["type"].endswith("ceased.v1") else "tilsyn"
            self._take_in((record.topic.split(".")[2], event["id"], kind, event["data"]))

    async def drain(self) -> None:
        """Deliver everything, with what the workers do on their own in between."""
        carrier = self.system.carrier
        await self.system.run_timers()
        while not carrier.is_quiet():
            for name, group in carrier.groups.items():
                while carrier.waiting(group):
                    await self.deliver(name, 20, 0)
            await self.system.run_timers()


def _content(tilbud: TilbudModel, keys: list[str]) -> dict[str, Any]:
    return {key: tilbud.current[key] for key in keys if key in tilbud.current}


def first_content() -> dict[str, Any]:
    """Return what a new draft says of the steps that the machine edits."""
    contact, groups = example("steps/contact"), example("steps/target-groups")["departments"]["afd-1"]
    return {
        "values": example("steps/values")["values"],
        "contact": (contact["name"], contact["address"]["municipality"]),
        "target-groups/afd-1": groups["exclusions"],
    }
