"""The form definition over HTTP."""

from typing import Any

from services.reporting.tests.http_requests import STEPS


async def test_the_form_is_for_everybody_who_is_signed_in(client_as: Any) -> None:
    reader = await client_as("family-own")
    response = await reader.get("/v1/form/botilbud-laengerevarende")
    assert response.status_code == 200
    assert [step["id"] for step in response.json()["steps"]] == list(STEPS)
    tag = response.headers["ETag"]
    again = await reader.get("/v1/form/botilbud-laengerevarende", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    other = await reader.get("/v1/form/botilbud-laengerevarende?at=2020-01-01&other=opholdssted")
    assert other.json()["at"] == "2020-01-01"
    assert other.headers["ETag"] != tag
    for path in ("nonsense", "plejefamilie-almen", "botilbud-laengerevarende?at=1999-01-01"):
        assert (await reader.get(f"/v1/form/{path}")).status_code == 404
    assert (await reader.get("/v1/form/botilbud-laengerevarende?at=soon")).status_code == 422
    nobody = await client_as(None)
    assert (await nobody.get("/v1/form/botilbud-laengerevarende")).status_code == 401
