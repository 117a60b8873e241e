"""The identity provider knows the portal."""

import pytest

from devstack.identity.provider import portal_client
from devstack.testing import TestIdentity
from services.portal.tests.sessions.sign_in import PORTAL


@pytest.fixture
def client_known(identity: TestIdentity) -> None:
    """Register the portal."""
    identity.provider.clients = {"portal": portal_client(PORTAL, "geheim" * 4)}
