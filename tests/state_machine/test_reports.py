"""Random runs of the machine of reporting: few in ``make test``, many with ``make machine``."""

import asyncio
import base64
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hypothesis.stateful import run_state_machine_as_test
from pydantic import SecretStr

import reporting.app
from chassis import tables
from devstack.in_process import SavedRows, api_client
from devstack.testing import TestIdentity, TestPostgres
from reporting.settings import ReportingSettings
from tests.chaos.ordering.system import open_service
from tests.e2e.scenario import STEPS, example
from tests.state_machine.moved_clock import MovedClock
from tests.state_machine.people import REPORTER
from tests.state_machine.report_machine import ReportMachine
from tests.state_machine.report_model import ReportModel
from tests.state_machine.report_run import ReportRun, edited_in
from tests.state_machine.test_machine import EXAMPLES, machine_settings
from tests.support.services import tables_of

WANTED = {"sent", "sent again", "returned", "approved", "locked", "message repeated", "moved", "department removed"}
WANTED_OF_MANY = WANTED | {"given up", "vacancies", "department added", "nothing-changed"}


async def _begin(
    closing: AsyncExitStack, postgres: TestPostgres, identity: TestIdentity, clock: MovedClock
) -> ReportRun:
    """Make the service and a tilbud with every step written."""
    service = await open_service(postgres, "reporting")
    closing.push_async_callback(service.database.close)
    settings = ReportingSettings(
        database_url=SecretStr(service.database.url),
        kafka_bootstrap="unused",
        identity_issuer=identity.issuer,
        identity_audience="tilbudsportalen",
        rate_limit_per_second=0,
        cpr_key=SecretStr(base64.b64encode(bytes(32)).decode()),
    )
    app = reporting.app.build(settings, service.database)
    officer = await closing.enter_async_context(api_client(app, identity.token("officer-nord-a")))
    reporter = await closing.enter_async_context(api_client(app, identity.token(REPORTER)))
    created = await officer.post("/v1/tilbud", json=example("create-tilbud"))
    typed: dict[str, Any] = {}
    for step in STEPS:
        url, body = f"{created.headers['Location']}/draft/steps/{step}", example(f"steps/{step}")
        tag = (await reporter.get(url)).headers["ETag"]
        assert (await reporter.put(url, json=body, headers={"If-Match": tag})).status_code == 200
        is_parted = isinstance(body.get("departments"), dict)
        parts = {f"{step}/{each}": part for each, part in body["departments"].items()} if is_parted else {step: body}
        typed |= dict(edited_in(parts))
    saved = SavedRows(service.database, tables_of("reporting"), tables.metadata)
    await saved.save("start")
    model = ReportModel(typed, list(typed["departments"]))
    return ReportRun(service, reporter, saved, clock, str(created.json()["id"]), model)


@pytest.mark.timeout(0 if EXAMPLES else 300)
def test_every_run_of_reporting_ends_as_the_model_says(postgres: TestPostgres, identity: TestIdentity) -> None:
    clock = MovedClock()
    with asyncio.Runner() as runner, clock.installed():
        closing = AsyncExitStack()
        try:
            start = runner.run(_begin(closing, postgres, identity, clock))
            machine = type("Machine", (ReportMachine,), {"start": start, "runner": runner})
            run_state_machine_as_test(machine, settings=machine_settings())
        finally:
            runner.run(closing.aclose())
    print(dict(start.happened))  # noqa: T201  pytest shows it when asked to.
    assert {kind for kind in (WANTED_OF_MANY if EXAMPLES else {"sent"}) if not start.happened[kind]} == set()
