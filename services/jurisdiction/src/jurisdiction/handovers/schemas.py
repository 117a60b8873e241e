"""The bodies of requests and answers about handovers."""

from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from contracts.reference import authority_name
from contracts.text import BLANK_IS_NONE, up_to
from jurisdiction.handovers.models import Handover
from jurisdiction.kinds import KINDS

Reason = Annotated[Annotated[str, up_to(2_000)] | None, BLANK_IS_NONE]
ShortId = Annotated[str, StringConstraints(min_length=1, max_length=100)]
State = Literal["pending", "applied", "refused"]


class TakeBackBody(BaseModel):
    """Why the subject comes back; officers of both authorities and the tilbud read it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Reason = None


class HandoverBody(TakeBackBody):
    """To which authority the subject goes, one of the options, and why."""

    to: ShortId


class OptionBody(BaseModel):
    """An authority that can take the subject over, and when."""

    authority: str
    name: str
    because: str


class OptionsBody(BaseModel):
    """To whom the subject can be handed over, whom the rules point to first."""

    items: list[OptionBody]


class AcceptedHandover(BaseModel):
    """The handover is on its way; ask for it again to learn whether it came about."""

    id: str
    state: State


class HandoverView(BaseModel):
    """One handover; ``cases`` are those that it is to move, and once it is settled those that it has moved."""

    model_config = ConfigDict(serialize_by_alias=True)

    id: str
    from_authority: str = Field(serialization_alias="from")
    from_name: str
    to_authority: str = Field(serialization_alias="to")
    to_name: str
    taken_back: bool
    reason: str
    requested_by: str
    requested_at: datetime
    state: State
    refused_because: str | None
    settled_at: datetime | None
    cases: list[str]


def handover_view() -> type[HandoverView]:
    """Return the body of a handover; the id of the subject stands under the name that its kind gives it."""
    return _view_with(tuple(kind.id_field for kind in KINDS))


@cache
def _view_with(id_fields: tuple[str, ...]) -> type[HandoverView]:
    # Tests register kinds while a process runs: a view is that of the kinds which are there when it is asked for.
    fields: dict[str, Any] = {name: (str | None, Field(None, exclude_if=_is_none)) for name in id_fields}
    return create_model("HandoverAnswer", __base__=HandoverView, __doc__=HandoverView.__doc__, **fields)


def _is_none(value: object) -> bool:
    return value is None


def view_of(handover: Handover) -> HandoverView:
    """Return a handover as the API shows it."""
    names = HandoverView.model_fields.keys() - {"from_name", "to_name", "requested_by"}
    return handover_view()(
        **{name: getattr(handover, name) for name in names},
        **{KINDS[handover.kind].id_field: handover.subject_id},
        from_name=authority_name(handover.from_authority),
        to_name=authority_name(handover.to_authority),
        requested_by=handover.requested_by["name"],
    )
