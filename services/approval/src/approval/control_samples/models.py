"""The rows of control samples and of the acts in them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from approval.control_samples.rules import Standing
from approval.database import Base, Json
from contracts.events.samples import Marking, SampleState


class ControlSample(Base):
    """One control sample of a tilbud, as its last act has left it.

    ``number`` counts the samples of the tilbud, ``version`` the acts in this one. ``steps`` are the steps of the form
    that it is about. ``asked_on`` is the day on which the ``deadline`` was given. The marking is that of a sample that
    is marked, and stays in the row after that. ``listed_on`` is the day that lists go by.
    """

    __tablename__ = "control_samples"
    __table_args__ = (
        ForeignKeyConstraint(["kind", "tilbud_id"], ["tilbud.kind", "tilbud.id"]),
        Index("control_samples_by_number", "kind", "tilbud_id", "number", unique=True),
        Index("control_samples_open", "kind", "tilbud_id", unique=True, postgresql_where=text("state <> 'closed'")),
        Index("control_samples_by_day", "listed_on", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[str] = mapped_column("tilbud_id")
    number: Mapped[int]
    version: Mapped[int]
    state: Mapped[str]
    outcome: Mapped[str | None]
    steps: Mapped[list[str]] = mapped_column(JSONB)
    deadline: Mapped[date | None]
    answered: Mapped[bool]
    asked_on: Mapped[date]
    marked_on: Mapped[date | None]
    marking_reason: Mapped[str | None]
    listed_on: Mapped[date]
    changed_at: Mapped[datetime]

    @property
    def standing(self) -> Standing:
        """Return where the sample stands."""
        return Standing(SampleState(self.state), self.deadline, self.answered)

    @property
    def marking(self) -> Marking | None:
        """Return what the public sees of it now."""
        if self.state != SampleState.MARKED or self.marked_on is None:
            return None
        return Marking(since=self.marked_on, reason=self.marking_reason or "")


class ControlSampleAct(Base):
    """One act in a sample: it is never changed. ``deadline`` and ``outcome`` are what it gave, if anything."""

    __tablename__ = "control_sample_acts"

    sample_id: Mapped[str] = mapped_column(ForeignKey("control_samples.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str]
    text: Mapped[str]
    deadline: Mapped[date | None]
    outcome: Mapped[str | None]
    done_at: Mapped[datetime]
    done_by: Mapped[Json]
