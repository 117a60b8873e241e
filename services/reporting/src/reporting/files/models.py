"""The tables of files and of the submissions that hold them."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, Json


class File(Base):
    """One file that was sent for a field of a step; it never changes, and the same content is the same file.

    ``digest`` is the SHA-256 of ``content`` in hexadecimal digits, ``size`` its length in bytes. Where there are
    ``unread_pages``, ``confirmed_by`` is who has answered for it that they hold no CPR number.
    """

    __tablename__ = "files"
    __table_args__ = (UniqueConstraint("tilbud_id", "step", "field", "digest", name="files_content"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    tilbud_id: Mapped[str] = mapped_column(ForeignKey("tilbud.id"))
    step: Mapped[str]
    field: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]
    pages: Mapped[int]
    unread_pages: Mapped[list[int]] = mapped_column(JSONB)
    confirmed_by: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    received_at: Mapped[datetime]
    received_by: Mapped[Json]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class SentFile(Base):
    """A file that a submission holds, in any of its revisions: from then on it stays."""

    __tablename__ = "sent_files"

    file_id: Mapped[str] = mapped_column(ForeignKey("files.id"), primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
