"""Alembic's way to the metadata of ``approval``."""

from approval.models import Base
from operations.migrate import run_environment

run_environment(Base.metadata)
