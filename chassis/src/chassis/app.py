"""The HTTP process of a service: one function that wires everything that all of them have."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.routing import APIRoute

from chassis.auth import TokenVerifier, declares_access
from chassis.database import Database
from chassis.health import database_away, health_router
from chassis.middleware import RequestCheckMiddleware, TelemetryMiddleware, refuse_unknown_parameters
from chassis.problems import ProblemTypes, add_problem_handlers
from chassis.process import set_up_process
from chassis.settings import Settings

BODY_LIMIT = 2 * 1024 * 1024


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
    body_limit: int = BODY_LIMIT,
    database: Database | None = None,
    strict_parameters: bool = True,
) -> FastAPI:
    """Return the app of a service.

    ``problems`` is the closed list of its problem types. ``database`` is given by tests; otherwise the one of
    ``settings`` is used. ``strict_parameters`` refuses query parameters that a route does not declare; pages, whose
    links others decorate, do without. ValueError when a route does not declare who may call it.
    """
    own_database = database or Database.of(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await own_database.close()

    app = FastAPI(
        title=title,
        version="1",
        lifespan=lifespan,
        dependencies=[Depends(refuse_unknown_parameters)] if strict_parameters else [],
        separate_input_output_schemas=False,
    )
    app.state.settings = settings
    app.state.database = own_database
    app.state.query_parameters = {}
    app.state.verifier = TokenVerifier(settings.identity_issuer, settings.identity_audience)
    for router in (*routers, health_router(partial(database_away, own_database))):
        _check_access(router)
        app.include_router(router)
    add_problem_handlers(app, problems)
    app.add_middleware(RequestCheckMiddleware, body_limit=body_limit)
    app.add_middleware(TelemetryMiddleware)
    return app


def _check_access(router: APIRouter) -> None:
    for route in router.routes:
        if isinstance(route, APIRoute) and not _declares_access(route.dependant):
            raise ValueError(f"the route {route.path} does not declare who may call it")


def _declares_access(dependant: Any) -> bool:
    return any(
        declares_access(dependency.call) or _declares_access(dependency) for dependency in dependant.dependencies
    )


def serve(app: FastAPI) -> None:
    """Run ``app`` until the process is told to stop."""
    settings: Settings = app.state.settings
    set_up_process(settings, app.state.database.engine)
    uvicorn.run(
        app,
        # The faster one, httptools, lets a request's head grow without end.
        http="h11",
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        loop="uvloop",
        timeout_graceful_shutdown=20,
    )
