"""What the API takes for a control sample, and what it answers."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from approval.control_samples.rules import Awaits
from approval.dependencies import Body
from approval.kinds import TILBUD
from contracts.dates import Day
from contracts.events.samples import Marking, SampleAct, SampleOutcome, SampleState
from contracts.form.loading import steps_of
from contracts.identifiers import OutsideId
from contracts.text import LongText
from web.pagination import Page


def _of_form(step: str) -> str:
    if step not in {each.id for each in steps_of(TILBUD.id)}:
        raise PydanticCustomError("unknown", "Indberetningen har ikke dette trin.")
    return step


def _each_once(steps: list[str]) -> list[str]:
    return list(dict.fromkeys(steps))


StepId = Annotated[str, Field(max_length=100), AfterValidator(_of_form)]


class SampleBody(Body):
    """A sample that begins: which tilbud and which steps of its form, what is asked for, and until when."""

    tilbud_id: OutsideId
    steps: Annotated[list[StepId], Field(min_length=1, max_length=50), AfterValidator(_each_once)]
    reason: LongText
    deadline: Day


class SampleCorrectionBody(Body):
    """What is to be corrected, and until when."""

    reason: LongText
    deadline: Day


class SampleReasonBody(Body):
    """Why the operator does this; of a marking everybody can read it."""

    reason: LongText


class SampleClosureBody(Body):
    """How a sample ends, and why."""

    outcome: SampleOutcome
    reason: LongText


class SampleAnswerBody(Body):
    """What the tilbud answers: its documentation, that it is corrected, a comment, or why a marking is to go."""

    text: LongText


class SampleActView(BaseModel):
    """One act in a sample, by whom and when, with the ``deadline`` that it gave and the ``outcome`` of the last one."""

    act: SampleAct
    text: str
    deadline: date | None
    outcome: SampleOutcome | None
    done_at: datetime
    done_by: str
    organisation: str


class ListedSample(BaseModel):
    """One sample: where it stands, whose turn it is, and what the public sees of it."""

    id: str
    tilbud_id: str
    tilbud_name: str
    number: int
    state: SampleState
    outcome: SampleOutcome | None
    steps: list[str]
    deadline: date | None
    overdue: bool
    awaits: Awaits | None
    marking: Marking | None
    authority: str | None
    authority_name: str | None
    changed_at: datetime
    etag: str


class SampleView(ListedSample):
    """One sample with all its acts, the first one first.

    ``next_acts`` and ``outcomes`` are what the national operator may do now; nothing for others. ``may_answer`` says
    that the caller answers for the tilbud.
    """

    acts: list[SampleActView]
    next_acts: list[SampleAct]
    outcomes: list[SampleOutcome]
    may_answer: bool


class SamplePage(Page[ListedSample]):
    """Samples, those whose deadline has passed the longest ago first, and how many there are in each state."""

    counts: dict[SampleState, int]
    overdue: int
