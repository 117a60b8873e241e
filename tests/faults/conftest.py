"""A little service as real processes, on a database and topics of its own, to be broken by the tests."""

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "chassis" / "tests")]

from arena import Arena, arena_for  # noqa: E402
from scale import Scale  # noqa: E402


@pytest.fixture(scope="session")
def scale() -> Scale:
    """How long and how large, as ``make faults`` says; without it, the short form."""
    return Scale.of(os.environ)


@pytest.fixture
async def arena(kafka: Any, postgres: Any, tmp_path: Path, scale: Scale) -> AsyncIterator[Arena]:
    """The little service, not started yet; whatever it started is gone at the end."""
    print(f"seed {scale.seed}")  # noqa: T201  pytest shows it with a failure.
    async with arena_for(kafka, postgres, tmp_path) as opened:
        yield opened
