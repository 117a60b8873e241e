"""What is logged, and how often."""

import json
import logging
import subprocess
import sys
from pathlib import Path

from chassis.telemetry import RateLimitFilter


def record(name: str, line: int, *, failed: bool = False) -> logging.LogRecord:
    error = sys.exception() if failed else None
    exc_info = (type(error), error, None) if error else None
    return logging.LogRecord(name, logging.ERROR, "file.py", line, "no broker", None, exc_info)


def test_a_library_says_the_same_thing_once_in_a_while() -> None:
    rate_limit = RateLimitFilter()
    assert [rate_limit.filter(record("aiokafka.client", 7)) for _ in range(500)] == [True] + [False] * 499
    assert rate_limit.filter(record("aiokafka.client", 8))


def test_our_own_lines_and_exceptions_are_always_logged() -> None:
    rate_limit = RateLimitFilter()
    assert all(rate_limit.filter(record("chassis.consume", 7)) for _ in range(3))
    try:
        raise ValueError
    except ValueError:
        assert all(rate_limit.filter(record("uvicorn.error", 9, failed=True)) for _ in range(3))


TRACED = """
import asyncio, sys
from pathlib import Path
import httpx2
from fastapi import APIRouter, Depends
from web.app import create_app
from web.auth import public
from chassis.process import set_up_process
from tests.support.things import PROBLEMS, ThingsSettings

router = APIRouter(dependencies=[Depends(public)])

@router.get("/callback")
async def callback() -> str:
    return "x"

@router.get("/things/{thing_id}")
async def thing(thing_id: str) -> None:
    raise RuntimeError(thing_id)

settings = ThingsSettings(
    database_url="postgresql+asyncpg://nobody:x@127.0.0.1:1/none", kafka_bootstrap="none", identity_issuer="http://x",
    identity_audience="things",
    trace_file=Path(sys.argv[1]),
)
app = create_app(settings, title="Things", routers=[router], problems=PROBLEMS, pages=True)
set_up_process(settings, app.state.database.engine)

async def ask() -> None:
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://service") as client:
        for target in ("/callback?code=SECRET-1&state=SECRET-2", "/things/SECRET-3?q=SECRET-4", "/nowhere/SECRET-5"):
            await client.get(target, headers={"Authorization": "Bearer SECRET-6", "Cookie": "s=SECRET-7"})
            await client.request("SECRET-8", target)

asyncio.run(ask())
"""


def test_no_trace_and_no_log_holds_what_an_address_or_a_header_held(tmp_path: Path) -> None:
    traces = tmp_path / "spans.jsonl"
    command = [sys.executable, "-c", TRACED, str(traces)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603
    spans = [json.loads(line) for line in traces.read_text().splitlines()]
    assert {span["name"] for span in spans} >= {"GET /callback", "GET /things/{thing_id}", "other /callback"}
    assert "SECRET" not in traces.read_text()
    assert "request failed" in ran.stderr
    assert "SECRET" not in ran.stderr
