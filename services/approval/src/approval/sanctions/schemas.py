"""What the list of sanctions answers."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from contracts.sanctions import SanctionKind


class ListedSanction(BaseModel):
    """A sanction that stands, with its tilbud and the tilsyn that gave it.

    An order or a condition may have an ``id`` and a ``deadline``, and is ``overdue`` when that has passed; an
    intensified tilsyn has a first and a last day, and its reason as ``text``.
    """

    model_config = ConfigDict(populate_by_name=True)

    tilbud_id: str
    tilbud_name: str
    kind: SanctionKind
    authority: str
    tilsyn_id: str
    text: str | None
    id: str | None
    deadline: date | None
    overdue: bool
    start: Annotated[date | None, Field(alias="from")]
    until: date | None
