"""The bodies of requests and answers about what no rule could place."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, StringConstraints, model_serializer

from contracts.reference import authority_name
from contracts.text import BLANK_IS_NONE, up_to
from jurisdiction.kinds import KINDS
from jurisdiction.routing.models import Undecided

ShortId = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Reason = Annotated[Annotated[str, up_to(2_000)] | None, BLANK_IS_NONE]


class UndecidedBody(BaseModel):
    """Who is the authority, and why."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    authority: ShortId
    reason: Reason = None


class UndecidedView(BaseModel):
    """A report, or the creation of a subject, that no rule could place.

    ``submission_id`` is None for a creation. ``provisional`` has it until it is decided: the authority of an answer
    that is not sure, or who created the subject; None where a report waits.
    """

    id: str
    tilbud_id: str
    kind: str
    submission_id: str | None
    revision: int
    reason: str
    provisional: str | None
    provisional_name: str | None
    since: datetime
    state: Literal["open", "decided", "superseded"]
    authority: str | None
    decided_because: str | None

    @classmethod
    def of(cls, row: Undecided) -> Self:
        """Return a row as the API shows it."""
        names = cls.model_fields.keys() - {"tilbud_id", "provisional_name"}
        name = authority_name(row.provisional) if row.provisional else None
        fields: dict[str, Any] = {each: getattr(row, each) for each in names}
        return cls(**fields, tilbud_id=row.subject_id, provisional_name=name)

    @model_serializer(mode="wrap")
    def _in_names_of_kind(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        content: dict[str, Any] = serialize(self)
        return {KINDS[self.kind].id_field if name == "tilbud_id" else name: value for name, value in content.items()}


class UndecidedList(BaseModel):
    """What of one subject waits for a decision."""

    items: list[UndecidedView]
