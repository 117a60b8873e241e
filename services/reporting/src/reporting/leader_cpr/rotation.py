"""Encrypting the numbers under the current key, a batch at a time, while everybody goes on working."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from prometheus_client import Gauge
from sqlalchemy import Select, select

from chassis.database import Database
from reporting.leader_cpr.models import LeaderCpr
from reporting.leader_cpr.vault import CprVault, LeaderCprUnreadable, Opened

BATCH = 200

leader_cprs = Gauge("leader_cprs", "CPR numbers of leaders by whether the current key opens them.", ["state"])


@dataclass
class Count:
    """How many numbers the current key opens, how many another one, and the tilbud whose number no key opens."""

    current: int = 0
    older: int = 0
    unreadable: list[str] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Return how many are not under the current key."""
        return self.older + len(self.unreadable)


async def count_by_key(database: Database, vault: CprVault) -> Count:
    """Open every number and count; what a row says of its key is not believed."""
    count = Count()
    after = ""
    while True:
        async with database.read() as session:
            rows = list(await session.scalars(_rows(after, BATCH)))
        if not rows:
            return count
        for row in rows:
            _add(count, vault, row)
        after = rows[-1].tilbud_id


async def measure_keys(database: Database, vault: CprVault) -> None:
    """Say how many numbers are under which key: one that no key opens must be seen before somebody asks for it."""
    count = await count_by_key(database, vault)
    leader_cprs.labels("current").set(count.current)
    leader_cprs.labels("older").set(count.older)
    leader_cprs.labels("unreadable").set(len(count.unreadable))


async def encrypt_anew(
    database: Database, vault: CprVault, size: int = BATCH, told: Callable[[int], object] = lambda _: None
) -> int:
    """Encrypt what is not under the current key under it, ``size`` rows in a transaction; return how many it was.

    What is done already is left alone, so it can be ended anywhere and started again, also twice at once. A number
    that no key opens stays as it is. ``told`` hears after each batch how many rows it looked at.
    """
    changed = 0
    after = ""
    while True:
        async with database.begin() as session:
            rows = list(await session.scalars(_rows(after, size).with_for_update()))
            changed += sum([_seal_anew(vault, row) for row in rows])
        if not rows:
            return changed
        told(len(rows))
        after = rows[-1].tilbud_id


def _rows(after: str, size: int) -> Select[LeaderCpr]:
    return select(LeaderCpr).where(LeaderCpr.tilbud_id > after).order_by(LeaderCpr.tilbud_id).limit(size)


def _opened(vault: CprVault, row: LeaderCpr) -> Opened | None:
    with suppress(LeaderCprUnreadable):
        return vault.open(row)
    return None


def _add(count: Count, vault: CprVault, row: LeaderCpr) -> None:
    opened = _opened(vault, row)
    if opened is None:
        count.unreadable.append(row.tilbud_id)
    elif opened.key_id == vault.current_key.id:
        count.current += 1
    else:
        count.older += 1


def _seal_anew(vault: CprVault, row: LeaderCpr) -> bool:
    opened = _opened(vault, row)
    if opened is None or opened.key_id == row.key_id == vault.current_key.id:
        return False
    vault.seal(row, opened.digits)
    return True
