"""The table: every set of reference data that was loaded, the last one holds."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import Mapped, mapped_column

from jurisdiction.database import Base


class ReferenceSet(Base):
    """A set as it was loaded, and the record of that: the database refuses to change or remove one.

    ``content`` has the rows of each file, ``sha256`` is the digest of it. ``changes`` are the differences from the set
    before, ``reference_versions`` what the answers name from then on, by kind of subject. ``loaded_by`` is who said
    so, ``os_user`` who was signed in on the machine.
    """

    __tablename__ = "reference_sets"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    sha256: Mapped[str]
    content: Mapped[dict[str, Any]]
    changes: Mapped[list[str]]
    reference_versions: Mapped[dict[str, Any]]
    loaded_by: Mapped[str]
    os_user: Mapped[str]
    loaded_at: Mapped[datetime]
