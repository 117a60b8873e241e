"""What the tables of every package have in common."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """The tables of this service."""

    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads it from the class.
        str: Text,
        datetime: DateTime(timezone=True),
        bool: Boolean,
        dict[str, Any]: JSONB,
        list[str]: JSONB,
    }
