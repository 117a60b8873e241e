"""The service of the lighthouses: ``reports`` mounted on tables, a form and events of another kind than tilbud.

What is reported never leaves it: its events name steps and say where the content would be fetched.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from alembic.migration import MigrationContext
from alembic.operations import Operations
from fastapi import FastAPI
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis import tables
from chassis.clock import now
from chassis.database import Database, lock, lock_all
from chassis.envelope import Envelope
from chassis.errors import Forbidden, NotFound
from chassis.outbox import emit
from chassis.settings import Settings
from chassis.subscriptions import Handler, Subscription
from contracts.events.base import SubjectEvent
from contracts.events.parties import Actor, RoutingFacts
from contracts.form import FormDefinition, Step
from contracts.form.loading import form_of_kind, steps_of
from contracts.problems import PROBLEMS
from contracts.testing.lighthouse import LIGHTHOUSE
from contracts.topics import topic
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
from reports.mounting import ReportMount, ReportTables, SentReport
from reports.outcomes import commands as outcomes
from reports.outcomes.events import Approved
from reports.reporters import Reporter
from reports.routers import report_routers
from reports.submissions.queries import content_of
from web.app import create_app
from web.auth import Principal

EVENTS, PRIVILEGES = LIGHTHOUSE.events, LIGHTHOUSE.privileges
BASIS = "plejefamilie-almen"


class Base(DeclarativeBase):
    """The metadata of the lighthouses."""


class Lighthouse(SubjectMixin, Base):
    """A lighthouse; ``colour`` is the approved one, None before the first approval."""

    __tablename__ = "lighthouses"

    municipality: Mapped[str]
    authority: Mapped[str]
    authority_version: Mapped[int] = mapped_column(default=0)
    colour: Mapped[str | None]


class LighthouseTable(ReportTable):
    """A table of what is reported on lighthouses."""

    subject_table = "lighthouses"
    subject_column = LIGHTHOUSE.id_field
    content_type = JSONB()


class Draft(LighthouseTable, DraftMixin, Base):
    """Drafts on lighthouses."""


class DraftStep(LighthouseTable, DraftStepMixin, Base):
    """Steps of drafts on lighthouses."""


class NewStart(LighthouseTable, NewStartMixin, Base):
    """Who starts over."""


class Submission(LighthouseTable, SubmissionMixin, Base):
    """Reports on lighthouses that were sent."""


class SubmissionStep(LighthouseTable, SubmissionStepMixin, Base):
    """Their content."""


class StepLock(LighthouseTable, StepLockMixin, Base):
    """What open cases hold."""


class ApprovedStep(LighthouseTable, ApprovedStepMixin, Base):
    """What is approved of lighthouses."""


class Action(LighthouseTable, ActionMixin, Base):
    """Who did what."""


class LighthouseReports(ReportMount[Lighthouse]):
    """Reports on lighthouses: officers of the authority make them."""

    path = f"/v1/{LIGHTHOUSE.id}/{{{LIGHTHOUSE.id_field}}}"
    id_field = LIGHTHOUSE.id_field
    tag = LIGHTHOUSE.id
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
        return steps_of(LIGHTHOUSE.id)

    async def load(self, session: AsyncSession, subject_id: str) -> Lighthouse | None:
        """Return the lighthouse with that id."""
        return await session.get(Lighthouse, subject_id)

    async def lock(self, session: AsyncSession, subject_id: str) -> Lighthouse | None:
        """Return the lighthouse with that id, locked."""
        return await lock(session, Lighthouse, Lighthouse.id == subject_id)

    def visible_to(self, principal: Principal, subject: Lighthouse | None) -> Lighthouse:
        """Return the lighthouse to who may report on it or decide about it."""
        rights = (PRIVILEGES.report, PRIVILEGES.approve)
        if subject and any(principal.holds(right, subject.authority) for right in rights):
            return subject
        raise NotFound

    def reporter_of(self, principal: Principal, subject: Lighthouse) -> Reporter:
        """Return an officer with the right to report."""
        if not principal.holds(PRIVILEGES.report, subject.authority):
            raise Forbidden
        return Reporter(principal, subject.authority)

    def form_chooser(self, subject: Lighthouse) -> FormChooser:  # noqa: ARG002
        """Return what chooses the form: all lighthouses have the same."""

        def choose(_: Callable[[str], dict[str, Any]], at: date) -> FormDefinition:
            return form_of_kind(LIGHTHOUSE.id, at, [BASIS])

        return choose

    def sent_event(self, subject: Lighthouse, report: SentReport) -> SubjectEvent:
        """Return that a report was sent."""
        sent = report.submission
        return EVENTS.submission_sent.about(
            subject.id,
            submission_id=sent.id,
            number=sent.number,
            revision=sent.revision,
            initial=sent.initial,
            form_version=sent.form_version,
            sent_at=sent.sent_at,
            sent_by=sent.sent_by,
            facts=RoutingFacts(legal_bases=[BASIS], primary=BASIS, municipality=subject.municipality),
            step_keys=list(report.content),
            dataref=f"/v1/{LIGHTHOUSE.id}/{subject.id}/submissions/{sent.id}",
        )

    def closed_event(
        self, subject: Lighthouse, submission: SubmissionMixin, closed_at: datetime, closed_by: Actor
    ) -> SubjectEvent:
        """Return that a report was given up."""
        return EVENTS.submission_closed.about(
            subject.id,
            submission_id=submission.id,
            revision=submission.revision,
            closed_at=closed_at,
            closed_by=closed_by,
        )

    async def apply_approval(self, session: AsyncSession, subject: Lighthouse, approval: Approved) -> None:
        """Let the lighthouse have its approved colour."""
        content = await content_of(session, self, approval.case_id)
        if "tower" in content:
            subject.colour = content["tower"]["colour"]


LIGHTHOUSE_REPORTS = LighthouseReports()


async def create_lighthouse(
    session: AsyncSession, lighthouse_id: str, *, municipality: str, authority: str, by: Actor | None = None
) -> None:
    """Let an authority create a lighthouse."""
    created = Lighthouse(id=lighthouse_id, municipality=municipality, authority=authority, changed_at=now())
    session.add(created)
    await session.flush()
    event = EVENTS.created.about(
        lighthouse_id,
        municipality=municipality,
        legal_basis=BASIS,
        created_by_authority=authority,
        created_by=by,
        created_at=created.changed_at,
    )
    emit(session, event, aggregate=created)


async def on_assigned(session: AsyncSession, event: Any, _: Envelope) -> None:
    """Remember the authority: its officers may report."""
    lighthouse = await LIGHTHOUSE_REPORTS.get_locked(session, event.subject_id)
    if lighthouse.authority_version <= event.version:
        lighthouse.authority, lighthouse.authority_version = event.authority, event.version


async def lock_lighthouses(session: AsyncSession, ids: Sequence[str]) -> None:
    """Lock the lighthouses of a batch."""
    await lock_all(session, Lighthouse.id, ids)


def subscriptions() -> tuple[Subscription, ...]:
    """Return what the service listens to: the outcomes of its cases, who has them, and who supervises."""
    cases = {
        EVENTS.case_returned: _applied(outcomes.apply_returned),
        EVENTS.case_approved: _applied(outcomes.apply_approved),
        EVENTS.case_closed: _applied(outcomes.apply_closed),
    }
    routings = {
        EVENTS.case_routed: _applied(outcomes.apply_routed),
        EVENTS.case_not_routed: _applied(outcomes.apply_not_routed),
    }
    assignments = {EVENTS.authority_assigned: on_assigned}
    return (
        _group("cases", EVENTS.case_approved, cases),
        _group("routings", EVENTS.case_routed, routings),
        _group("authorities", EVENTS.authority_assigned, assignments, full_state=True),
    )


def _applied(outcome: Callable[[AsyncSession, ReportMount[Any], Any], Awaitable[None]]) -> Handler:
    async def handle(session: AsyncSession, event: Any, _: Envelope) -> None:
        await outcome(session, LIGHTHOUSE_REPORTS, event)

    return handle


def _group(
    stream: str, event: type[SubjectEvent], on: Mapping[type[SubjectEvent], Handler], *, full_state: bool = False
) -> Subscription:
    name, source = f"{LighthouseSettings.service}.{stream}", topic(event.topic)
    return Subscription(name, (source,), lock=lock_lighthouses, on=on, full_state=full_state)


class LighthouseSettings(Settings):
    """The settings of the lighthouses."""

    service: ClassVar[str] = "lighthouses"


def build(settings: LighthouseSettings, database: Database) -> FastAPI:
    """Return the API of the lighthouses: nothing but reporting."""
    routers = report_routers(LIGHTHOUSE_REPORTS)
    return create_app(settings, title="Lighthouses", routers=routers, problems=PROBLEMS, database=database)


def create_tables(connection: Connection) -> None:
    """Make the tables of the service in an empty database."""
    tables.create_tables(Operations(MigrationContext.configure(connection)))
    Base.metadata.create_all(connection)
