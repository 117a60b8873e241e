"""The HTTP process of a service: one function that wires everything that all of them have."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.middleware import Middleware

from chassis.database import Database
from chassis.health import database_away, health_router
from chassis.http_server import serve
from chassis.settings import Settings
from web.accept_headers import CompressionMiddleware
from web.admission import Admission
from web.auth import TokenVerifier, public
from web.conditional_reads import ConditionalReadMiddleware
from web.docs_page import docs_router
from web.head_requests import HeadMiddleware
from web.middleware import (
    RequestCheckMiddleware,
    TelemetryMiddleware,
    refuse_other_media_types,
    refuse_unknown_parameters,
)
from web.openapi import NOTHING_SAID, DescribedApp, ServiceInfo
from web.problems import ProblemTypes, add_problem_handlers
from web.routes import undeclared

__all__ = ["Db", "create_app", "serve"]

BODY_LIMIT = 2 * 1024 * 1024
COMPRESSED_FROM = 1_024
# The highest level takes three times as long for a hundredth less.
COMPRESSION = 5
ReasonsNotReady = Callable[[], Awaitable[Sequence[str]]]
NO_TRANSLATION: Mapping[str, str] = MappingProxyType({})


# A plain function would be run in another thread, which costs more than the rest of what is around a route.
async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


Db = Annotated[Database, Depends(_database)]
"""The database of the service, as a parameter of a route."""


def create_app(
    settings: Settings,
    *,
    title: str,
    routers: Sequence[APIRouter],
    problems: ProblemTypes,
    english_details: Mapping[str, str] = NO_TRANSLATION,
    body_limit: int = BODY_LIMIT,
    database: Database | None = None,
    pages: bool = False,
    middleware: Sequence[Middleware] = (),
    about: ServiceInfo = NOTHING_SAID,
    reasons_not_ready: ReasonsNotReady | None = None,
) -> FastAPI:
    """Return the app of a service.

    ``problems`` is the closed list of its problem types, ``english_details`` says in English what the code of an error
    means. ``database`` is given by tests; otherwise the one of
    ``settings`` is used. ``pages`` says that its routes are read by people: their links may come decorated with query
    parameters that a route does not declare, and pages of other sites may not read them. ``middleware`` is the
    service's own, which sees answers before they are compressed. ``about`` is for the OpenAPI document.
    ``reasons_not_ready`` tells what keeps the service from working, where that is more than its database. ValueError
    when a route does not declare who may call it.
    """
    own_database = database or Database.of(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await own_database.close()

    checks = [refuse_other_media_types] if pages else [refuse_unknown_parameters, refuse_other_media_types]
    app = DescribedApp(
        about=about,
        pages=pages,
        title=title,
        version="1",
        lifespan=lifespan,
        dependencies=[Depends(check) for check in checks],
        separate_input_output_schemas=False,
        redirect_slashes=False,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # Its own traces hold query strings.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        middleware=[
            Middleware(HeadMiddleware),
            Middleware(TelemetryMiddleware),
            Middleware(CompressionMiddleware, minimum_size=COMPRESSED_FROM, compresslevel=COMPRESSION),
            *middleware,
            Middleware(
                RequestCheckMiddleware,
                body_limit=body_limit,
                admission=Admission(settings),
                open_to_browsers=not pages,
            ),
            Middleware(ConditionalReadMiddleware),
        ],
    )
    app.state.settings = settings
    app.state.database = own_database
    app.state.pages = pages
    app.state.english_details = english_details
    app.state.query_parameters = {}
    app.state.verifier = TokenVerifier(settings.identity_issuer, settings.identity_audience)
    for router in (*routers, docs_router()):
        app.include_router(router)
    app.include_router(
        health_router(reasons_not_ready or partial(database_away, own_database)), dependencies=[Depends(public)]
    )
    if missing := undeclared(app):
        raise ValueError(f"the route {missing[0]} does not declare who may call it")
    add_problem_handlers(app, problems)
    return app
