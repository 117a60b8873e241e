"""The bodies of the preferences."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from contracts.contact_details import Email
from notification.mail_types import CHOOSABLE, MailType


def _choosable(mail_type: MailType) -> MailType:
    if mail_type not in CHOOSABLE:
        raise PydanticCustomError("not-choosable", "this mail cannot be turned off")
    return mail_type


ChoosableMailType = Annotated[MailType, AfterValidator(_choosable)]


class PreferencesBody(BaseModel):
    """Where mails go and which are wanted.

    ``email`` is the address in use; ``own_email`` is the one that the user has chosen, or None while the one of
    the sign-in is used.
    """

    email: str | None
    own_email: str | None
    mails: dict[MailType, bool]


class PreferencesChange(BaseModel):
    """The new preferences; types of mail that are left out are wanted."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    own_email: Email | None = None
    mails: dict[ChoosableMailType, bool] = Field(default_factory=dict)
