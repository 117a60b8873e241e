"""What all tables of ``publication`` have in common."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Double, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """The tables of this service."""

    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads it as a plain dictionary.
        str: Text,
        int: Integer,
        float: Double,
        bool: Boolean,
        date: Date,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        list[str]: ARRAY(Text),
        list[int]: ARRAY(SmallInteger),
    }
