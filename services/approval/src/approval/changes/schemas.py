"""The change overview, as the API answers with it."""

from typing import Any

from pydantic import BaseModel

from approval.subjects.schemas import SubjectAnswer


class FieldChange(BaseModel):
    """One changed field: a pointer into the step's data, the Danish way to it, old beside new."""

    path: str
    label: str
    old: Any
    new: Any


class Department(BaseModel):
    """The department that a section is about."""

    id: str
    name: str


class Section(BaseModel):
    """One step of a case, or one department's part of it: approved data beside reported data."""

    step: str
    title: str
    department: Department | None
    changed: bool
    changes: list[FieldChange]
    old: dict[str, Any] | None
    new: dict[str, Any]


class Overview(SubjectAnswer):
    """The change overview of a case; on a first approval ``old`` is null everywhere."""

    case_id: str
    tilbud_id: str
    revision: int
    initial: bool
    sections: list[Section]
