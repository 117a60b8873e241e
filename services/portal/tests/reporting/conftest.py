"""The portal in front of a stand-in for reporting."""

import httpx2
import pytest

from services.portal.tests.reporting.stand_in import ReportingStandIn


@pytest.fixture
def reporting() -> ReportingStandIn:
    """The stand-in, which a test tells what to answer."""
    return ReportingStandIn()


@pytest.fixture
def transport(reporting: ReportingStandIn) -> httpx2.MockTransport:
    return httpx2.MockTransport(reporting)
