"""What officers do with a lighthouse and its reports, through the real APIs."""

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from chassis.subscriptions import Record
from contracts.testing.lighthouse import LIGHTHOUSE
from tests.chaos.ordering.actions import ReportActions
from tests.chaos.ordering.system import OFFICER
from tests.e2e.scenario import NORD
from tests.kinds.lighthouses import create_lighthouse

AALBORG, SVENDBORG = "0851", "0479"
COLOUR, KEEPER, NEW_COLOUR = "rubinrød", "Signe Fyhn", "havgrøn"
# What is reported, and so never leaves the service of the lighthouses.
CONTENT = (COLOUR, KEEPER, NEW_COLOUR)


@dataclass
class LighthouseActions(ReportActions):
    """One lighthouse."""

    reports: ClassVar[str] = "lighthouses"
    reporter: ClassVar[str] = OFFICER
    path: ClassVar[str] = f"/v1/{LIGHTHOUSE.id}/{{id}}"

    async def create(self, lighthouse_id: str, municipality: str = AALBORG) -> None:
        """Let Socialtilsyn Nord create the lighthouse."""
        self.subject_id = lighthouse_id
        async with self.system.services["lighthouses"].database.begin() as session:
            await create_lighthouse(session, lighthouse_id, municipality=municipality, authority=NORD)
        await self.system.deliver_all()

    async def fill(self) -> None:
        """Save both steps."""
        await self.save("tower", {"colour": COLOUR})
        await self.save("keepers", {"keepers": [{"name": KEEPER}]})


def data_of(record: Record) -> dict[str, Any]:
    """Return what an event says."""
    data: dict[str, Any] = json.loads(record.value or b"{}")
    return data
