"""The portal's pages: ``python -m portal.app``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from fastapi import FastAPI
from starlette.middleware import Middleware

from chassis.database import Database
from contracts.about import ABOUT
from contracts.error_codes import ENGLISH_DETAILS
from contracts.problems import PROBLEMS
from portal.assets import Assets
from portal.clients import Backends
from portal.error_pages import HtmlProblems, add_error_pages
from portal.public.texts.loading import Texts
from portal.rendering import environment, security_headers
from portal.routers import create_routers
from portal.sessions.oidc import IdentityProvider
from portal.sessions.sealing import Seal
from portal.settings import PortalSettings
from web.app import create_app, serve
from web.openapi import ServiceInfo


def build(
    settings: PortalSettings, database: Database | None = None, transport: httpx2.AsyncBaseTransport | None = None
) -> FastAPI:
    """Return the portal's app; tests give a ``database``, and a ``transport`` to services of their own."""
    app = create_app(
        settings,
        title="Tilbudsportalen: portal",
        routers=create_routers(),
        about=ServiceInfo(*ABOUT["portal"]),
        problems=PROBLEMS,
        english_details=ENGLISH_DETAILS,
        database=database,
        pages=True,
        middleware=[Middleware(HtmlProblems, headers=security_headers(settings))],
    )
    assets = Assets(settings.assets_dir)
    app.state.seal = Seal(settings.session_key.get_secret_value())
    app.state.identity = IdentityProvider(settings)
    app.state.backends = Backends(settings, transport)
    app.state.texts = Texts(settings.texts_dir)
    app.state.templates = environment(assets)
    app.state.templates.globals["contacts"] = app.state.texts.contacts
    _close_at_the_end(app)
    add_error_pages(app, security_headers(settings))
    assets.mount(app)
    return app


def _close_at_the_end(app: FastAPI) -> None:
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(running: FastAPI) -> AsyncIterator[None]:
        async with inner(running):
            yield
        await app.state.backends.close()

    app.router.lifespan_context = lifespan


if __name__ == "__main__":
    serve(build(PortalSettings.load()))
