"""What the API gives of the baseline."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class Baseline(BaseModel):
    """The latest approved data by whole step; ``version`` is 0 and ``steps`` empty before the first approval."""

    version: int
    approved_at: datetime | None
    steps: dict[str, dict[str, Any]]
