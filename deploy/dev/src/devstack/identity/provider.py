"""The provider's state: its clients and the codes that wait to be exchanged."""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from devstack.identity.keys import KeyRing

CODE_SECONDS = 60
RENEWAL_SECONDS = 3600 * 10
PORTAL = "portal"


@dataclass(frozen=True)
class Client:
    """A registered client. Redirect addresses are compared as whole strings."""

    id: str
    secret: str
    redirect_uris: frozenset[str] = frozenset()
    post_logout_uris: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Code:
    """An authorization code: whom it stands for, who may exchange it, and how it must be proved."""

    client_id: str
    redirect_uri: str
    persona: str
    challenge: str
    nonce: str | None
    until: float

    def proved_by(self, verifier: str) -> bool:
        """Return whether ``verifier`` is what the challenge was made from (RFC 7636, S256)."""
        digest = hashlib.sha256(verifier.encode()).digest()
        return secrets.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), self.challenge)


@dataclass(frozen=True)
class Renewal:
    """What a refresh token stands for: who may use it, and for whom."""

    client_id: str
    persona: str
    until: float


@dataclass
class Provider:
    """One identity provider."""

    issuer: str
    keys: KeyRing
    clients: Mapping[str, Client]
    codes: dict[str, Code] = field(default_factory=dict)
    renewals: dict[str, Renewal] = field(default_factory=dict)

    def issue(self, request: Mapping[str, str], persona: str) -> str:
        """Return a new code for the sign-in that ``request`` asked for."""
        self.codes = {text: code for text, code in self.codes.items() if code.until > time.time()}
        text = secrets.token_urlsafe(32)
        self.codes[text] = Code(
            request["client_id"],
            request["redirect_uri"],
            persona,
            request["code_challenge"],
            request.get("nonce"),
            time.time() + CODE_SECONDS,
        )
        return text

    def redeem(self, text: str, client_id: str, redirect_uri: str, verifier: str) -> Code | None:
        """Take the code out and return it when everything about it is right; a code can be tried once."""
        code = self.codes.pop(text, None)
        if code is None or code.until < time.time():
            return None
        if (code.client_id, code.redirect_uri) != (client_id, redirect_uri):
            return None
        return code if code.proved_by(verifier) else None

    def allow_renewal(self, client_id: str, persona: str) -> str:
        """Return a refresh token, with which a client gets new tokens of a persona once."""
        self.renewals = {text: each for text, each in self.renewals.items() if each.until > time.time()}
        text = secrets.token_urlsafe(32)
        self.renewals[text] = Renewal(client_id, persona, time.time() + RENEWAL_SECONDS)
        return text

    def renew(self, text: str, client_id: str) -> str | None:
        """Take the refresh token out and return its persona; None when it is not this client's, or too old."""
        found = self.renewals.pop(text, None)
        return found.persona if found and found.client_id == client_id and found.until > time.time() else None

    def authenticated(self, client_id: str, secret: str) -> Client | None:
        """Return the client with this id when the secret is its own."""
        client = self.clients.get(client_id)
        if client is None or not secrets.compare_digest(client.secret.encode(), secret.encode()):
            return None
        return client


def portal_client(portal_url: str, secret: str) -> Client:
    """Return the portal's registration."""
    callback = frozenset({f"{portal_url}/login/callback"})
    return Client(PORTAL, secret, callback, frozenset({f"{portal_url}/", portal_url}))


def system_clients(passwords: Mapping[str, str]) -> dict[str, Client]:
    """Return the registrations of the authorities' tilsyn systems."""
    return {name: Client(name, secret) for name, secret in passwords.items() if name != PORTAL}
