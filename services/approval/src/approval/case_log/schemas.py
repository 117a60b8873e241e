"""An act on a case as files have it."""

from datetime import datetime

from pydantic import BaseModel


class LoggedAct(BaseModel):
    """One row of the log, flat: ``subject_id`` is that of the tilbud or whatever else the case is about.

    ``id`` rises with every act of any case; ``publication`` is what an approval made public.
    """

    id: int
    at: datetime
    case_id: str
    kind: str
    subject_id: str
    revision: int
    act: str
    authority: str | None
    step: str | None
    verdict: str | None
    reason: str | None
    by_name: str | None
    by_organisation: str | None
    publication: str | None
