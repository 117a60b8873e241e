"""The HTTP process of a service: one function that wires everything that all of them have."""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.auth import TokenVerifier, declares_access, public
from chassis.database import Database, is_conflict, is_outage
from chassis.guards import RequestGuard, RequestObserver, refuse_unknown_parameters
from chassis.problems import Problem, add_problem_handlers
from chassis.settings import Settings
from chassis.telemetry import set_up_telemetry

log = logging.getLogger(__name__)

BODY_LIMIT = 2 * 1024 * 1024


def create_app(
    settings: Settings,
    *,
    title: str,
    routers: Sequence[APIRouter],
    problems: Mapping[str, tuple[int, str]],
    body_limit: int = BODY_LIMIT,
    database: Database | None = None,
    strict_parameters: bool = True,
) -> FastAPI:
    """Return the app of a service.

    ``problems`` are the service's own problem types. ``database`` is given by tests; otherwise the one of
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
    app.state.verifier = TokenVerifier(settings.identity_issuer, settings.identity_audience)
    for router in (*routers, health_router(own_database)):
        _check_access(router)
        app.include_router(router)
    add_problem_handlers(app, problems)
    _answer_outages(app)
    app.add_middleware(RequestGuard, body_limit=body_limit)
    app.add_middleware(RequestObserver)
    return app


def _check_access(router: APIRouter) -> None:
    for route in router.routes:
        if isinstance(route, APIRoute) and not _declares_access(route.dependant):
            raise ValueError(f"the route {route.path} does not declare who may call it")


def _declares_access(dependant: Any) -> bool:
    return any(
        declares_access(dependency.call) or _declares_access(dependency) for dependency in dependant.dependencies
    )


def _answer_outages(app: FastAPI) -> None:
    handler = app.exception_handlers[Problem]

    async def on_error(request: Any, error: Exception) -> Any:
        if is_outage(error) or is_conflict(error):
            outage = Problem("unavailable", "Prøv igen om lidt.", headers={"Retry-After": "5"})
            return await handler(request, outage)  # type: ignore[misc]
        log.error("request failed", exc_info=error, extra={"method": request.method})
        return await handler(request, Problem("internal"))  # type: ignore[misc]

    app.add_exception_handler(Exception, on_error)


def health_router(database: Database) -> APIRouter:
    """Return the routes that an orchestrator and Prometheus ask."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(public)])

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/health/ready")
    async def ready() -> Response:
        try:
            await database.ping()
        except Exception:  # noqa: BLE001  Whatever keeps the database from answering, the answer is: not ready.
            return JSONResponse({"status": "not ready", "reasons": ["database"]}, 503)
        return JSONResponse({"status": "ready", "reasons": []})

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


def serve(app: FastAPI) -> None:
    """Run ``app`` until the process is told to stop."""
    settings: Settings = app.state.settings
    set_up_telemetry(settings, app.state.database.engine)
    uvicorn.run(
        app,
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        loop="uvloop",
        timeout_graceful_shutdown=20,
    )
