"""The system in which lighthouses are a kind of subject."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from devstack.testing import TestIdentity, TestPostgres
from services.notification.tests.mailbox import Mailbox
from tests.kinds.registries import lighthouses_registered
from tests.kinds.system import SystemWithLighthouses, system_with_lighthouses


@pytest.fixture(scope="module")
async def mailbox() -> AsyncIterator[Mailbox]:
    """The mail server that mails go to."""
    server = Mailbox()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(scope="module")
async def system(
    postgres: TestPostgres, identity: TestIdentity, mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SystemWithLighthouses]:
    """All services and that of the lighthouses, with a kind of subject more than they were written for."""
    folder = tmp_path_factory.mktemp("assets")
    # Others may use the same broker, and have other databases behind the same groups.
    with lighthouses_registered(run_id=uuid4().hex[:8]):
        async with system_with_lighthouses(postgres, identity, folder, mailbox.port) as running:
            yield running
