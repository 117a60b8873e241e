import pytest
from hypothesis import settings

from contracts.examples import ExampleReport

# The first example of a test also reads the form's files, which takes longer than the others on a busy machine.
settings.register_profile("contracts", deadline=None)
settings.load_profile("contracts")


@pytest.fixture(scope="session")
def report() -> ExampleReport:
    """The example of each step; tests copy what they change."""
    return ExampleReport()
