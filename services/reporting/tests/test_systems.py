"""A supervision system has the CVR number of its region and is neither its employee nor an officer."""

from fastapi import FastAPI

from devstack.in_process import api_client
from devstack.personas import CVR_OF_AUTHORITY
from devstack.testing import TestIdentity
from services.reporting.tests.http_requests import Client, example

SYSTEMS = ("region-1081", "socialtilsyn-nord")


async def test_a_system_sees_and_changes_no_report(app: FastAPI, identity: TestIdentity, officer: Client) -> None:
    body = example("create-tilbud")
    body["operator"] = {"cvr": CVR_OF_AUTHORITY["region-1081"], "kind": "regional", "region": "1081"}
    created = await officer.post("/v1/tilbud", json=body)
    assert created.status_code == 201, created.text
    url = created.headers["Location"]
    for authority in SYSTEMS:
        async with api_client(app, identity.system_token(authority)) as system:
            for path in ("", "/draft", "/draft/steps/values", "/vacancies", "/history"):
                assert (await system.get(f"{url}{path}")).status_code == 404, path
            changed = await system.put(f"{url}/draft/steps/values", json={}, headers={"If-Match": '"x"'})
            assert changed.status_code == 404
            assert (await system.post(f"{url}/submissions")).status_code == 404
            listed = await system.get("/v1/tilbud")
            assert (listed.status_code, listed.json()["type"].rsplit("/", 1)[1]) == (403, "no-tilbud")
