"""One report through the whole system, undisturbed and while workers are killed."""

from collections.abc import Iterator

import pytest

from devstack.services import SERVICES
from devstack.system import System
from tests.e2e.client import SystemClient
from tests.e2e.scenario import STAGES, ReportScenario, Stage


@pytest.fixture(scope="module")
def scenario(client: SystemClient) -> ReportScenario:
    return ReportScenario(client)


@pytest.mark.parametrize("stage", [stage for _, stage in STAGES], ids=[title for title, _ in STAGES])
def test_one_report_from_creation_to_withdrawal(scenario: ReportScenario, stage: Stage) -> None:
    seen = list(stage(scenario))
    assert seen


@pytest.fixture
def disturbed(system: System, client: SystemClient) -> Iterator[ReportScenario]:
    """A run during which each worker is killed once and started again by ``make up``."""
    yield ReportScenario(client)
    system.up()


def test_one_report_while_one_worker_of_each_service_is_killed(system: System, disturbed: ReportScenario) -> None:
    kill_before = dict(zip((stage for _, stage in STAGES[1:]), (service.name for service in SERVICES), strict=True))
    seen = []
    for _, stage in STAGES:
        if stage in kill_before:
            system.kill(f"{kill_before[stage]}-worker")
            system.up()
        seen += list(stage(disturbed))
    assert len(seen) > len(STAGES)
