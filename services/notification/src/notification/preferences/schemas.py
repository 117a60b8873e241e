"""The bodies of the preferences."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from contracts.contact_details import Email
from notification.mail_types import CHOOSABLE, Frequency, MailType


def _choosable(mail_type: MailType) -> MailType:
    if mail_type not in CHOOSABLE:
        raise PydanticCustomError("not-choosable", "Denne mail kan ikke slås fra.")
    return mail_type


ChoosableMailType = Annotated[MailType, AfterValidator(_choosable)]


class StoppedBody(BaseModel):
    """Since when the address in use gets no mails: mail servers have sent them back."""

    since: datetime


class PreferencesBody(BaseModel):
    """Where mails go, which are wanted and how often.

    ``email`` is the address in use; ``own_email`` is the one that the user has chosen, or None while the one of
    the sign-in is used. It is used once the user has answered the mail to it (``own_email_confirmed``). ``paused``: all
    mails were ended by the link in one.
    """

    email: str | None
    own_email: str | None
    own_email_confirmed: bool
    mails: dict[MailType, bool]
    frequency: dict[MailType, Frequency]
    paused: bool
    stopped: StoppedBody | None


class PreferencesChange(BaseModel):
    """The new preferences; types of mail that are left out are wanted, at once.

    Changing them ends a pause, unless it is to go on. ``retry``: write to an address again that was stopped.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    own_email: Email | None = None
    mails: dict[ChoosableMailType, bool] = Field(default_factory=dict)
    frequency: dict[ChoosableMailType, Frequency] = Field(default_factory=dict)
    paused: bool = False
    retry: bool = False


class ConfirmationBody(BaseModel):
    """An address that mails are to go to, and whether they do by now; ``query`` is that of a saved search, or null."""

    email: str
    query: str | None = None
    confirmed: bool
