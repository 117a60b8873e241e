"""The bodies of saved searches."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.contact_details import Email
from notification.mail_types import Frequency


class SavedSearchChange(BaseModel):
    """A search to be saved: ``query`` is that of ``GET /v1/search``, without ``limit``, ``cursor`` and ``as_of``."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    query: Annotated[str, Field(min_length=1, max_length=1_000)]
    email: Email
    frequency: Frequency = Frequency.AT_ONCE


class SavedSearchAccepted(BaseModel):
    """The answer, the same for every address: a mail to it asks first, where it may be written to."""

    state: Literal["awaiting-confirmation"] = "awaiting-confirmation"


class SavedSearchBody(BaseModel):
    """A search that is saved; ``token`` ends it. Nothing is told of one that is not ``confirmed``."""

    query: str
    frequency: Frequency
    created_at: datetime
    confirmed: bool
    token: str
