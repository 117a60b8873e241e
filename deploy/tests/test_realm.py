"""Keycloak's realm against the personas, the identity provider of `make up`, and docker-compose.yml."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from contracts.topics import SERVICES
from deploy.tests.containers import ROOT, Compose
from devstack import keycloak, topics
from devstack.identity.provider import portal_client
from devstack.personas import PERSONAS, system_claims
from portal.sessions.oidc import IdentityProvider
from portal.settings import PortalSettings

FIXED_PERSONAS = (
    *("reporter-solsikken", "reporter-valmuen", "reporter-other", "operator-economy"),
    *("officer-nord-a", "officer-nord-b", "officer-nord-basic", "officer-syd", "officer-aalborg", "officer-region"),
    *("caseworker-aalborg", "caseworker-no-access", "family-own", "no-tilbud", "national-operator"),
)
FIXED_SYSTEMS = (
    *("socialtilsyn-hovedstaden", "socialtilsyn-oest", "socialtilsyn-syd", "socialtilsyn-midt", "socialtilsyn-nord"),
    *("kommune-0851", "region-1081"),
)


@pytest.fixture(scope="module")
def text() -> str:
    """The committed file."""
    return (ROOT / "deploy/keycloak/realm.json").read_text()


@pytest.fixture(scope="module")
def realm(text: str, compose: Compose) -> dict[str, Any]:
    """The realm as Keycloak imports it, its words replaced by what stands in its environment."""
    environment = compose.environment("keycloak")
    found: dict[str, Any] = json.loads(re.sub(r"\$\{(\w+)\}", lambda word: environment[word[1]], text))
    return found


def client(realm: dict[str, Any], name: str) -> dict[str, Any]:
    """Return one client of the realm."""
    return next(each for each in realm["clients"] if each["clientId"] == name)


def fixed_claims(found: dict[str, Any]) -> dict[str, Any]:
    """Return the claims that a client's tokens always have."""
    configs = [m["config"] for m in found["protocolMappers"] if m["protocolMapper"] == "oidc-hardcoded-claim-mapper"]
    read: dict[str, Callable[[str], Any]] = {"String": str, "JSON": json.loads}
    return {each["claim.name"]: read[each["jsonType.label"]](each["claim.value"]) for each in configs}


def test_the_file_is_what_the_personas_give(text: str) -> None:
    assert text == keycloak.text(), "run: python -m devstack.keycloak > deploy/keycloak/realm.json"


def test_it_holds_no_secret(text: str) -> None:
    for value in re.findall(r'"(?:secret|value)": "(.*)"', text):
        assert re.fullmatch(r"\$\{\w+\}", value)


@pytest.mark.parametrize("persona", FIXED_PERSONAS)
def test_every_persona_signs_in_as_with_make_up(realm: dict[str, Any], compose: Compose, persona: str) -> None:
    user = next(each for each in realm["users"] if each["username"] == persona)
    claims = PERSONAS[persona].claims
    assert user["id"] == claims["sub"]
    assert f"{user['firstName']} {user['lastName']}" == claims["name"]
    assert user["email"] == claims["email"]
    own = {name: user["attributes"].get(name, []) for name in ("cvr", "org_name", "loa", "rights")}
    assert own == {
        "cvr": [claims["cvr"]] if claims["cvr"] else [],
        "org_name": [claims["org_name"]] if claims["org_name"] else [],
        "loa": ["substantial"],
        "rights": claims["rights"],
    }
    assert user["credentials"][0]["value"] == compose.secrets["DEMO_PASSWORD"]


def test_nobody_else_can_sign_in(realm: dict[str, Any]) -> None:
    assert {user["username"] for user in realm["users"]} == set(PERSONAS) == set(FIXED_PERSONAS)
    assert realm["registrationAllowed"] is False


def test_users_cannot_change_whom_they_act_for(realm: dict[str, Any]) -> None:
    (profile,) = realm["components"]["org.keycloak.userprofile.UserProfileProvider"]
    (config,) = profile["config"]["kc.user.profile.config"]
    edits = {each["name"]: each["permissions"]["edit"] for each in json.loads(config)["attributes"]}
    assert {"cvr", "org_name", "loa", "rights"} <= set(edits)
    assert set(map(tuple, edits.values())) == {("admin",)}


def test_a_person_s_token_carries_every_claim(realm: dict[str, Any]) -> None:
    portal = client(realm, "portal")
    mapped = {
        m["config"]["claim.name"]: m["config"] for m in portal["protocolMappers"] if "user.attribute" in m["config"]
    }
    assert set(mapped) == {"cvr", "org_name", "loa", "rights"}
    assert {name for name, config in mapped.items() if config["multivalued"] == "true"} == {"rights"}
    assert all(config["access.token.claim"] == "true" for config in mapped.values())
    # Keycloak's own scopes give sub, name and email.
    assert set(portal["defaultClientScopes"]) == {"basic", "profile", "email"}
    assert "clientScopes" not in realm


@pytest.mark.parametrize("name", ["portal", *keycloak.SYSTEMS])
def test_every_client_s_token_is_one_that_the_services_take(realm: dict[str, Any], compose: Compose, name: str) -> None:
    found = client(realm, name)
    audience = [m["config"] for m in found["protocolMappers"] if m["protocolMapper"] == "oidc-audience-mapper"]
    assert [each["included.custom.audience"] for each in audience] == ["tilbudsportalen"]
    assert {compose.environment(each)["TP_IDENTITY_AUDIENCE"] for each in SERVICES} == {"tilbudsportalen"}
    assert found["attributes"]["access.token.header.type.rfc9068"] == "true"
    assert found["attributes"]["access.token.signed.response.alg"] == "RS256"
    assert fixed_claims(found)["client_id"] == name
    assert found["secret"] == compose.secrets[keycloak.secret_word(name)]
    assert not found["publicClient"]
    assert not found["directAccessGrantsEnabled"]


@pytest.mark.parametrize("authority", keycloak.SYSTEMS)
def test_a_tilsyn_system_may_publish_for_its_authority_and_nothing_else(realm: dict[str, Any], authority: str) -> None:
    found = client(realm, authority)
    claims = fixed_claims(found)
    assert claims == {"client_id": authority, **system_claims(authority)}
    assert claims["rights"] == [f"tilsyn.publish:{authority}"]
    assert found["serviceAccountsEnabled"]
    assert not found["standardFlowEnabled"]


def test_the_clients_are_the_portal_and_the_systems_of_the_demonstration(realm: dict[str, Any]) -> None:
    assert {each["clientId"] for each in realm["clients"]} == {"portal", *keycloak.SYSTEMS}
    assert set(keycloak.SYSTEMS) == {*FIXED_SYSTEMS}
    assert set(keycloak.SYSTEMS) <= set(topics.authorities())


def test_the_portal_comes_back_to_the_address_that_is_registered(realm: dict[str, Any], compose: Compose) -> None:
    found = client(realm, "portal")
    environment = compose.environment("portal")
    same = portal_client(environment["TP_PORTAL_URL"], environment["TP_OIDC_CLIENT_SECRET"])
    assert set(found["redirectUris"]) == same.redirect_uris == {"http://127.0.0.1:18000/login/callback"}
    assert found["attributes"]["post.logout.redirect.uris"] in same.post_logout_uris
    assert found["attributes"]["pkce.code.challenge.method"] == "S256"
    assert found["secret"] == environment["TP_OIDC_CLIENT_SECRET"]
    settings: dict[str, Any] = {word.removeprefix("TP_").lower(): value for word, value in environment.items()}
    provider = IdentityProvider(PortalSettings(assets_dir="unused", **settings))
    assert found["redirectUris"] == [provider._redirect]


def test_browsers_and_containers_know_keycloak_by_one_address(compose: Compose) -> None:
    keycloak_service = compose.services["keycloak"]
    environment = compose.environment("keycloak")
    port = keycloak_service["ports"][0]
    issuers = {compose.environment(service)["TP_IDENTITY_ISSUER"] for service in SERVICES}
    assert issuers == {f"{environment['KC_HOSTNAME']}/realms/{keycloak.REALM}"}
    assert environment["KC_HOSTNAME"] == f"http://keycloak.localhost:{port['published']}"
    assert environment["KC_HTTP_PORT"] == port["published"] == str(port["target"])
    for network in keycloak_service["networks"].values():
        assert network["aliases"] == ["keycloak.localhost"]
    for service in SERVICES:
        assert set(compose.services[service]["networks"]) & set(keycloak_service["networks"])
    mounted = {volume["target"] for volume in keycloak_service["volumes"]}
    assert "/opt/keycloak/data/import/tilbudsportalen-realm.json" in mounted
    assert "--import-realm" in keycloak_service["command"]
