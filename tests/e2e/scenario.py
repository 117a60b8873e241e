"""One report from creation to withdrawal in seven stages, each a generator that says what it has seen."""

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

from chassis.clock import today
from contracts.examples import ExampleReport
from tests.e2e.client import Record, SystemClient, eventually, expect

REPORT = ExampleReport(today())
example = REPORT.body
STEPS = REPORT.form.step_ids
NORD = "socialtilsyn-nord"
TILSYN_TOPIC = f"external.tilsyn.{NORD}.v1"
RECEIPTS_TOPIC = f"external.receipts.{NORD}.v1"
COMPLETED = "dk.tilsyn.tilsyn.completed.v1"
REJECTED = "contact"


class ReportScenario:
    """One run: the tilbud that it makes, and what it has learned so far."""

    def __init__(self, client: SystemClient) -> None:
        self.client = client
        self.run_id = uuid4().hex[:8]
        self.name = f"Vandreren {self.run_id}"
        self.leader = f"leder-{self.run_id}@blomsterengen.example"
        self.tilbud_id = ""
        self.submission_id = ""
        self.case_id = ""
        self.feed: list[Any] = []
        self.feed_position = "0"
        self.decided_on = time.strftime("%Y-%m-%d")

    # 1 ------------------------------------------------------------------------------------------------------------

    def create(self) -> Iterator[str]:
        """R101, R7, R102, R103: the authority creates, the operator's users can report, the leader gets a mail."""
        body = example("create-tilbud") | {"name": self.name}
        body["leader"] = body["leader"] | {"email": self.leader}
        missing = {name: value for name, value in body.items() if name != "leader"}
        self.client.call("officer-nord-a", "POST", "reporting", "/v1/tilbud", body=missing, status=422)
        yield "a creation without the leader is refused and makes nothing"
        key = {"Idempotency-Key": uuid4().hex}
        created = self._post("officer-nord-a", "reporting", "/v1/tilbud", body, status=201, headers=key)
        again = self._post("officer-nord-a", "reporting", "/v1/tilbud", body, status=201, headers=key)
        expect(created == again, "the same command twice made two tilbud")
        self.tilbud_id = created["id"]
        yield f"Socialtilsyn Nord creates {self.name}: receipt with the id {self.tilbud_id}"
        own = self.client.get("reporter-solsikken", "reporting", f"/v1/tilbud?q={self.tilbud_id}")
        expect([item["id"] for item in own["items"]] == [self.tilbud_id], "the reporter does not see the tilbud")
        yield "its operator's users can report at once"
        self.client.get("reporter-other", "reporting", f"/v1/tilbud/{self.tilbud_id}", status=404)
        yield "for the users of another operator it does not exist"
        mail = eventually(lambda: self.client.mails_to(self.leader), "a mail to the leader")[0]
        expect(self.tilbud_id in mail["subject"] + mail["text"], "the mail does not name the tilbud")
        yield f"the leader gets a mail: {mail['subject']}"

    # 2 ------------------------------------------------------------------------------------------------------------

    def report(self) -> Iterator[str]:
        """R35 to R58: every step, each saved alone; nothing is sent while a mandatory step is not valid."""
        base = f"/v1/tilbud/{self.tilbud_id}"
        self._post("reporter-solsikken", "reporting", f"{base}/draft", {"start": "new"})
        answer = self._save("contact", {})
        expect(not answer["complete"] and answer["errors"], "an empty step is called complete")
        pointers = [error["pointer"] for error in answer["errors"]]
        expect(all(pointer.startswith("/") for pointer in pointers), "errors have no JSON pointers")
        yield f"an incomplete step is saved and says why: {', '.join(pointers[:4])} …"
        refused = self.client.call("reporter-solsikken", "POST", "reporting", f"{base}/submissions", status=422).json()
        expect(refused["errors"], "the refusal does not list what is missing")
        yield f"the submission is refused with a list of {len(refused['errors'])} places"
        for step in STEPS:
            answer = self._save(step, self._data(step))
            expect(answer["complete"], f"{step} is not complete: {answer['errors']} {answer['blocked_by']}")
        yield f"all {len(STEPS)} steps are saved, each with its own ETag, and complete"
        path = f"{base}/draft/steps/values"
        self.client.call("reporter-valmuen", "PUT", "reporting", path, body=self._data("values"), status=428)
        stale = {"If-Match": '"stale"'}
        self.client.call("reporter-valmuen", "PUT", "reporting", path, body={}, status=412, headers=stale)
        yield "a colleague who has not seen the newest version cannot overwrite it"
        sent = self._post("reporter-solsikken", "reporting", f"{base}/submissions", None, status=201)
        self.submission_id = sent["id"]
        yield f"sent for approval: {len(sent['steps'])} steps in one case"

    def _data(self, step: str) -> Any:
        data = example(f"steps/{step}")
        if step == "contact":
            data["name"] = self.name
            data["leader"] = data["leader"] | {"email": self.leader}
        return data

    def _save(self, step: str, data: Any) -> Any:
        path = f"/v1/tilbud/{self.tilbud_id}/draft/steps/{step}"
        current = self.client.call("reporter-solsikken", "GET", "reporting", path)
        headers = {"If-Match": current.headers["etag"]}
        return self.client.call("reporter-solsikken", "PUT", "reporting", path, body=data, headers=headers).json()

    def _post(self, persona: str, service: str, path: str, body: Any, *, status: int = 200, headers: Any = None) -> Any:
        return self.client.call(persona, "POST", service, path, body=body, status=status, headers=headers).json()

    # 3 ------------------------------------------------------------------------------------------------------------

    def routed(self) -> Iterator[str]:
        """R54, R60, R64, R107: one case at the right authority and nowhere else, and an advice to its system."""
        case = eventually(lambda: self._awaiting("officer-nord-a"), "a case at Socialtilsyn Nord")
        expect(case["authority"] == NORD, "the case stands at the wrong authority")
        answer = self.client.get("officer-nord-a", "approval", f"/v1/cases/{case['id']}")
        self.case_id = case["id"]
        yield f"the case stands at Socialtilsyn Nord with {len(answer['steps'])} steps to decide"
        expect(answer.get("explanation"), "the case does not explain its authority")
        yield f"because: {answer['explanation']}"
        expect(not self._awaiting("officer-syd"), "another socialtilsyn has the case on its list")
        self.client.get("officer-syd", "approval", f"/v1/cases/{self.case_id}", status=404)
        yield "for another socialtilsyn it does not exist"
        advice = eventually(self._advice, "an advice on the authority's topic")
        expect(advice.headers["ce_type"] == "dk.tilbudsportalen.advice.v1", "the advice has another type")
        yield f"the supervision system of Socialtilsyn Nord reads its advice: {advice.value['case_id']}"

    def _awaiting(self, persona: str) -> Any:
        path = f"/v1/cases?state=awaiting&tilbud_id={self.tilbud_id}"
        items = self.client.get(persona, "approval", path)["items"]
        return items[0] if items else None

    def _advice(self) -> Record | None:
        records = self.client.records(NORD, f"external.advices.{NORD}.v1")
        return next((record for record in records if record.value["tilbud_id"] == self.tilbud_id), None)

    # 4 ------------------------------------------------------------------------------------------------------------

    def decided(self) -> Iterator[str]:
        """R70 to R81, R108: two officers, one rejection, a return, a correction, an approval."""
        steps = self._steps("officer-nord-a")
        for step in steps:
            officer = "officer-nord-a" if steps.index(step) % 2 else "officer-nord-b"
            self._decide(officer, step, "reject" if step["step"] == REJECTED else "approve")
        seen = self._steps("officer-nord-b")
        names = sorted({step["decided_by"]["name"] for step in seen})
        expect(len(names) == 2 and all(step["decided_at"] for step in seen), "the officers do not see each other")
        yield f"two officers decide different steps and see each other: {' and '.join(names)}"
        receipt = self._outcome("officer-nord-b")
        expect(receipt["outcome"] == "returned", "a case with a rejected step was not returned")
        yield "one rejected step returns the whole case"
        eventually(lambda: self._state() == "returned", "the returned case at the reporter")
        mails = eventually(lambda: self.client.mails_to(self.leader)[1:], "a mail about the return")
        yield f"the tilbud gets a mail: {mails[0]['subject']}"
        data = self._data(REJECTED) | {"phone": "+45 98 76 54 32"}
        expect(self._save(REJECTED, data)["complete"], "the corrected step is not complete")
        path = f"/v1/tilbud/{self.tilbud_id}/submissions/{self.submission_id}/resubmission"
        self._post("reporter-solsikken", "reporting", path, None)
        yield "the reporter corrects the step and sends the same case again"
        eventually(lambda: self._awaiting("officer-nord-a"), "the case again at Socialtilsyn Nord")
        for step in self._steps("officer-nord-a"):
            self._decide("officer-nord-a", step, "approve")
        receipt = self._outcome("officer-nord-a")
        expect(receipt["outcome"] == "approved", "the case was not approved")
        eventually(lambda: self._state() == "approved", "the approved case at the reporter")
        yield "all steps approved: receipt, and the reporter sees it"

    def _steps(self, persona: str) -> list[Any]:
        steps: list[Any] = self.client.get(persona, "approval", f"/v1/cases/{self.case_id}")["steps"]
        return steps

    def _decide(self, officer: str, step: Any, verdict: str) -> None:
        reason = "Telefonnummeret er ikke rigtigt." if verdict == "reject" else None
        path = f"/v1/cases/{self.case_id}/decisions/{step['step']}"
        headers = {"If-Match": step["etag"]}
        body = {"verdict": verdict, "reason": reason}
        self.client.call(officer, "PUT", "approval", path, body=body, headers=headers)

    def _outcome(self, officer: str) -> Any:
        path = f"/v1/cases/{self.case_id}"
        tag = self.client.call(officer, "GET", "approval", path).headers["etag"]
        return self._post(officer, "approval", f"{path}/outcome", None, headers={"If-Match": tag})

    def _state(self) -> str:
        tilbud = self.client.get("reporter-solsikken", "reporting", f"/v1/tilbud/{self.tilbud_id}")
        states = {item["id"]: item["state"] for item in tilbud["submissions"]}
        return str(states[self.submission_id])

    # 5 ------------------------------------------------------------------------------------------------------------

    def published(self) -> Iterator[str]:
        """R83 to R85, R94: public as soon as a positive tilsyn comes, everywhere within a second."""
        self.client.get(None, "publication", f"/v1/tilbud/{self.tilbud_id}", status=404)
        expect(not self._found(), "the tilbud is public without a tilsyn")
        yield "approved, but not public yet: there is no tilsyn"
        path = f"/v1/follows/tilbud/{self.tilbud_id}"
        self.client.call("reporter-valmuen", "PUT", "notification", path, status=200)
        follower = self._email("reporter-valmuen")
        before = len(self.client.mails_to(follower))
        expect(not self._feed(), "the feed knows the tilbud before it is public")
        event_id = self._tilsyn("approved", version=1)
        sent = time.monotonic()
        eventually(self._found, "the tilbud in the search")
        eventually(lambda: self._feed()[-1:], "the tilbud in the feed")
        seconds = time.monotonic() - sent
        yield f"a positive tilsyn by kcat: in the search and the feed after {seconds * 1000:.0f} ms"
        receipt = eventually(lambda: self._receipts(event_id), "a receipt")[0]
        expect(receipt.value["accepted"] is True and receipt.value["problem"] is None, "the tilsyn was refused")
        yield "the supervision system reads its receipt: accepted"
        item = self._feed()[-1]
        expect(item["method"] == "PUT" and item["data"]["tilbud"]["name"] == self.name, "the feed item is wrong")
        state = eventually(self._public_state, "the state on publication.tilbud.v1")
        expect(state.value["tilbud"]["id"] == self.tilbud_id, "the state is wrong")
        expect(self._dumped() == item["data"]["tilbud"], "the dump differs from the feed")
        yield "the same record stands on publication.tilbud.v1, in the feed and in the dump"
        mails = eventually(lambda: self.client.mails_to(follower)[before:], "a mail to the follower")
        yield f"the follower has a mail: {mails[-1]['subject']}"

    def _email(self, persona: str) -> str:
        preferences = self.client.get(persona, "notification", "/v1/preferences")
        return str(preferences["email"])

    def _tilsyn(self, decision: str, *, version: int, tilsyn_id: str | None = None, **changes: Any) -> str:
        event_id = uuid4().hex
        body = {
            "tilsyn_id": tilsyn_id or f"tilsyn-{self.run_id}",
            "tilbud_id": self.tilbud_id,
            "version": version,
            "kind": "announced",
            "visited_on": self.decided_on,
            "decided_on": self.decided_on,
            "decision": decision,
            "conclusion": "Tilbuddet arbejder systematisk og med gode resultater.",
            "themes": [{"theme": "health-and-wellbeing", "conclusion": "Borgerne trives.", "score": 4.2}],
            "orders": [],
            "conditions": [],
        } | changes
        self._send(event_id, json.dumps(body, ensure_ascii=False).encode())
        return event_id

    def _send(self, event_id: str, value: bytes) -> None:
        headers = {
            "ce_specversion": "1.0",
            "ce_id": event_id,
            "ce_source": "/tilsyn.dk",
            "ce_type": COMPLETED,
            "content-type": "application/json",
        }
        self.client.publish(NORD, TILSYN_TOPIC, self.tilbud_id, headers, value)

    def _receipts(self, event_id: str) -> list[Record]:
        records = self.client.records(NORD, RECEIPTS_TOPIC)
        return [record for record in records if record.value["event_id"] == event_id]

    def _found(self) -> list[Any]:
        items = self.client.get(None, "publication", f"/v1/search?q={self.tilbud_id}")["items"]
        return [item for item in items if item["tilbud_id"] == self.tilbud_id]

    def _feed(self) -> list[Any]:
        """Return the entries about the tilbud so far; what was read before is not read again."""
        while True:
            items = self.client.get(None, "publication", f"/v1/feed?lastEventId={self.feed_position}&limit=1000")
            if not items:
                return list(self.feed)
            self.feed_position = items[-1]["id"]
            self.feed += [item for item in items if item["subject"] == self.tilbud_id]

    def _public_state(self) -> Record | None:
        records = self.client.records("feed-reader", "publication.tilbud.v1")
        return next((record for record in reversed(records) if record.key == self.tilbud_id), None)

    def _dumped(self) -> Any:
        lines = self.client.call(None, "GET", "publication", "/v1/dump").text.splitlines()
        return next((r for r in map(json.loads, lines) if r["id"] == self.tilbud_id), None)

    # 6 ------------------------------------------------------------------------------------------------------------

    def refused(self) -> Iterator[str]:
        """A wrong tilsyn is answered and changes nothing; the same event twice has one effect and one receipt."""
        before = self._feed()
        unreadable = uuid4().hex
        self._send(unreadable, b"{this is not JSON")
        foreign = self._tilsyn("not-approved", version=1, tilsyn_id="foreign", tilbud_id=self._foreign_tilbud())
        unknown = self._tilsyn("not-approved", version=1, tilsyn_id="unknown", tilbud_id="CRV-99999999")
        for event_id, what in ((unreadable, "unreadable"), (foreign, "another authority's"), (unknown, "unknown")):
            receipt = eventually(partial(self._receipts, event_id), f"a receipt: {what}")[0]
            expect(receipt.value["accepted"] is False, f"{what} was accepted")
            yield f"{what}: refused, {receipt.value['problem']['detail']}"
        twice = uuid4().hex
        body = self._tilsyn_body(twice)
        self._send(twice, body)
        self._send(twice, body)
        receipts = eventually(lambda: self._two(twice), "two receipts for the same event")
        expect(receipts[0].value == receipts[1].value, "the repeated receipt differs")
        yield "the same event twice: the same receipt twice"
        tilsyn = self.client.get("officer-nord-a", "approval", f"/v1/tilbud/{self.tilbud_id}/tilsyn")
        expect(len(tilsyn["items"]) == 2, f"there are {len(tilsyn['items'])} tilsyn instead of 2")
        expect(self._feed()[: len(before)] == before and self._found(), "a refused tilsyn changed something")
        yield "and one effect; nothing of what was refused has changed anything"

    def _two(self, event_id: str) -> list[Record]:
        records = self._receipts(event_id)
        return records if len(records) >= 2 else []

    def _tilsyn_body(self, tilsyn_id: str) -> bytes:
        body = {
            "tilsyn_id": tilsyn_id,
            "tilbud_id": self.tilbud_id,
            "version": 1,
            "kind": "unannounced",
            "visited_on": self.decided_on,
            "decided_on": self.decided_on,
            "decision": "no-decision",
        }
        return json.dumps(body).encode()

    def _foreign_tilbud(self) -> str:
        body = example("create-tilbud") | {"name": f"Sydvendt {self.run_id}"}
        body["address"] = {"street": "Torvet 1", "postcode": "5000", "city": "Odense C", "municipality": "0461"}
        return str(self._post("officer-syd", "reporting", "/v1/tilbud", body, status=201)["id"])

    # 7 ------------------------------------------------------------------------------------------------------------

    def withdrawn(self) -> Iterator[str]:
        """R89: a negative tilsyn takes the tilbud off the search at once."""
        self._tilsyn("not-approved", version=1, tilsyn_id=f"negative-{self.run_id}")
        sent = time.monotonic()
        eventually(lambda: not self._found(), "the tilbud off the search")
        yield f"a negative tilsyn: off the search after {(time.monotonic() - sent) * 1000:.0f} ms"
        item = eventually(lambda: self._feed()[-1]["method"] == "DELETE" and self._feed()[-1], "a DELETE in the feed")
        expect(item["data"].get("tilbud") is None, "the DELETE carries a record")
        yield "the feed has a DELETE"
        self.client.get(None, "publication", f"/v1/tilbud/{self.tilbud_id}", status=410)
        expect(self._dumped() is None, "the dump still has it")
        eventually(self._tombstone, "a null value on publication.tilbud.v1")
        yield "410 on its page, gone from the dump, a null value on publication.tilbud.v1"

    def _tombstone(self) -> bool:
        record = self._public_state()
        return record is not None and record.value is None


Stage = Callable[[ReportScenario], Iterator[str]]

STAGES: tuple[tuple[str, Stage], ...] = (
    ("An authority creates a tilbud", ReportScenario.create),
    ("A reporter fills the form and sends it", ReportScenario.report),
    ("The submission finds its authority", ReportScenario.routed),
    ("Officers decide, the tilbud corrects, the case is approved", ReportScenario.decided),
    ("A positive tilsyn makes it public", ReportScenario.published),
    ("Wrong and repeated tilsyn", ReportScenario.refused),
    ("A negative tilsyn takes it off", ReportScenario.withdrawn),
)
