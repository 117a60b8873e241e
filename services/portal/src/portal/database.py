"""What the tables of every package have in common."""

from datetime import date, datetime

from sqlalchemy import Date, DateTime, Text
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """The tables of the portal."""

    type_annotation_map = {str: Text, datetime: DateTime(timezone=True), date: Date}  # noqa: RUF012
