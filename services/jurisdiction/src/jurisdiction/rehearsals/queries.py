"""Every subject judged under a future set, in portions, so that others are served in between."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from jurisdiction.agreements.models import Agreement
from jurisdiction.assignments.models import Subject
from jurisdiction.assignments.queries import known_facts
from jurisdiction.authorities.routing_context import NoAuthority
from jurisdiction.authorities.rulebook import Rulebook
from jurisdiction.authorities.rules import Decision
from jurisdiction.kinds import KINDS
from jurisdiction.rehearsals.rules import Judged, move_under
from jurisdiction.rehearsals.schemas import Flow, MoveView, RehearsalResult

PORTION = 200
SHOWN = 1_000


async def rehearse(session: AsyncSession, books: Mapping[str, Rulebook], at: date) -> RehearsalResult:
    """Return who would move under ``books`` on the day ``at``, and why."""
    agreements = await _agreements(session)
    flows: Counter[tuple[str, str | None]] = Counter()
    shown: list[MoveView] = []
    judged = unknown = 0
    async for portion in _portions(session):
        for subject in portion:
            facts = known_facts(subject)
            if facts is None or subject.authority is None:
                unknown += 1
                continue
            judged += 1
            agreed = agreements.get((subject.kind, subject.id), ())
            known = Judged(subject.authority, subject.givers, facts, agreed)
            answer = move_under(books[subject.kind], known, at, KINDS[subject.kind].noun)
            if answer is None:
                continue
            move = _view(subject, answer)
            flows[move.from_authority, move.to_authority] += 1
            shown += [move] if len(shown) < SHOWN else []
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


def _view(subject: Subject, answer: Decision | NoAuthority) -> MoveView:
    moved = answer if isinstance(answer, Decision) else None
    return MoveView(
        kind=subject.kind,
        id=subject.id,
        from_authority=str(subject.authority),
        to_authority=moved.authority if moved else None,
        rule=moved.rule if moved else None,
        because=answer.reason if isinstance(answer, NoAuthority) else answer.explanation,
    )


async def _portions(session: AsyncSession) -> AsyncIterator[Sequence[Subject]]:
    last = ("", "")
    while True:
        place = tuple_(Subject.id, Subject.kind)
        statement = select(Subject).where(place > tuple_(*last)).order_by(Subject.id, Subject.kind).limit(PORTION)
        rows: Sequence[Subject] = (await session.scalars(statement)).all()
        if not rows:
            return
        yield rows
        last = (rows[-1].id, rows[-1].kind)
        session.expunge_all()


async def _agreements(session: AsyncSession) -> dict[tuple[str, str], list[Agreement]]:
    found: defaultdict[tuple[str, str], list[Agreement]] = defaultdict(list)
    for each in await session.scalars(select(Agreement)):
        found[each.kind, each.subject_id].append(each)
    return found
