"""The metadata of the tables of ``reporting``."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

Json = dict[str, Any]


class Base(DeclarativeBase):
    """The metadata of this service alone."""

    type_annotation_map = {Json: JSONB, list[str]: JSONB, list[Json]: JSONB, datetime: DateTime(timezone=True)}  # noqa: RUF012  SQLAlchemy's name.
