"""The auditor's statement of every tilbud whose rate an auditor has to look at."""

from functools import cache

import typst
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from devstack.demonstration.form_answers import Steps
from reporting.files.models import File
from reporting.files.reading import digest_of
from reports.reporters import Reporter

STEP, FIELD = "budget", "rate_statement"
TEXT = """
#set document(title: "Erklæring om taksten")
#set text(lang: "da")
= Den uafhængige revisors erklæring om taksten
Dette er en erklæring til demonstration af Tilbudsportalen. Taksten er beregnet efter reglerne.
"""


def statement_id(number: int) -> str:
    """Return the id of the statement of the tilbud with that number; it looks like no number of anybody."""
    return f"feedfeed-feed-7eed-8eed-{number:f>12}"


async def keep_statement(session: AsyncSession, tilbud_id: str, steps: Steps, by: Reporter) -> None:
    """Keep the statement that the steps name, where they name one."""
    file_id = steps.get(STEP, {}).get(FIELD)
    if file_id is None:
        return
    content = _statement()
    values = {"id": file_id, "tilbud_id": tilbud_id, "step": STEP, "field": FIELD, "content": content}
    values |= {"digest": digest_of(content), "size": len(content), "pages": 1, "unread_pages": []}
    values |= {"received_at": now(), "received_by": by.stamp}
    await session.execute(insert(File).values(values).on_conflict_do_nothing())


@cache
def _statement() -> bytes:
    return typst.compile(TEXT.encode())
