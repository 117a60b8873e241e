"""The portal in front of a stand-in for reporting."""

import httpx2
import pytest
from fastapi import FastAPI

from chassis.database import Database
from portal.app import build
from portal.settings import PortalSettings
from services.portal.tests.reporting.stand_in import ReportingStandIn


@pytest.fixture
def reporting() -> ReportingStandIn:
    """The stand-in, which a test tells what to answer."""
    return ReportingStandIn()


@pytest.fixture
def app(settings: PortalSettings, database: Database, reporting: ReportingStandIn) -> FastAPI:
    """The portal with the stand-in behind it."""
    return build(settings, database, httpx2.MockTransport(reporting))
