"""Lets another process read a file that comes from anywhere; it has neither our settings nor our connections."""

import asyncio
import json
import sys
from contextlib import suppress
from typing import Any

from web.errors import Unavailable

WALL_SECONDS = 30.0
WAIT_SECONDS = 10.0
# One parser at a time is a core that others do without.
_TURNS = asyncio.Semaphore(2)


async def read_apart(module: str, content: bytes) -> dict[str, Any] | None:
    """Return what ``module``, run as a program, says of ``content``; None where it did not come to an end."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await _TURNS.acquire()
    except TimeoutError as error:
        raise Unavailable(headers={"Retry-After": "10"}) from error
    try:
        return await _run(module, content)
    finally:
        _TURNS.release()


async def _run(module: str, content: bytes) -> dict[str, Any] | None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        async with asyncio.timeout(WALL_SECONDS):
            written, _ = await process.communicate(content)
        if process.returncode == 0:
            return dict(json.loads(written))
    except TimeoutError:
        pass
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return None
