"""A little service as real processes, on a database and topics of its own, to be mutation by the tests."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.scale import Scale
from tests.chaos.worker_harness import WorkerHarness, open_harness


@pytest.fixture(scope="session")
def scale() -> Scale:
    """How long and how large, as ``make chaos`` says; without it, the short form."""
    return Scale.of(os.environ)


@pytest.fixture
async def harness(kafka: Any, postgres: Any, tmp_path: Path, scale: Scale) -> AsyncIterator[WorkerHarness]:
    """The little service, not started yet; whatever it started is gone at the end."""
    print(f"seed {scale.seed}")  # noqa: T201  pytest shows it with a failure.
    async with open_harness(kafka, postgres, tmp_path) as opened:
        yield opened
