"""The bodies of the HTTP API (interfaces.md, "notification")."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from notification.kinds import CHOOSABLE, Kind

# The simplest form that has a name, an @ and a domain; whether somebody reads it shows when a mail bounces.
EmailAddress = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254
    ),
]


def _choosable(kind: Kind) -> Kind:
    if kind not in CHOOSABLE:
        raise PydanticCustomError("not-choosable", "this mail cannot be turned off")
    return kind


ChoosableKind = Annotated[Kind, AfterValidator(_choosable)]


class FollowBody(BaseModel):
    """Something that the user follows."""

    kind: Literal["tilbud"] = "tilbud"
    id: str
    name: str | None
    followed_at: datetime


class UnfollowedBody(BaseModel):
    """A tilbud of the user's organisation that nobody in the organisation follows."""

    kind: Literal["tilbud"] = "tilbud"
    id: str
    name: str | None


class PreferencesBody(BaseModel):
    """Where mails go and which are wanted.

    ``email`` is the address in use; ``own_email`` is the one that the user has chosen, or None while the one of
    the sign-in is used.
    """

    email: str | None
    own_email: str | None
    mails: dict[Kind, bool]


class PreferencesChange(BaseModel):
    """The new preferences; kinds that are left out are wanted."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    own_email: EmailAddress | None = None
    mails: dict[ChoosableKind, bool] = Field(default_factory=dict)


class DeliveryBody(BaseModel):
    """One mail of the caller's organisation; ``to`` is shown to the recipient only."""

    id: str
    kind: Kind
    about: str
    role: Literal["leader", "contact", "follower"]
    state: Literal["owed", "sent", "bounced", "failed"]
    attempts: int
    created_at: datetime
    settled_at: datetime | None
    to: str | None
