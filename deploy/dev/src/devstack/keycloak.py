"""The realm that Keycloak imports in docker-compose.yml: the same people, clients and claims as our own provider.

``python -m devstack.keycloak > deploy/keycloak/realm.json``. No secret stands in the file: Keycloak fills in the words
in ``${...}`` from its environment when it imports the realm.
"""

import json
import sys
from collections.abc import Iterable
from typing import Any

from devstack.identity.keys import ALGORITHM, TOKEN_SECONDS
from devstack.identity.provider import PORTAL
from devstack.identity.tokens import AUDIENCE
from devstack.personas import CVR_OF_AUTHORITY, PERSONAS, Persona, system_claims

REALM = "tilbudsportalen"
# The authorities of the demonstration data; another one's system is registered by hand, in the same way.
SYSTEMS = tuple(CVR_OF_AUTHORITY)
PORTAL_URL = "${PORTAL_URL}"
DEMO_PASSWORD = "${DEMO_PASSWORD}"  # noqa: S105 - a word that Keycloak replaces
# What a token says about a person beyond what Keycloak itself knows: claim, Danish label, has many values.
ATTRIBUTES = (
    ("cvr", "CVR-nummer", False),
    ("org_name", "Organisation", False),
    ("loa", "Sikringsniveau", False),
    ("rights", "Rettigheder", True),
)
BUILT_IN = (("username", "Brugernavn"), ("email", "E-mail"), ("firstName", "Fornavn"), ("lastName", "Efternavn"))
Json = dict[str, Any]


def realm() -> Json:
    """Return the realm in Keycloak's import format (RealmRepresentation)."""
    return {
        "realm": REALM,
        "displayName": "Tilbudsportalen",
        "enabled": True,
        "sslRequired": "external",
        "registrationAllowed": False,
        "editUsernameAllowed": False,
        "bruteForceProtected": True,
        "internationalizationEnabled": True,
        "supportedLocales": ["da", "en"],
        "defaultLocale": "da",
        "defaultSignatureAlgorithm": ALGORITHM,
        "accessTokenLifespan": TOKEN_SECONDS,
        # As long as one may pause at the portal before its session ends.
        "ssoSessionIdleTimeout": TOKEN_SECONDS,
        "clients": [_portal(), *map(_system, SYSTEMS)],
        "users": [_user(persona) for persona in PERSONAS.values()],
        "components": {"org.keycloak.userprofile.UserProfileProvider": [_profile()]},
    }


def secret_word(client: str) -> str:
    """Return the environment variable that holds the secret of ``client``."""
    return f"OIDC_SECRET_{client.replace('-', '_').upper()}"


def _portal() -> Json:
    person = [_attribute(name, many=many) for name, _, many in ATTRIBUTES]
    return _client(PORTAL, [*person, _audience(), _fixed("client_id", PORTAL)]) | {
        "standardFlowEnabled": True,
        "redirectUris": [f"{PORTAL_URL}/login/callback"],
        "webOrigins": [],
        "defaultClientScopes": ["basic", "profile", "email"],
        "attributes": _signing()
        | {
            "pkce.code.challenge.method": "S256",
            "post.logout.redirect.uris": f"{PORTAL_URL}/",
            "use.refresh.tokens": "true",
        },
    }


def _system(authority: str) -> Json:
    claims = {"client_id": authority, **system_claims(authority)}
    return _client(authority, [_audience(), *(_fixed(name, value) for name, value in claims.items())]) | {
        "name": claims["name"],
        "serviceAccountsEnabled": True,
        # Without the scope `basic` Keycloak adds no sub of its own beside ours.
        "defaultClientScopes": [],
        "attributes": _signing(),
    }


def _client(name: str, mappers: list[Json]) -> Json:
    return {
        "clientId": name,
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": False,
        "clientAuthenticatorType": "client-secret",
        "secret": f"${{{secret_word(name)}}}",
        "standardFlowEnabled": False,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": False,
        "fullScopeAllowed": False,
        "optionalClientScopes": [],
        "protocolMappers": mappers,
    }


def _signing() -> dict[str, str]:
    # RFC 9068: the header of an access token says typ: at+jwt, so that no id token passes for one.
    return {
        "access.token.header.type.rfc9068": "true",
        "access.token.signed.response.alg": ALGORITHM,
        "id.token.signed.response.alg": ALGORITHM,
    }


def _mapper(name: str, kind: str, config: dict[str, str]) -> Json:
    return {"name": name, "protocol": "openid-connect", "protocolMapper": kind, "config": config}


def _audience() -> Json:
    config = {"included.custom.audience": AUDIENCE, "access.token.claim": "true", "id.token.claim": "false"}
    return _mapper("audience", "oidc-audience-mapper", config)


def _attribute(name: str, *, many: bool) -> Json:
    config = {
        "user.attribute": name,
        "claim.name": name,
        "jsonType.label": "String",
        "multivalued": str(many).lower(),
        "access.token.claim": "true",
        "id.token.claim": "true",
        "userinfo.token.claim": "true",
    }
    return _mapper(name, "oidc-usermodel-attribute-mapper", config)


def _fixed(name: str, value: object) -> Json:
    text, kind = (value, "String") if isinstance(value, str) else (json.dumps(value), "JSON")
    config = {
        "claim.name": name,
        "claim.value": text,
        "jsonType.label": kind,
        "access.token.claim": "true",
        "id.token.claim": "false",
        "userinfo.token.claim": "false",
    }
    return _mapper(name, "oidc-hardcoded-claim-mapper", config)


def _user(persona: Persona) -> Json:
    claims = persona.claims
    first, _, last = persona.name.rpartition(" ")
    attributes = {name: _values(claims[name]) for name, _, _ in ATTRIBUTES}
    return {
        # The same `sub` as from our own provider, so that what a person did stays theirs.
        "id": claims["sub"],
        "username": persona.id,
        "enabled": True,
        "email": persona.email,
        "emailVerified": True,
        "firstName": first,
        "lastName": last,
        "attributes": {name: values for name, values in attributes.items() if values},
        "credentials": [{"type": "password", "value": DEMO_PASSWORD, "temporary": False}],
    }


def _values(claim: object) -> list[str]:
    values: Iterable[object] = claim if isinstance(claim, list) else [claim]
    return [str(value) for value in values if value]


def _profile() -> Json:
    """Return the attributes that users have; only an administrator may change who somebody acts for."""
    shown = [*((name, label, False) for name, label in BUILT_IN), *ATTRIBUTES]
    attributes = [
        {
            "name": name,
            "displayName": label,
            "multivalued": many,
            "permissions": {"view": ["admin", "user"], "edit": ["admin"]},
        }
        for name, label, many in shown
    ]
    config = json.dumps({"attributes": attributes}, ensure_ascii=False)
    return {"providerId": "declarative-user-profile", "config": {"kc.user.profile.config": [config]}}


def text() -> str:
    """Return the realm as it stands in the file."""
    return json.dumps(realm(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
