"""What the tables of every package have in common."""

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import Boolean, DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

KindColumn = Annotated[str, mapped_column(Text, server_default="tilbud")]
"""The id of a subject's kind. The code of releases without kinds leaves it out: it knows tilbud only."""


class Base(DeclarativeBase):
    """The tables of this service.

    Tables and columns keep the names that they had when there were tilbud only, so that the release before runs on
    them too: ``tilbud`` holds subjects, ``tilbud_id`` is the id of one.
    """

    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads it from the class.
        str: Text,
        datetime: DateTime(timezone=True),
        bool: Boolean,
        dict[str, Any]: JSONB,
        list[str]: JSONB,
    }
