"""The bodies of webhooks."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class WebhookChange(BaseModel):
    """A webhook to be made."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    url: Annotated[str, Field(min_length=1, max_length=500)]


class WebhookBody(BaseModel):
    """A webhook; ``off``: it is called no more, since calls failed."""

    id: str
    url: str
    created_at: datetime
    off: bool


class NewWebhookBody(WebhookBody):
    """A new webhook with the ``secret`` that its calls are signed with, which is shown this once."""

    secret: str


class TestCallBody(BaseModel):
    """What became of a test call; ``status`` is the answer's, null where there was none."""

    delivered: bool
    status: int | None
