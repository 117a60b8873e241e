"""What the routes of ``reporting`` have in common, on top of what all reports have."""

from typing import Annotated

from fastapi import Depends, Path

from contracts.access import Privilege
from contracts.kinds import TILBUD
from reports.dependencies import SUBJECT_ID
from web.auth import Principal, holding

Creator = Annotated[Principal, Depends(holding(TILBUD.privileges.create))]
CprReader = Annotated[Principal, Depends(holding(Privilege.READ_CPR))]
TilbudId = Annotated[str, Path(pattern=SUBJECT_ID)]
