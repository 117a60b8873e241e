"""Alembic's environment of the portal."""

from chassis.migrate import run_environment
from portal.models import Base

run_environment(Base.metadata)
