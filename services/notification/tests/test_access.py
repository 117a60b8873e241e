"""Every route asks who is calling."""

from typing import Any

import pytest

from services.notification.tests.factories import (
    SOLSIKKEN,
    Client,
)

ROUTES = [
    ("PUT", f"/v1/follows/tilbud/{SOLSIKKEN}"),
    ("DELETE", f"/v1/follows/tilbud/{SOLSIKKEN}"),
    ("GET", "/v1/follows"),
    ("GET", "/v1/unfollowed"),
    ("GET", "/v1/preferences"),
    ("PUT", "/v1/preferences"),
    ("GET", f"/v1/deliveries?about={SOLSIKKEN}"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_nobody_gets_in_without_a_token_of_ours(client: Client, identity: Any, method: str, path: str) -> None:
    for token in (None, "nonsense", identity.foreign_token("reporter-solsikken")):
        async with client(token) as api:
            answer = await api.request(method, path)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
