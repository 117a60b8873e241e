"""The metadata of the tables of ``approval``."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

Json = dict[str, Any]
Texts = list[str]


class Base(DeclarativeBase):
    """The metadata of this service alone."""

    type_annotation_map = {  # noqa: RUF012  SQLAlchemy's name.
        str: Text,
        datetime: DateTime(timezone=True),
        Json: JSONB(none_as_null=True),
        Texts: JSONB(none_as_null=True),
    }
