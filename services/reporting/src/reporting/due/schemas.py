"""What the API gives of what is due."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel

from contracts.events.reporting import DutyKind


class StandsStill(StrEnum):
    """What has no deadline, and waits for somebody all the same."""

    RETURNED_CASE = "returned-case"
    LEADER_CPR = "leader-cpr"
    DRAFT = "draft"


class DueView(BaseModel):
    """One thing that is due.

    ``deadline`` is its last day, null where it has none; ``since`` is the day from which it has waited: when vacancies
    were confirmed last, a case came back, a draft was saved. ``year`` is the one to report. ``todo`` says in Danish
    what to do, ``link`` where over this API.
    """

    tilbud_id: str
    tilbud_name: str
    what: DutyKind | StandsStill
    state: Literal["overdue", "soon", "open"]
    since: date | None
    deadline: date | None
    year: int | None
    submission_id: str | None
    todo: str
    link: str
