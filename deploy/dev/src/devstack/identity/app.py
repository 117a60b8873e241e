"""The provider as a web application: ``python -m devstack.identity.app``."""

import os
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route

from devstack import credentials, ports
from devstack.identity import endpoints, pages, signing_in
from devstack.identity.keys import KeyRing
from devstack.identity.provider import PORTAL, Provider, portal_client, system_clients
from devstack.paths import CREDENTIALS, LOCAL
from devstack.topics import authorities

ROUTES = (
    Route("/.well-known/openid-configuration", endpoints.discovery),
    Route("/jwks", endpoints.jwks),
    Route("/authorize", signing_in.authorize, methods=["GET"]),
    Route("/authorize", signing_in.choose, methods=["POST"]),
    Route("/token", endpoints.token, methods=["POST"]),
    Route("/userinfo", endpoints.userinfo, methods=["GET", "POST"]),
    Route("/end-session", signing_in.end_session, methods=["GET", "POST"]),
    Route("/login.css", pages.stylesheet),
    Route("/dev/personas", endpoints.personas),
    Route("/dev/token", endpoints.persona_token, methods=["POST"]),
    Route("/dev/rotate", endpoints.rotate, methods=["POST"]),
    Route("/health/live", endpoints.healthy),
    Route("/health/ready", endpoints.healthy),
)


def create_app(provider: Provider) -> Starlette:
    """Return the web application of ``provider``."""
    # A page elsewhere could have its own name lead here; then the browser sends that name.
    trusted = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    app = Starlette(routes=ROUTES, middleware=[trusted])
    app.state.provider = provider
    return app


def from_checkout() -> Provider:
    """Return the provider of this checkout's stack."""
    secrets = credentials.ensure(CREDENTIALS, {"oauth": (PORTAL, *authorities())})["oauth"]
    portal = portal_client(f"http://127.0.0.1:{ports.port('portal')}", secrets[PORTAL])
    clients = {**system_clients(secrets), PORTAL: portal}
    return Provider(f"http://127.0.0.1:{ports.port('identity')}", KeyRing(LOCAL / "identity" / "keys.json"), clients)


def main() -> int:
    """Serve on loopback, in development only."""
    if os.environ.get("TP_ENVIRONMENT") != "development":
        print("The development identity provider trusts everybody: it starts with TP_ENVIRONMENT=development only.")
        return 1
    uvicorn.run(
        create_app(from_checkout()),
        host="127.0.0.1",
        port=ports.port("identity"),
        log_level="warning",
        access_log=False,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
