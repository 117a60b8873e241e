"""What the API takes and gives of vacancies."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from reports.schemas import Body


class VacancyBody(Body):
    """The vacancies of one department, or of a tilbud without departments (``department_id`` null)."""

    department_id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")] | None = None
    vacancies: Annotated[int, Field(ge=0, le=2000, strict=True)]
    waiting_time_weeks: Annotated[int, Field(ge=0, le=520, strict=True)] | None = None


class VacanciesBody(Body):
    """The vacancies of every department of the tilbud."""

    departments: Annotated[list[VacancyBody], Field(min_length=1, max_length=100)]


class DepartmentVacancies(BaseModel):
    """Reported vacancies; not approved by anybody."""

    department_id: str | None
    vacancies: int
    waiting_time_weeks: int | None


class VacanciesView(BaseModel):
    """The vacancies as reported last in the fast lane; ``version`` 0 when never."""

    version: int
    changed_at: datetime | None
    departments: list[DepartmentVacancies]
