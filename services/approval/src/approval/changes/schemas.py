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
    """One step of a case, or one department's part of it: approved data beside reported data.

    ``reported`` is false for a step that the case does not hold: it is shown as it was approved, for context. In a
    case that was sent again ``previous`` is the data of the round before, and ``edited`` says whether ``new`` differs
    from it.
    """

    step: str
    title: str
    department: Department | None
    reported: bool
    changed: bool
    changes: list[FieldChange]
    old: dict[str, Any] | None
    new: dict[str, Any]
    previous: dict[str, Any] | None
    edited: bool | None


class Overview(SubjectAnswer):
    """The change overview of a case; on a first approval ``old`` is null everywhere."""

    case_id: str
    tilbud_id: str
    revision: int
    initial: bool
    sections: list[Section]
