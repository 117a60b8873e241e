"""What the API gives of the economy of a tilbud."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel


class FigureState(StrEnum):
    """How far figures have come."""

    APPROVED = "approved"
    SENT = "sent"  # They wait for the authority, or were returned.
    DRAFTED = "drafted"  # They are not sent, and only the reporters see them.


class YearSource(BaseModel):
    """The answers of a budget or an annual report of one year, with what is computed, and where they come from.

    ``at`` is when they were approved or sent, and ``submission_id`` the case they are sent with.
    """

    state: FigureState
    at: datetime | None
    submission_id: str | None
    data: dict[str, Any]


class EconomyLine(BaseModel):
    """One amount of a year as budgeted and as it became, in øre; null where it is not known.

    A deficit is below zero. The deviation is the annual report minus the budget, for income and costs alike, and in
    percent of the budgeted amount, whose sign does not count; null where nothing was budgeted.
    """

    id: str
    label: str
    budget_oere: int | None
    report_oere: int | None
    deviation_oere: int | None
    deviation_percent: float | None


class EconomyYear(BaseModel):
    """One year: its budget and its annual report as they are now, and the one beside the other."""

    year: int
    budget: YearSource | None
    report: YearSource | None
    lines: list[EconomyLine]


class Economy(BaseModel):
    """Every year that was reported, newest first. Years stay when others are reported."""

    tilbud_id: str
    years: list[EconomyYear]


class SuggestedAnswer(BaseModel):
    """A figure of an earlier year that a budget can begin with; it is in no draft before somebody saves it there."""

    field: str
    value: Any
    step: str
    year: int


class SuggestedBudget(BaseModel):
    """What a budget of ``year`` can begin with: the accounts of the year before, else its budget.

    ``asked_again`` are the fields whose answers are about one year alone.
    """

    year: int
    answers: list[SuggestedAnswer]
    asked_again: list[str]
