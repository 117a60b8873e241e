"""A set is loaded: it holds from the next transaction on, in every process."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import now
from jurisdiction.authorities.reference_data import ReferenceData
from jurisdiction.authorities.rulebook import load_rulebooks
from jurisdiction.reference_sets.models import ReferenceSet
from jurisdiction.reference_sets.queries import Rulebooks, data_in_force
from jurisdiction.reference_sets.rules import content_of, differences, digest_of

_LOCK = text("SELECT pg_try_advisory_xact_lock(7235012)")


class LoadRunning(Exception):
    """Somebody else loads a set at this moment."""


@dataclass(frozen=True)
class Loading:
    """What a load does: nothing when it makes no difference. ``set_id`` is None when nothing was stored."""

    changes: list[str]
    sha256: str
    versions: dict[str, str]
    set_id: int | None = None


async def load_set(
    session: AsyncSession, data: ReferenceData, books: Rulebooks, *, loaded_by: str, os_user: str, dry_run: bool = False
) -> Loading:
    """Store a set without faults, with who loaded it and what is different; LoadRunning when somebody else does."""
    if not await session.scalar(_LOCK):
        raise LoadRunning
    before, after = content_of(await data_in_force(session)), content_of(data)
    sha256, changes = digest_of(after), differences(before, after)
    versions = {kind: book.version for kind, book in load_rulebooks(books.switched_on, data).items()}
    if sha256 == digest_of(before) or dry_run:
        return Loading(changes, sha256, versions)
    row = ReferenceSet(
        sha256=sha256,
        content=after,
        changes=changes,
        reference_versions=versions,
        loaded_by=loaded_by,
        os_user=os_user,
        loaded_at=now(),
    )
    session.add(row)
    await session.flush()
    return Loading(changes, sha256, versions, row.id)
