"""What a service says of its subjects when it mounts reporting on them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.envelope import OutgoingEvent
from chassis.errors import DomainError
from contracts.events.parties import Actor
from contracts.form import Step
from reports.content.rules import Data, FormChooser
from reports.models import (
    ActionMixin,
    ApprovedStepMixin,
    DraftMixin,
    DraftStepMixin,
    NewStartMixin,
    StepLockMixin,
    SubjectMixin,
    SubmissionMixin,
    SubmissionStepMixin,
)
from reports.reporters import Reporter
from web.auth import Principal

SubjectT = TypeVar("SubjectT", bound=SubjectMixin)


@dataclass(frozen=True)
class ReportTables:
    """The tables of ``models`` as the service has mapped them."""

    draft: type[DraftMixin]
    draft_step: type[DraftStepMixin]
    new_start: type[NewStartMixin]
    submission: type[SubmissionMixin]
    submission_step: type[SubmissionStepMixin]
    step_lock: type[StepLockMixin]
    approved_step: type[ApprovedStepMixin]
    action: type[ActionMixin]


FastLane = Callable[[str, Data, datetime], Data]
"""Returns the content of a step key, sent at that moment, with the values that were reported since and are public
without approval.
"""


@dataclass(frozen=True)
class SentReport:
    """What was sent. ``content`` is what the submission holds, by step key.

    ``steps`` are the whole steps of the report as they are if this submission is approved and no other open one.
    """

    submission: SubmissionMixin
    content: Mapping[str, Data]
    steps: Mapping[str, Data]


class ReportMount(ABC, Generic[SubjectT]):
    """Reporting on the subjects of one service.

    The routes stand below ``path``, whose parameter ``id_field`` is the id of a subject; ``tag`` is the heading of
    what is not about a draft or a submission in the OpenAPI document.
    """

    path: ClassVar[str]
    id_field: ClassVar[str]
    tag: ClassVar[str]
    tables: ClassVar[ReportTables]
    # Steps that say what one subject is, and are never copied to another.
    steps_of_one: ClassVar[frozenset[str]] = frozenset()
    # Whether an authority that reports has to say why those that the subject belongs to do not (R109).
    asks_why_on_behalf: ClassVar[bool] = False

    @property
    @abstractmethod
    def all_steps(self) -> Sequence[Step]:
        """Return every step that a form of these subjects can have, in order."""

    @abstractmethod
    async def load(self, session: AsyncSession, subject_id: str) -> SubjectT | None:
        """Return the subject; None when there is none."""

    @abstractmethod
    async def lock(self, session: AsyncSession, subject_id: str) -> SubjectT | None:
        """Return the subject, locked until the transaction ends; None when there is none."""

    @abstractmethod
    def visible_to(self, principal: Principal, subject: SubjectT | None) -> SubjectT:
        """Return the subject to who may see it; not-found to everybody else, and when there is none."""

    @abstractmethod
    def reporter_of(self, principal: Principal, subject: SubjectT) -> Reporter:
        """Return the caller, who sees the subject, as its reporter; forbidden to who may only see it."""

    @abstractmethod
    def form_chooser(self, subject: SubjectT) -> FormChooser:
        """Return what says which form applies to a report on the subject."""

    def origin(self, subject: SubjectT) -> Mapping[str, Data]:  # noqa: ARG002
        """Return the first answers, by step: what is known since the subject was created."""
        return {}

    def fixed(self, subject: SubjectT) -> Mapping[str, Data]:  # noqa: ARG002
        """Return the values that are filled in and never typed, by step."""
        return {}

    def looked_up(self, subject: SubjectT, step: str, data: Data) -> Data:  # noqa: ARG002
        """Return the values that a register gives for what is typed in ``step``."""
        return {}

    async def refuse_answers(self, session: AsyncSession, subject: SubjectT, step: Step, data: Data) -> None:
        """Raise ``invalid`` for answers that have the shape of the step and name what is not there."""

    async def after_save(self, subject: SubjectT, step: str, data: Data) -> None:
        """Do what follows from a step that was saved for the locked subject; it may not fail."""

    def fast_lane(self, subject: SubjectT) -> FastLane | None:  # noqa: ARG002
        """Return the values that were reported without approval; newer than approved ones, they prefill a report."""
        return None

    async def apply_sending(self, session: AsyncSession, subject: SubjectT, report: SentReport, by: Actor) -> None:
        """Publish what of a report that was just sent is public without approval."""

    async def apply_change(self, session: AsyncSession, subject: SubjectT) -> None:
        """Follow what is sent, returned, given up or approved: it has just been stored."""

    async def refuse_if_over(self, session: AsyncSession, subject: SubjectT) -> None:
        """Raise when nothing can be reported on the subject any more."""

    async def submission_blocker(self, session: AsyncSession, subject: SubjectT) -> DomainError | None:  # noqa: ARG002
        """Return what keeps even a complete report from being sent."""
        return None

    @abstractmethod
    def sent_event(self, subject: SubjectT, report: SentReport) -> OutgoingEvent:
        """Return the event that a report was sent."""

    @abstractmethod
    def closed_event(
        self, subject: SubjectT, submission: SubmissionMixin, closed_at: datetime, closed_by: Actor
    ) -> OutgoingEvent:
        """Return the event that a submission was given up."""

    def approved_content(self, approval: Any) -> Mapping[str, Data] | None:  # noqa: ARG002
        """Return the content by step key that the event of an approval carries; None when it is as it was sent."""
        return None

    async def apply_approval(self, session: AsyncSession, subject: SubjectT, approval: Any) -> None:
        """Let the row of the subject say what was approved; its content is stored already."""

    def asks_reason(self, reporter: Reporter) -> bool:
        """Return whether ``reporter`` has to say why it is an authority that reports."""
        return self.asks_why_on_behalf and reporter.authority is not None

    async def get_visible(self, session: AsyncSession, subject_id: str, principal: Principal) -> SubjectT:
        """Return the subject to who may see it; not-found otherwise."""
        return self.visible_to(principal, await self.load(session, subject_id))

    async def lock_for_reporter(
        self, session: AsyncSession, subject_id: str, principal: Principal, *, even_over: bool = False
    ) -> tuple[SubjectT, Reporter]:
        """Lock the subject for a command of ``principal``, who must be one of its reporters.

        Refused when nothing can be reported any more, unless the command takes subjects that are ``even_over``.
        """
        subject = self.visible_to(principal, await self.lock(session, subject_id))
        reporter = self.reporter_of(principal, subject)
        if not even_over:
            await self.refuse_if_over(session, subject)
        return subject, reporter

    async def get_locked(self, session: AsyncSession, subject_id: str) -> SubjectT:
        """Return the subject of an event, which its batch has locked; LookupError when there is none."""
        subject = await self.load(session, subject_id)
        if subject is None:
            raise LookupError("an event about a subject that was never created here")
        return subject
