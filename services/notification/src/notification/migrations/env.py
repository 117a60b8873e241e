"""Alembic's way into this service's history."""

from notification.models import Base
from operations.migrate import run_environment

run_environment(Base.metadata)
