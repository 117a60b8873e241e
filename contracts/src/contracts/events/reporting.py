"""Facts from ``reporting``: tilbud created, submissions sent and closed, vacancies, and what has to be reported."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from contracts.events.base import Model, TilbudEvent, is_absent
from contracts.events.parties import Actor, Person, RoutingFacts, StepContent, TilbudFacts

TOPIC = "reporting.tilbud.v1"
DUTIES = "reporting.duties.v1"


class Application(Model):
    """The application in an external supervision system that a tilbud was created from."""

    authority: str
    application_id: str


class TilbudCreated(TilbudEvent, frozen=True):
    """An authority has created a tilbud; its operator's users may report for it from now on."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.reporting.tilbud-created.v1"
    topic: ClassVar[str] = TOPIC

    tilbud: TilbudFacts
    leader: Person
    contact: Person | None
    created_by_authority: str
    created_by: Actor | None
    created_at: datetime
    leader_cpr_missing: bool = False
    application: Application | None = None


class SubmissionSent(TilbudEvent, frozen=True):
    """A report was sent for approval, or sent again after a return.

    ``number`` counts the submissions of a tilbud and is what the guards on content compare; ``revision`` counts
    the times that this one was sent, from 1. ``steps`` has the whole content of every step of the case.
    ``on_behalf_reason`` is why an authority sent it, when ``sent_by`` acts for one.
    """

    ce_type: ClassVar[str] = "dk.tilbudsportalen.reporting.submission-sent.v1"
    topic: ClassVar[str] = TOPIC

    submission_id: str
    number: int
    revision: int
    initial: bool
    form_version: str
    sent_at: datetime
    sent_by: Actor
    tilbud: TilbudFacts
    leader: Person
    contact: Person | None
    facts: RoutingFacts
    steps: list[StepContent]
    on_behalf_reason: str | None = Field(default=None, exclude_if=is_absent)

    @property
    def step_keys(self) -> list[str]:
        """Return the keys of the steps that the report holds, in the order of the form."""
        return [step.key for step in self.steps]


class SubmissionClosed(TilbudEvent, frozen=True):
    """The reporter gave up a returned case; it can never be opened again."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.reporting.submission-closed.v1"
    topic: ClassVar[str] = TOPIC

    submission_id: str
    revision: int
    closed_at: datetime
    closed_by: Actor


class DepartmentVacancies(Model):
    """Vacancies and waiting time of one department, or of a tilbud without departments.

    ``reported_at`` is when they were reported or confirmed; where it is missing, that is when the event says.
    """

    department_id: str | None
    vacancies: int
    waiting_time_weeks: int | None = None
    vacancies_note: str | None = Field(default=None, exclude_if=is_absent)
    reported_at: datetime | None = Field(default=None, exclude_if=is_absent)


class VacanciesChanged(TilbudEvent, frozen=True):
    """Vacancies were reported in the fast lane: shown at once and marked as not approved yet.

    ``version`` counts the reports of a tilbud, so that an older one never overwrites a newer. ``departments`` are all
    that anything was reported of, those that were not changed with their own ``reported_at``.
    """

    ce_type: ClassVar[str] = "dk.tilbudsportalen.reporting.vacancies-changed.v1"
    topic: ClassVar[str] = TOPIC

    version: int
    departments: list[DepartmentVacancies]
    changed_at: datetime
    changed_by: Actor


class DutyKind(StrEnum):
    """What is reported again and again."""

    ANNUAL_REPORT = "annual-report"
    BUDGET = "budget"
    RATES = "rates"
    VACANCIES = "vacancies"
    LEGAL_BASIS = "legal-basis"


class DutyTurn(StrEnum):
    """What a day brings for a duty."""

    SOON = "soon"
    OVERDUE = "overdue"
    STILL_OVERDUE = "still-overdue"


class NoticedDuty(Model):
    """A duty with its last day. ``year`` is the one to report, ``since`` when its figures were confirmed last."""

    kind: DutyKind
    turn: DutyTurn
    deadline: date
    year: int | None = Field(default=None, exclude_if=is_absent)
    since: date | None = Field(default=None, exclude_if=is_absent)


class DutiesNoticed(TilbudEvent, frozen=True):
    """Something has to be reported soon, or is overdue: each is noticed once at each turn, then once a month.

    What has been reported meanwhile is not in a later notice. A notice is of its day and is never published again.
    """

    ce_type: ClassVar[str] = "dk.tilbudsportalen.reporting.duties-noticed.v1"
    topic: ClassVar[str] = DUTIES

    noticed_on: date
    duties: list[NoticedDuty]
