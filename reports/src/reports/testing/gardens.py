"""Gardens: the smallest service that mounts reporting, with tables, a form, events and a content type of its own.

Content is stored sealed, so that a column which bypasses the content type shows at once.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

import yaml
from fastapi import FastAPI
from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from chassis.database import Database, lock
from chassis.errors import Conflict, DomainError, Forbidden, NotFound
from chassis.settings import Settings
from contracts.events.base import SubjectEvent
from contracts.events.parties import Actor
from contracts.form import FormDefinition, Step, parse_key
from contracts.problems import PROBLEMS
from reports.baseline.queries import is_newest
from reports.content.rules import FormChooser
from reports.models import (
    ActionMixin,
    ApprovedStepMixin,
    DraftMixin,
    DraftStepMixin,
    NewStartMixin,
    ReportTable,
    StepLockMixin,
    SubjectMixin,
    SubmissionMixin,
    SubmissionStepMixin,
)
from reports.mounting import FastLane, ReportMount, ReportTables, SentReport
from reports.outcomes.events import Approved
from reports.reporters import Reporter
from reports.routers import report_routers
from reports.submissions.queries import content_of
from web.app import create_app
from web.auth import Principal

Data = dict[str, Any]
SEAL = "sealed:"
REPORT_RIGHT = "gardens.report"
SEE_RIGHT = "gardens.see"


class SealedJson(TypeDecorator[Data]):
    """JSON that cannot be read in the database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Seal a value on its way into the database."""
        return SEAL + base64.b64encode(json.dumps(value).encode()).decode() if value is not None else None

    def process_result_value(self, value: Any, dialect: Dialect) -> Data | None:  # noqa: ARG002
        """Open a value that comes from the database; ValueError for one that was never sealed."""
        if value is None:
            return None
        if not value.startswith(SEAL):
            raise ValueError("this was stored without the seal")
        opened: Data = json.loads(base64.b64decode(value.removeprefix(SEAL)))
        return opened


class Base(DeclarativeBase):
    """The metadata of the gardens."""


class Garden(SubjectMixin, Base):
    """A garden; ``ripe`` is what the fast lane has said of each bed last."""

    __tablename__ = "gardens"

    name: Mapped[str]
    plot: Mapped[str]
    owner: Mapped[str]
    authority: Mapped[str]
    water_paid: Mapped[bool] = mapped_column(default=True)
    cleared: Mapped[bool] = mapped_column(default=False)
    ripe: Mapped[Data] = mapped_column(JSONB, default=dict)
    ripe_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class GardenTable(ReportTable):
    """A table of what is reported on gardens."""

    subject_table = "gardens"
    subject_column = "garden_id"
    content_type = SealedJson()


class Draft(GardenTable, DraftMixin, Base):
    """Drafts on gardens."""


class DraftStep(GardenTable, DraftStepMixin, Base):
    """Steps of drafts on gardens."""


class NewStart(GardenTable, NewStartMixin, Base):
    """Who starts over."""


class Submission(GardenTable, SubmissionMixin, Base):
    """Reports on gardens that were sent."""


class SubmissionStep(GardenTable, SubmissionStepMixin, Base):
    """Their content."""


class StepLock(GardenTable, StepLockMixin, Base):
    """What open cases hold."""


class ApprovedStep(GardenTable, ApprovedStepMixin, Base):
    """What is approved of gardens."""


class Action(GardenTable, ActionMixin, Base):
    """Who did what."""


class GardenEvent(SubjectEvent, frozen=True):
    """An event about one garden."""

    subject_kind: ClassVar[str] = "garden"
    id_field: ClassVar[str] = "garden_id"
    topic: ClassVar[str] = "gardens.reports.v1"

    garden_id: str
    submission_id: str
    revision: int


class GardenReportSent(GardenEvent, frozen=True):
    """A report was sent. The event holds no content, only which steps it has and what the case is routed by."""

    ce_type: ClassVar[str] = "dk.gardens.report-sent.v1"

    number: int
    initial: bool
    sent_by: Actor
    step_keys: list[str]
    fallow: bool


class GardenReportClosed(GardenEvent, frozen=True):
    """A report was given up."""

    ce_type: ClassVar[str] = "dk.gardens.report-closed.v1"

    closed_at: datetime
    closed_by: Actor


class NoGardener(Forbidden):
    """The caller may see the garden and not report on it."""


class GardenCleared(Conflict):
    """There is no garden any more."""


class WaterNotPaid(Conflict):
    """The water has to be paid before anything is sent."""


@cache
def all_steps() -> tuple[Step, ...]:
    """Return the steps of the form of gardens, in order."""
    texts = [each.read_text() for each in files("reports.testing").joinpath("steps").iterdir()]
    return tuple(sorted((Step.model_validate(yaml.safe_load(text)) for text in texts), key=lambda step: step.order))


def garden_form(answers_of: Callable[[str], Data], at: date) -> FormDefinition:
    """Return the form of that day: a garden that lies fallow has no plants."""
    fallow = answers_of("garden").get("fallow") is True
    asked = (step for step in all_steps() if not (fallow and step.id == "plants"))
    steps = tuple(
        step.model_copy(update={"fields": tuple(each for each in step.fields if each.valid_from <= at)})
        for step in asked
    )
    version = f"garden-{len(steps)}"
    return FormDefinition(version=version, kind="garden", legal_bases=(), at=at, steps=steps, vocabularies={})


class GardenReports(ReportMount[Garden]):
    """Reports on gardens."""

    path = "/v1/gardens/{garden_id}"
    id_field = "garden_id"
    tag = "gardens"
    tables = ReportTables(
        draft=Draft,
        draft_step=DraftStep,
        new_start=NewStart,
        submission=Submission,
        submission_step=SubmissionStep,
        step_lock=StepLock,
        approved_step=ApprovedStep,
        action=Action,
    )

    @property
    def all_steps(self) -> Sequence[Step]:
        """Return the steps of the form."""
        return all_steps()

    async def load(self, session: AsyncSession, subject_id: str) -> Garden | None:
        """Return the garden with that id."""
        return await session.get(Garden, subject_id)

    async def lock(self, session: AsyncSession, subject_id: str) -> Garden | None:
        """Return the garden with that id, locked."""
        return await lock(session, Garden, Garden.id == subject_id)

    def visible_to(self, principal: Principal, subject: Garden | None) -> Garden:
        """Return the garden to its owner and to its authority."""
        rights = (SEE_RIGHT, REPORT_RIGHT)
        if subject and (
            principal.cvr == subject.owner or any(principal.holds(right, subject.authority) for right in rights)
        ):
            return subject
        raise NotFound

    def reporter_of(self, principal: Principal, subject: Garden) -> Reporter:
        """Return the owner, or an officer with the right to report."""
        if principal.cvr == subject.owner:
            return Reporter(principal)
        if principal.holds(REPORT_RIGHT, subject.authority):
            return Reporter(principal, subject.authority)
        raise NoGardener

    def form_chooser(self, subject: Garden) -> FormChooser:  # noqa: ARG002
        """Return what chooses the form."""
        return garden_form

    def origin(self, subject: Garden) -> Mapping[str, Data]:
        """Return the name that the garden was created with."""
        return {"garden": {"name": subject.name}}

    def fixed(self, subject: Garden) -> Mapping[str, Data]:
        """Return the plot, which nobody types."""
        return {"garden": {"plot": subject.plot}}

    def fast_lane(self, subject: Garden) -> FastLane | None:
        """Return what is ripe in each bed."""
        ripe, ripe_at = subject.ripe, subject.ripe_at
        if ripe_at is None:
            return None
        return lambda key, data, sent_at: data | (ripe.get(str(parse_key(key)[1]), {}) if ripe_at > sent_at else {})

    async def refuse_if_over(self, session: AsyncSession, subject: Garden) -> None:  # noqa: ARG002
        """Raise for a garden that was cleared."""
        if subject.cleared:
            raise GardenCleared

    async def submission_blocker(self, session: AsyncSession, subject: Garden) -> DomainError | None:  # noqa: ARG002
        """Return that the water is not paid."""
        return None if subject.water_paid else WaterNotPaid()

    def sent_event(self, subject: Garden, report: SentReport) -> GardenReportSent:
        """Return that a report was sent."""
        submission = report.submission
        return GardenReportSent(
            garden_id=subject.id,
            submission_id=submission.id,
            revision=submission.revision,
            number=submission.number,
            initial=submission.initial,
            sent_by=Actor.model_validate(submission.sent_by),
            step_keys=list(report.content),
            fallow=report.steps["garden"].get("fallow") is True,
        )

    def closed_event(
        self, subject: Garden, submission: SubmissionMixin, closed_at: datetime, closed_by: Actor
    ) -> GardenReportClosed:
        """Return that a report was given up."""
        return GardenReportClosed(
            garden_id=subject.id,
            submission_id=submission.id,
            revision=submission.revision,
            closed_at=closed_at,
            closed_by=closed_by,
        )

    async def apply_approval(self, session: AsyncSession, subject: Garden, approval: Approved) -> None:
        """Let the garden have its approved name."""
        content = await content_of(session, self, approval.case_id)
        if "garden" in content and await is_newest(session, self.tables, subject.id, "garden", approval.number):
            subject.name = content["garden"]["name"]


GARDEN_REPORTS = GardenReports()


class GardenSettings(Settings):
    """The settings of the gardens."""

    service: ClassVar[str] = "gardens"


def build(settings: GardenSettings, database: Database) -> FastAPI:
    """Return the API of the gardens: nothing but reporting."""
    return create_app(
        settings, title="Gardens", routers=report_routers(GARDEN_REPORTS), problems=PROBLEMS, database=database
    )
