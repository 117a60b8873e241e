"""The tables of uploads and of what each says of a tilbud."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, Json


class BulkReport(Base):
    """One upload. ``principal`` is who sent it, with the rights of that moment: the rows are saved on its behalf.

    ``digest`` tells whether the same content comes again while it is being worked on.
    """

    __tablename__ = "bulk_reports"
    __table_args__ = (
        Index("bulk_reports_own", "sub", "id"),
        Index("bulk_reports_open", "id", postgresql_where=text("finished_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    sub: Mapped[str]
    principal: Mapped[Json]
    digest: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class BulkReportEntry(Base):
    """What a file says of one step of one tilbud, in the order of the file, and what became of it.

    ``content`` is dropped once it is saved; of what was refused it is kept, so that only that is corrected. ``etag`` is
    the step's after the save: what it still is then, nobody has changed since.
    """

    __tablename__ = "bulk_report_entries"
    __table_args__ = (
        Index("bulk_report_entries_open", "report_id", "position", postgresql_where=text("outcome IS NULL")),
        Index("bulk_report_entries_saved", "tilbud_id", "step", "etag", postgresql_where=text("etag IS NOT NULL")),
    )

    report_id: Mapped[str] = mapped_column(ForeignKey("bulk_reports.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    tilbud_id: Mapped[str | None]
    step: Mapped[str]
    row_count: Mapped[int]
    content: Mapped[Json]
    outcome: Mapped[str | None]
    errors: Mapped[list[Json]] = mapped_column(default=list, server_default=text("'[]'"))
    etag: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
