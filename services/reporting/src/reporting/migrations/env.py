"""Alembic's entry to the migrations of this service."""

from operations.migrate import run_environment
from reporting.models import Base

run_environment(Base.metadata)
