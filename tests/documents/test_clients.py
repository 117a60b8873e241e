"""Clients in two languages, made from the documents, compile and work with the running system."""

from pathlib import Path
from uuid import uuid4

import pytest

from tests.documents import generators
from tests.e2e.client import SystemClient

PROBLEMS = "https://tilbudsportalen.dk/problems"


@pytest.fixture
def given(client: SystemClient) -> dict[str, str]:
    """What a program is told: addresses, and the tokens of a reporter and of a supervision system."""
    addresses = {name: client.endpoints[name] for name in ("publication", "reporting", "approval")}
    tokens = {"reporter": client.token("reporter-solsikken"), "system": client.system_token("socialtilsyn-nord")}
    return {**addresses, **tokens, "event_id": uuid4().hex}


def check_what_was_seen(seen: dict[str, object]) -> None:
    public = seen["public"]
    assert isinstance(public, dict)
    assert public.pop("reason") in {"approved", "tilsyn"}
    assert public == {"same": True, "missing": f"{PROBLEMS}/not-found", "named": True}
    assert {"Solsikken", "Valmuen"} <= set(seen["own"])  # type: ignore[call-overload]
    event = seen["event"]
    assert isinstance(event, dict)
    assert event["receipt"].startswith("/v1/external/receipts/")
    assert (event["same"], event["effect"]) == (True, "none")


def test_python_clients_compile_and_work(tmp_path: Path, given: dict[str, str]) -> None:
    generators.make_python_clients(tmp_path)
    generators.check_python(tmp_path)
    check_what_was_seen(generators.run_python(tmp_path, given))


def test_typescript_clients_compile_and_work(tmp_path: Path, given: dict[str, str]) -> None:
    generators.make_typescript_clients(tmp_path)
    check_what_was_seen(generators.run_typescript(tmp_path, given))
