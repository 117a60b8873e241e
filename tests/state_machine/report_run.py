"""What a reporter and an authority do about one tilbud, against ``reporting`` alone on a real database."""

import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import httpx2

from contracts.events import SubmissionSent
from contracts.events.base import Event
from contracts.form import parse_key
from contracts.testing import factories
from devstack.in_process import SavedRows, deliver, emitted, record_of
from tests.chaos.ordering.system import Service
from tests.e2e.scenario import REPORT, example
from tests.state_machine.model import NORD, SYD
from tests.state_machine.moved_clock import MovedClock
from tests.state_machine.people import slug
from tests.state_machine.report_model import APPROVED, AWAITING, CLOSED, OPEN, RETURNED, ReportedCase, ReportModel

PARTS = tuple(step.id for step in REPORT.form.steps if step.per_department)
PREFIX = "dk.tilbudsportalen.reporting"
SENT, GIVEN_UP, FIGURES = (
    f"{PREFIX}.{each}.v1" for each in ("submission-sent", "submission-closed", "vacancies-changed")
)


@dataclass
class ReportRun:
    """One run. ``decided`` are outcomes that are on their way; ``happened`` counts over all runs."""

    service: Service
    reporter: httpx2.AsyncClient
    saved: SavedRows
    clock: MovedClock
    tilbud_id: str
    model: ReportModel
    decided: list[tuple[Event, str]] = field(default_factory=list)
    delivered: list[Event] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)

    def copy(self) -> "ReportRun":
        """Return a run that goes on from here by itself, with the same service."""
        shared = (self.service, self.reporter, self.saved, self.clock, self.tilbud_id)
        return ReportRun(*shared, deepcopy(self.model), happened=self.happened)

    async def call(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Call the API as the reporter; it never breaks."""
        answer = await self.reporter.request(method, f"/v1/tilbud/{self.tilbud_id}{path}", **options)
        assert answer.status_code < 500, (method, path, answer.text)
        return answer

    # The reporter -------------------------------------------------------------------------------------------------

    async def edit(self, key: str, value: str) -> None:
        """Write the field of ``key`` that the machine edits; what an open case has locked stays as it is."""
        step, department = parse_key(key)
        if department is not None and department not in dict(self.model.departments):
            return
        shown = await self.call("GET", f"/draft/steps/{step}")
        data = shown.json()["data"]
        _write(data["departments"][department] if department else data, step, value)
        if await self._save(step, data, shown.headers["ETag"], key):
            self.model.typed[key] = value

    async def change_departments(self, departments: list[tuple[str, str]]) -> None:
        """Write the list of departments; one that is new answers its steps as the second of the example does."""
        shown = await self.call("GET", "/draft/steps/departments")
        rows = {row["id"]: row for row in (*example("steps/departments")["departments"],)}
        template = rows["afd-2"]
        data = {"departments": [rows.get(each, template) | {"id": each, "name": name} for each, name in departments]}
        if not await self._save("departments", data, shown.headers["ETag"], "departments"):
            return
        before = dict(self.model.departments)
        self.model.departments = self.model.typed["departments"] = departments
        self.happened["department added"] += any(each not in before for each, _ in departments)
        self.happened["department removed"] += any(each not in dict(departments) for each in before)
        for step in PARTS:
            await self._answer_for_new(step)

    async def _answer_for_new(self, step: str) -> None:
        shown = await self.call("GET", f"/draft/steps/{step}")
        parts = shown.json()["data"].get("departments", {})
        empty = [each for each, _ in self.model.departments if not parts.get(each)]
        if empty:
            part = example(f"steps/{step}")["departments"]["afd-2"]
            body = {"departments": {**parts, **dict.fromkeys(empty, part)}}
            if await self._save(step, body, shown.headers["ETag"], *(f"{step}/{each}" for each in empty)):
                for each in empty:
                    if step == "target-groups":
                        self.model.typed[f"{step}/{each}"] = part.get("exclusions")

    async def _save(self, step: str, data: Any, tag: str, *keys: str) -> bool:
        answer = await self.call("PUT", f"/draft/steps/{step}", json=data, headers={"If-Match": tag})
        locked = self.model.locked(AWAITING)
        if answer.is_success:
            assert not locked.keys() & set(keys), f"{keys} are locked and were changed"
            return True
        assert slug(answer) == "step-locked", answer.text
        self.happened["locked"] += 1
        return False

    async def submit(self) -> None:
        """Send what is edited."""
        await self._sent(await self.call("POST", "/submissions"))

    async def resubmit(self, case: ReportedCase) -> None:
        """Send a returned case again; one that cannot be, since its departments are gone, can be given up."""
        answer = await self.call("POST", f"/submissions/{case.id}/resubmission")
        if case.state != RETURNED:
            assert slug(answer) == "wrong-state", answer.text
            return
        if not await self._sent(answer):
            assert (await self.call("POST", f"/submissions/{case.id}/closure")).is_success
            self._given_up(case)

    async def _sent(self, answer: httpx2.Response) -> bool:
        if not answer.is_success:
            refusals = {"nothing-changed", "step-locked"} | ({"incomplete"} if self.clock.days else set())
            assert slug(answer) in refusals, answer.text
            self.happened[slug(answer)] += 1
            return False
        sent = answer.json()
        others = {key for key, case in self.model.locked(*OPEN).items() if case != sent["id"]}
        assert not others & set(sent["steps"]), "a step is in two open cases"
        self.happened["sent again" if sent["id"] in self.model.cases else "sent"] += 1
        self.model.send(sent["id"], {key: self.model.typed.get(key) for key in sent["steps"]})
        return True

    async def give_up(self, case: ReportedCase) -> None:
        """Close a returned case; twice is the same as once."""
        answer = await self.call("POST", f"/submissions/{case.id}/closure")
        if case.state == RETURNED:
            assert answer.is_success, answer.text
            self._given_up(case)
        else:
            assert answer.is_success == case.is_closed_by_reporter, answer.text

    def _given_up(self, case: ReportedCase) -> None:
        self.happened["given up"] += 1
        self.model.settle(case, CLOSED)
        case.is_closed_by_reporter = True

    async def tell_vacancies(self, department: str, vacancies: int) -> None:
        """Tell vacancies of an approved department in the fast lane."""
        tag = (await self.call("GET", "/vacancies")).headers["ETag"]
        body = {"departments": [{"department_id": department, "vacancies": vacancies}]}
        answer = await self.call("PUT", "/vacancies", json=body, headers={"If-Match": tag})
        if answer.is_success:
            self.model.vacancies[department] = vacancies
            self.happened["vacancies"] += 1
            *_, last = [each async for each in self.events(FIGURES)]
            told = {each["department_id"]: each["vacancies"] for each in last["departments"]}
            assert told[department] == vacancies
        else:
            assert answer.status_code in {409, 422}, answer.text

    # The authority ------------------------------------------------------------------------------------------------

    async def decide(self, case: ReportedCase, rejected: int | None) -> None:
        """Decide a case as it was sent last; its outcome is on its way then."""
        if case.state != AWAITING or case.is_decided:
            return
        case.is_decided = True
        *_, last = [each async for each in self.events(SENT) if each["submission_id"] == case.id]
        sent = SubmissionSent.model_validate(last)
        if rejected is None:
            self.decided.append((factories.case_approved(of=sent, authority=self.model.authority), APPROVED))
        else:
            keys = sent.step_keys
            back = factories.case_returned(
                of=sent, rejected=[keys[rejected % len(keys)]], authority=self.model.authority
            )
            self.decided.append((back, RETURNED))

    async def hear(self, *, again: int | None = None) -> None:
        """Deliver the next outcome, or an older message ``again``."""
        if again is not None and self.delivered:
            await self._deliver(self.delivered[again % len(self.delivered)])
            self.happened["message repeated"] += 1
        elif self.decided:
            event, state = self.decided.pop(0)
            await self._deliver(event)
            case = self.model.cases[event.model_dump()["case_id"]]
            self.model.settle(case, state)
            self.happened[state] += 1

    async def move(self) -> None:
        """Let another authority supervise the tilbud."""
        model = self.model
        model.authority_version += 1
        new = SYD if model.authority == NORD else NORD
        await self._deliver(factories.authority_assigned(self.tilbud_id, model.authority_version, new))
        model.authority = new
        self.happened["moved"] += 1

    async def _deliver(self, event: Event) -> None:
        subscription = self.service.subscriptions[event.destination]
        source = f"/services/{event.destination.split('.')[0]}"
        await deliver(self.service.database, subscription, record_of(event, source=source))
        self.delivered.append(event)

    # What is there --------------------------------------------------------------------------------------------------

    async def events(self, kind: str) -> Any:
        """Yield what every event of a kind says, oldest first."""
        for each in await emitted(self.service.database):
            if each["type"] == kind:
                yield json.loads(each["value"])


def _write(data: dict[str, Any], step: str, value: str) -> None:
    data[FIELDS[step]] = value


FIELDS = {"values": "values", "contact": "name", "supplementary": "other", "target-groups": "exclusions"}


def edited_of(key: str, data: dict[str, Any]) -> Any:
    """Return of a key's content what the machine edits."""
    step, _ = parse_key(key)
    if step == "departments":
        return [(row["id"], row["name"]) for row in data["departments"]]
    return data.get(FIELDS[step]) if step in FIELDS else None


def edited_in(content: dict[str, dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Yield of content by key what the machine edits."""
    for key, data in content.items():
        if parse_key(key)[0] in (*FIELDS, "departments"):
            yield key, edited_of(key, data)
