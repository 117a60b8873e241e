"""Every subject judged under a future set, in portions, so that others are served in between.

Many subjects are known by the same facts: each combination is judged once.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from jurisdiction.agreements.models import Agreement
from jurisdiction.assignments.models import Subject
from jurisdiction.assignments.queries import facts_from
from jurisdiction.authorities.routing_context import NoAuthority
from jurisdiction.authorities.rulebook import Rulebook
from jurisdiction.authorities.rules import Decision
from jurisdiction.kinds import KINDS
from jurisdiction.rehearsals.rules import Judged, move_under
from jurisdiction.rehearsals.schemas import Flow, MoveView, RehearsalResult

PORTION = 500
SHOWN = 1_000
COLUMNS = (Subject.id, Subject.kind, Subject.authority, Subject.givers, Subject.created_facts, Subject.approved)

Answer = Decision | NoAuthority | None


class _Judge:
    """Judges subjects under a future set; ``answers`` has what was said of those without agreements of their own."""

    def __init__(self, books: Mapping[str, Rulebook], at: date) -> None:
        self._books, self._at = books, at
        self._answers: dict[tuple[str, ...], Answer] = {}

    def move_of(self, row: Row[Any], agreements: Sequence[Agreement]) -> Answer:
        """Return what moves a subject, None where it stays; LookupError while too little is known of it."""
        if agreements:
            return self._judge(row, agreements)
        known_by = (row.kind, str(row.authority), repr(row.givers), repr(row.created_facts), repr(row.approved))
        if known_by not in self._answers:
            self._answers[known_by] = self._judge(row, ())
        return self._answers[known_by]

    def _judge(self, row: Row[Any], agreements: Sequence[Agreement]) -> Answer:
        facts = facts_from(row.created_facts, row.approved)
        if facts is None or row.authority is None:
            raise LookupError(row.id)
        subject = Judged(row.authority, row.givers, facts, agreements)
        return move_under(self._books[row.kind], subject, self._at, KINDS[row.kind].noun)


async def rehearse(session: AsyncSession, books: Mapping[str, Rulebook], at: date) -> RehearsalResult:
    """Return who would move under ``books`` on the day ``at``, and why."""
    judge, agreements = _Judge(books, at), await _agreements(session)
    flows: Counter[tuple[str, str | None]] = Counter()
    shown: list[MoveView] = []
    judged = unknown = 0
    async for portion in _portions(session):
        for row in portion:
            try:
                answer = judge.move_of(row, agreements.get((row.kind, row.id), ()))
            except LookupError:
                unknown += 1
                continue
            judged += 1
            if answer is None:
                continue
            flows[row.authority, answer.authority if isinstance(answer, Decision) else None] += 1
            if len(shown) < SHOWN:
                shown.append(_view(row, answer))
        await asyncio.sleep(0)
    return RehearsalResult(
        at=at,
        reference_version=next(iter(books.values())).version,
        judged=judged,
        unknown=unknown,
        moving=flows.total(),
        flows=[Flow(from_authority=one, to_authority=to, subjects=count) for (one, to), count in flows.most_common()],
        items=shown,
    )


def _view(row: Row[Any], answer: Decision | NoAuthority) -> MoveView:
    moved = answer if isinstance(answer, Decision) else None
    return MoveView(
        kind=row.kind,
        id=row.id,
        from_authority=row.authority,
        to_authority=moved.authority if moved else None,
        rule=moved.rule if moved else None,
        because=answer.reason if isinstance(answer, NoAuthority) else answer.explanation,
    )


async def _portions(session: AsyncSession) -> AsyncIterator[Sequence[Row[Any]]]:
    last = ("", "")
    place = tuple_(Subject.id, Subject.kind)
    while True:
        statement = select(*COLUMNS).where(place > tuple_(*last)).order_by(Subject.id, Subject.kind).limit(PORTION)
        rows = (await session.execute(statement)).all()
        if not rows:
            return
        yield rows
        last = (rows[-1].id, rows[-1].kind)


async def _agreements(session: AsyncSession) -> dict[tuple[str, str], list[Agreement]]:
    found: defaultdict[tuple[str, str], list[Agreement]] = defaultdict(list)
    for each in await session.scalars(select(Agreement)):
        found[each.kind, each.subject_id].append(each)
    return found
