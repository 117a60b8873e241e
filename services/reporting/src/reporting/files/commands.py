"""Which files a report names, and keeping those that were sent."""

from collections.abc import Mapping

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.form import Step, parse_key
from reporting.files.models import SentFile
from reporting.files.queries import fields_of_files
from reporting.files.rules import files_in, refuse_unknown
from reports.content.rules import Data


async def refuse_unknown_files(session: AsyncSession, tilbud_id: str, step: Step, data: Data) -> None:
    """Raise ``invalid`` where the data of a step names a file that was not sent for it."""
    named = files_in(step, data)
    if named:
        refuse_unknown(named, await fields_of_files(session, tilbud_id, step.id, named.values()))


async def keep_sent_files(
    session: AsyncSession, steps: Mapping[str, Step], submission_id: str, content: Mapping[str, Data]
) -> None:
    """Write down which files a submission holds, so that they stay and its authority may have them."""
    held = {
        file_id
        for key, data in content.items()
        if (step := steps.get(parse_key(key)[0]))
        for file_id in files_in(step, data).values()
    }
    if held:
        rows = [{"file_id": each, "submission_id": submission_id} for each in sorted(held)]
        await session.execute(insert(SentFile).values(rows).on_conflict_do_nothing())
