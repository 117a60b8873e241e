"""Alembic's environment of the portal."""

from operations.migrate import run_environment
from portal.models import Base

run_environment(Base.metadata)
