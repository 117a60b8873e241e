"""The bodies of requests and answers about agreements."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints

from contracts.reference import authority_name
from contracts.text import BLANK_IS_NONE, up_to
from jurisdiction.agreements.models import Agreement
from jurisdiction.days import AskedDay

ShortId = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Source = Annotated[Annotated[str, up_to(500)] | None, BLANK_IS_NONE]


class AgreementBody(BaseModel):
    """A delegation of the task, or an agreement on all places, with its days and where it is written."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    type: Literal["delegation", "all-places"]
    authority: ShortId
    valid_from: AskedDay
    valid_to: AskedDay | None = None
    source: Source = None


class AgreementView(BaseModel):
    """One recorded agreement; ``valid_to`` is its last day, None while it goes on."""

    id: str
    type: Literal["delegation", "all-places"]
    authority: str
    name: str
    valid_from: date
    valid_to: date | None
    source: str
    recorded_by: str
    recorded_at: datetime
    etag: str

    @classmethod
    def of(cls, row: Agreement, etag: str) -> Self:
        """Return a row as the API shows it."""
        names = ("id", "type", "authority", "valid_from", "valid_to", "source", "recorded_at")
        fields = {name: getattr(row, name) for name in names}
        return cls(**fields, name=authority_name(row.authority), recorded_by=row.recorded_by["name"], etag=etag)


class AgreementList(BaseModel):
    """Every agreement about a subject, the oldest first."""

    items: list[AgreementView]
