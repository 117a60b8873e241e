"""Alembic's way into this service's history."""

from chassis.migrate import run_environment
from notification.models import Base

run_environment(Base.metadata)
