"""The identity provider: what it publishes, how one signs in, and what it refuses."""

import base64
import hashlib
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from starlette.testclient import TestClient

from chassis.errors import DomainError
from devstack.identity.app import create_app
from devstack.identity.keys import KEY_SECONDS, KeyRing
from devstack.identity.provider import Client, Provider, portal_client
from devstack.personas import PERSONAS
from devstack.testing import TestIdentity
from web.auth import TokenVerifier

ISSUER = "http://127.0.0.1:18006"
CALLBACK = "http://127.0.0.1:18000/login/callback"
VERIFIER = "a-verifier-that-is-long-enough-for-the-rules-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASK = {
    "client_id": "portal",
    "redirect_uri": CALLBACK,
    "response_type": "code",
    "scope": "openid profile",
    "state": "s1",
    "nonce": "n1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@pytest.fixture
def provider() -> Provider:
    clients = {
        "portal": portal_client("http://127.0.0.1:18000", "portal-secret"),
        "kommune-0851": Client("kommune-0851", "system-secret"),
    }
    return Provider(ISSUER, KeyRing(), clients)


@pytest.fixture
def browser(provider: Provider) -> Iterator[TestClient]:
    with TestClient(create_app(provider), base_url=ISSUER, follow_redirects=False) as client:
        yield client


def sign_in(browser: TestClient, persona: str = "officer-nord-a") -> dict[str, str]:
    answer = browser.post("/authorize", data={**ASK, "persona": persona})
    assert answer.status_code == 303
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def exchange(browser: TestClient, code: str, /, **replaced: str) -> tuple[int, dict[str, str]]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    answer = browser.post("/token", data={**form, **replaced}, auth=("portal", "portal-secret"))
    return answer.status_code, answer.json()


def claims(provider: Provider, token: str) -> dict[str, Any]:
    return jwt.decode(token, KeySet.import_key_set(provider.keys.public()), algorithms=["RS256"]).claims


def test_discovery_names_the_endpoints(browser: TestClient) -> None:
    found = browser.get("/.well-known/openid-configuration").json()
    assert found["issuer"] == ISSUER
    assert found["code_challenge_methods_supported"] == ["S256"]
    for name in ("authorization_endpoint", "jwks_uri", "end_session_endpoint"):
        assert browser.get(found[name]).status_code in {200, 400}
    assert "d" not in browser.get("/jwks").json()["keys"][0]


def test_signing_in_with_code_and_pkce(browser: TestClient, provider: Provider) -> None:
    page = browser.get("/authorize", params=ASK)
    assert page.status_code == 200
    assert all(f'value="{persona}"' in page.text for persona in PERSONAS)
    assert "<script" not in page.text
    back = sign_in(browser)
    assert (back["state"], back["iss"]) == ("s1", ISSUER)
    status, answer = exchange(browser, back["code"])
    assert status == 200
    who = claims(provider, answer["id_token"])
    assert (who["aud"], who["nonce"], who["name"]) == ("portal", "n1", "Rasmus Toft")
    access = claims(provider, answer["access_token"])
    assert access["aud"] == "tilbudsportalen"
    assert "tilbud.approve:socialtilsyn-nord" in access["rights"]
    assert "tilsyn.create:socialtilsyn-nord" not in access["rights"]
    bearer = {"Authorization": f"Bearer {answer['access_token']}"}
    assert browser.get("/userinfo", headers=bearer).json()["cvr"] == "29189382"


@pytest.mark.parametrize(
    "replaced",
    [
        {"code_verifier": secrets.token_urlsafe(50)},
        {"code_verifier": ""},
        {"redirect_uri": f"{CALLBACK}/"},
        {"code": "another"},
    ],
)
def test_a_code_is_worth_nothing_without_its_proof(browser: TestClient, replaced: dict[str, str]) -> None:
    code = sign_in(browser)["code"]
    assert exchange(browser, code, **replaced) == (400, {"error": "invalid_grant"})
    if "code" not in replaced:
        assert exchange(browser, code)[0] == 400


def test_a_code_is_taken_once(browser: TestClient) -> None:
    code = sign_in(browser)["code"]
    assert exchange(browser, code)[0] == 200
    assert exchange(browser, code)[0] == 400


def test_a_refresh_token_is_taken_once_and_answers_the_next(browser: TestClient) -> None:
    first = exchange(browser, sign_in(browser)["code"])[1]["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": first}
    renewed = browser.post("/token", data=form, auth=("portal", "portal-secret"))
    assert renewed.status_code == 200
    assert renewed.json()["refresh_token"] != first
    again = browser.post("/token", data=form, auth=("portal", "portal-secret"))
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize("replaced", [{"redirect_uri": f"{CALLBACK}?x=1"}, {"client_id": "nobody"}])
def test_an_unknown_address_is_never_redirected_to(browser: TestClient, replaced: dict[str, str]) -> None:
    answer = browser.get("/authorize", params={**ASK, **replaced})
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("replaced", "error"),
    [
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_wrong_request_goes_back_with_its_error(browser: TestClient, replaced: dict[str, str], error: str) -> None:
    answer = browser.get("/authorize", params={**ASK, **replaced})
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["location"]).query)["error"] == [error]


def test_a_tilsyn_system_gets_a_token_with_its_own_credentials(browser: TestClient, provider: Provider) -> None:
    form = {"grant_type": "client_credentials"}
    answer = browser.post("/token", data=form, auth=("kommune-0851", "system-secret"))
    said = claims(provider, answer.json()["access_token"])
    assert (said["client_id"], said["rights"]) == ("kommune-0851", ["tilsyn.publish:kommune-0851"])
    assert browser.post("/token", data=form, auth=("kommune-0851", "wrong")).status_code == 401
    posted = {**form, "client_id": "kommune-0851", "client_secret": "system-secret"}
    assert browser.post("/token", data=posted).status_code == 200


def test_a_script_gets_a_token_of_a_persona(browser: TestClient, provider: Provider) -> None:
    answer = browser.post("/dev/token", json={"persona": "reporter-solsikken"}).json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3600)
    assert claims(provider, answer["access_token"])["org_name"] == "Blomsterengen ApS"
    listed = {item["persona"] for item in browser.get("/dev/personas").json()["items"]}
    assert listed == set(PERSONAS)


@pytest.mark.parametrize("body", [b'{"persona": "nobody"}', b"[]", b"{", b"\xff", b'{"persona": []}'])
def test_an_unknown_persona_is_a_problem(browser: TestClient, body: bytes) -> None:
    answer = browser.post("/dev/token", content=body)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "https://tilbudsportalen.dk/problems/not-found"


def test_tokens_outlive_the_key_that_signed_them(browser: TestClient, provider: Provider) -> None:
    token = browser.post("/dev/token", json={"persona": "officer-syd"}).json()["access_token"]
    announced = {key["kid"] for key in browser.get("/jwks").json()["keys"]}
    new = browser.post("/dev/rotate").json()["kid"]
    assert new in announced
    assert claims(provider, token)["name"] == "Henrik Dahl"
    fresh = browser.post("/dev/token", json={"persona": "officer-syd"}).json()["access_token"]
    assert jwt.decode(fresh, KeySet.import_key_set(provider.keys.public())).header["kid"] == new


def test_keys_turn_with_age_and_are_forgotten_when_their_tokens_ended(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys.json")
    first = ring.public()["keys"][0]["kid"]
    ring._keys[-2]["began"] -= KEY_SECONDS + 1
    assert len(ring.public()["keys"]) == 3
    ring._keys[0]["retired"] -= 2 * 3600
    ring.rotate()
    assert first not in {key["kid"] for key in ring.public()["keys"]}
    assert KeyRing(tmp_path / "keys.json").public() == ring.public()
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_it_answers_to_its_own_name_only(browser: TestClient) -> None:
    answer = browser.post("/dev/token", json={"persona": "officer-syd"}, headers={"Host": "evil.example"})
    assert answer.status_code == 400


def test_signing_out_leads_to_a_registered_address_only(browser: TestClient) -> None:
    known = {"client_id": "portal", "post_logout_redirect_uri": "http://127.0.0.1:18000/"}
    assert browser.get("/end-session", params=known).headers["location"] == "http://127.0.0.1:18000/"
    foreign = {**known, "post_logout_redirect_uri": "http://evil.example/"}
    assert "location" not in browser.get("/end-session", params=foreign).headers


def test_it_does_not_start_in_production() -> None:
    for environment in ({"TP_ENVIRONMENT": "production"}, {}):
        command = [sys.executable, "-m", "devstack.identity.app"]
        started = subprocess.run(command, env=environment, capture_output=True, timeout=20, check=False)
        assert started.returncode == 1
        assert b"development only" in started.stdout


async def test_the_services_accept_its_tokens_and_no_others(identity: TestIdentity) -> None:
    verifier = TokenVerifier(identity.issuer, "tilbudsportalen")
    principal = await verifier.verify(identity.token("officer-aalborg"))
    assert principal.holds("tilsyn.create", "kommune-0851")
    assert (await verifier.verify(identity.system_token("kommune-0851"))).holds("tilsyn.publish")
    for wrong in (
        identity.token("officer-aalborg", exp=1),
        identity.token("officer-aalborg", aud="other"),
        identity.foreign_token("officer-aalborg"),
    ):
        with pytest.raises(DomainError):
            await verifier.verify(wrong)
