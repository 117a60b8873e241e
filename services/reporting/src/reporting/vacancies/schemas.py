"""What the API takes and gives of vacancies."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from contracts.text import Gate, clean, cleaned
from reports.schemas import Body

DepartmentId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]


LONGEST_NOTE = 500


def _note(text: str) -> str:
    return cleaned(text, LONGEST_NOTE) if clean(text, several_lines=True) else ""


Note = Annotated[str, Gate(_note, {"maxLength": LONGEST_NOTE})]


class VacancyBody(Body):
    """The vacancies of one department, or of a tilbud without departments (``department_id`` null).

    A waiting time or a note that is left out stays as it is; a blank note takes it away.
    """

    department_id: DepartmentId | None = None
    vacancies: Annotated[int, Field(ge=0, le=2000, strict=True)]
    waiting_time_weeks: Annotated[int, Field(ge=0, le=520, strict=True)] | None = None
    vacancies_note: Note | None = None


class VacanciesBody(Body):
    """The vacancies of some departments of the tilbud; those that are not named keep theirs."""

    departments: Annotated[list[VacancyBody], Field(min_length=1, max_length=100)]


class ConfirmationBody(Body):
    """The departments whose figures are still right; all of them when it is left out."""

    departments: Annotated[list[DepartmentId | None], Field(min_length=1, max_length=100)] | None = None


class DepartmentVacancies(BaseModel):
    """Reported vacancies; not approved by anybody. ``reported_at`` is when they were reported or confirmed."""

    department_id: str | None
    vacancies: int
    waiting_time_weeks: int | None = None
    reported_at: datetime


class VacanciesView(BaseModel):
    """The vacancies as reported last in the fast lane; ``version`` 0 when never."""

    version: int
    changed_at: datetime | None
    departments: list[DepartmentVacancies]


class FiguresView(BaseModel):
    """What is public of a department's places; ``approved`` is false while the figures are marked as not approved."""

    department_id: str | None
    name: str | None
    approved_places: int
    vacancies: int | None
    waiting_time_weeks: int | None
    vacancies_note: str | None
    confirmed_at: datetime
    approved: bool


class VacanciesFigures(VacanciesView):
    """The vacancies, and in ``figures`` what is public now of every department, reported or approved."""

    figures: list[FiguresView]
