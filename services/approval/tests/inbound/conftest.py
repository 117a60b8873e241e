"""A supervision system of the authority of the scenario."""

from typing import Any

import pytest

from chassis.database import Database
from services.approval.tests.inbound.supervision_system import SupervisionSystem


@pytest.fixture
async def supervision_system(database: Database, scenario: Any) -> SupervisionSystem:
    await scenario.deliver(scenario.created(), scenario.assigned())
    return SupervisionSystem(database, scenario)
