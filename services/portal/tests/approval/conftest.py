"""An officer's browser."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest


@pytest.fixture
async def officer(browser: Callable[[str], Awaitable[httpx2.AsyncClient]]) -> httpx2.AsyncClient:
    """An officer of Socialtilsyn Nord with every right."""
    return await browser("officer-nord-a")
