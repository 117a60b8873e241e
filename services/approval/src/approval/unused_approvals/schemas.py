"""What the list of unused approvals answers."""

from datetime import date

from pydantic import BaseModel


class UnusedApprovalView(BaseModel):
    """An approved tilbud whose places all stand empty; ``lapses_on`` is null until it was warned of."""

    tilbud_id: str
    tilbud_name: str
    unused_since: date
    lapses_on: date | None
