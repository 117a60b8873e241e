"""Alembic's way into this service's history."""

from chassis.migrate import run_environment
from jurisdiction.models import Base

run_environment(Base.metadata)
