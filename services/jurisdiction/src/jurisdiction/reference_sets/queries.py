"""The read side: the rules over the set that was loaded last, and the sets so far."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from jurisdiction.authorities.reference_data import ReferenceData, released_data
from jurisdiction.authorities.rulebook import Rulebook, load_rulebooks
from jurisdiction.reference_sets.models import ReferenceSet
from jurisdiction.reference_sets.rules import data_from

RELEASED = 0
"""Stands for the data of the release, as long as no set was loaded."""


class Rulebooks:
    """The rulebook of each kind over the set that holds: asked for anew in each transaction, so a load is heard of."""

    def __init__(self, switched_on: Mapping[str, date] | None = None) -> None:
        """``switched_on`` gives the first day of each rule that is off by default."""
        self._switched_on = dict(switched_on or {})
        self._set_id = RELEASED
        self._books = load_rulebooks(self._switched_on)

    @property
    def switched_on(self) -> Mapping[str, date]:
        """Return from when which rules are on that are off by default."""
        return self._switched_on

    async def get(self, session: AsyncSession) -> Mapping[str, Rulebook]:
        """Return the rulebooks by the id of their kind."""
        newest = await _newest_id(session)
        if newest != self._set_id:
            self._books, self._set_id = load_rulebooks(self._switched_on, await data_in_force(session)), newest
        return self._books

    async def of(self, session: AsyncSession, kind: str) -> Rulebook:
        """Return the rulebook of a kind."""
        return (await self.get(session))[kind]


async def data_in_force(session: AsyncSession) -> ReferenceData:
    """Return the set that was loaded last, or the data of this release."""
    newest = await session.get(ReferenceSet, await _newest_id(session))
    return data_from(newest.content) if newest else released_data()


async def sets_so_far(session: AsyncSession) -> Sequence[ReferenceSet]:
    """Return every set that was loaded, the first one first."""
    return (await session.scalars(select(ReferenceSet).order_by(ReferenceSet.id))).all()


async def set_data(session: AsyncSession, set_id: int) -> ReferenceData | None:
    """Return a set that was loaded once, or the data of this release for 0; None where there is none."""
    if set_id == RELEASED:
        return released_data()
    found = await session.get(ReferenceSet, set_id)
    return data_from(found.content) if found else None


async def _newest_id(session: AsyncSession) -> int:
    return int(await session.scalar(select(func.coalesce(func.max(ReferenceSet.id), RELEASED))) or RELEASED)
