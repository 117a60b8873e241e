"""The database of the tests of ``chassis``."""

from tests.support.things_database import database, scalar, things_database

__all__ = ["database", "scalar", "things_database"]
