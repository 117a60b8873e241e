"""The routes that an orchestrator and Prometheus ask, of every process."""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis import metrics
from chassis.database import Database

READING = ["GET", "HEAD"]
PROXIED = {"x-forwarded-for", "forwarded"}


def health_router(
    reasons_not_ready: Callable[[], Awaitable[Sequence[str]]], reasons_dead: Callable[[], Sequence[str]] = tuple
) -> APIRouter:
    """Return the routes; a process with reasons is not ready, or is dead and has to be started anew."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/health/live", methods=READING)
    async def live() -> Response:
        return _answer("live", "dead", reasons_dead())

    @router.api_route("/health/ready", methods=READING)
    async def ready() -> Response:
        return _answer("ready", "not ready", await reasons_not_ready())

    @router.api_route("/metrics", methods=READING)
    async def show_metrics(request: Request) -> Response:
        if PROXIED & set(request.headers):
            # They are for who reaches the process itself; the public comes through a proxy.
            return Response(status_code=404)
        metrics.not_ready.clear()
        for reason in await reasons_not_ready():
            metrics.not_ready.labels(reason).set(1)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


def _answer(good: str, bad: str, reasons: Sequence[str]) -> Response:
    return JSONResponse({"status": bad if reasons else good, "reasons": list(reasons)}, 503 if reasons else 200)


async def database_away(database: Database) -> list[str]:
    """Return ``database`` as the reason when it does not answer."""
    try:
        await database.ping()
    except Exception:  # noqa: BLE001  Whatever keeps the database from answering: not ready.
        return ["database"]
    return []
