"""All services in this process with the portal in front of them, and one tilbud that is filled in."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

import jurisdiction.app
import jurisdiction.settings
import notification.app
import portal.app
from devstack.testing import TestIdentity, TestPostgres
from notification.settings import NotificationSettings
from tests.chaos.ordering.actions import TilbudActions
from tests.chaos.ordering.system import in_process_system
from tests.kinds.system import PORTAL, ServicesInProcess, SystemWithLighthouses, portal_settings


@pytest.fixture(scope="module")
async def system(
    postgres: TestPostgres, identity: TestIdentity, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SystemWithLighthouses]:
    """Every service, and browsers at the portal."""
    common: dict[str, Any] = {
        "environment": "development",
        "database_url": "postgresql+asyncpg://unused",
        "kafka_bootstrap": "unused",
        "identity_issuer": identity.issuer,
        "identity_audience": "tilbudsportalen",
    }
    mails = NotificationSettings(
        **common, smtp_host="127.0.0.1", smtp_port=1, mail_from="noreply@portal.example", portal_url=PORTAL
    )
    async with in_process_system(postgres, identity) as running, AsyncExitStack() as clients:
        databases = {name: service.database for name, service in running.services.items()}
        running.apps["jurisdiction"] = jurisdiction.app.build(
            jurisdiction.settings.JurisdictionSettings(**common), databases["jurisdiction"]
        )
        running.apps["notification"] = notification.app.build(mails, databases["notification"])
        settings = portal_settings(common, tmp_path_factory.mktemp("assets"))
        running.apps["portal"] = portal.app.build(settings, databases["portal"], ServicesInProcess(running.apps))
        yield SystemWithLighthouses(running, mails, clients)


@pytest.fixture
async def tilbud(system: SystemWithLighthouses) -> TilbudActions:
    """A tilbud with everything filled in and nothing sent."""
    actions = TilbudActions(system.running)
    await actions.create("Solsikken")
    await actions.fill("Solsikken")
    return actions
