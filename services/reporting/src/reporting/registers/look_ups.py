"""Asking the registers: within a time limit, with a memory, and without ever failing for it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from reporting.registers.port import Company, EanOwner, ProductionUnit, Registers
from reporting.registers.tables import TableRegisters

log = logging.getLogger(__name__)

LIMIT_SECONDS = 2.0
REMEMBERED_SECONDS = 3_600.0
# What a silent register is spared: a page that is shown again does not wait again.
SILENT_SECONDS = 15.0
MOST_REMEMBERED = 10_000

AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True)
class Answer(Generic[AnswerT]):
    """What a register said: ``found`` is None when there is no such number, or when it did not answer in time."""

    found: AnswerT | None = None
    is_silent: bool = False

    @property
    def does_not_exist(self) -> bool:
        """Return whether the register said that there is no such number."""
        return self.found is None and not self.is_silent


class LookUps:
    """The registers with a time limit and a memory of one process."""

    def __init__(self, registers: Registers, limit: float = LIMIT_SECONDS) -> None:
        self._registers = registers
        self._limit = limit
        self._remembered: dict[tuple[str, str], tuple[float, Answer[Any]]] = {}

    async def company(self, cvr: str) -> Answer[Company]:
        """Look a company up."""
        return await self._ask("company", cvr, self._registers.company)

    async def production_units(self, cvr: str) -> Answer[Sequence[ProductionUnit]]:
        """Look the production units of a company up."""
        return await self._ask("production-units", cvr, self._registers.production_units)

    async def ean_owner(self, ean: str) -> Answer[EanOwner]:
        """Look the owner of an EAN number up."""
        return await self._ask("ean-owner", ean, self._registers.ean_owner)

    async def _ask(
        self, question: str, number: str, ask: Callable[[str], Awaitable[AnswerT | None]]
    ) -> Answer[AnswerT]:
        known = self._remembered.get((question, number))
        if known and known[0] > time.monotonic():
            return known[1]
        answer: Answer[AnswerT]
        try:
            async with asyncio.timeout(self._limit):
                answer = Answer(await ask(number))
        except Exception as error:  # noqa: BLE001  Whatever is wrong with a register, nobody's work stops for it.
            log.warning("a register is silent", extra={"question": question, "error": type(error).__name__})
            answer = Answer(is_silent=True)
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        seconds = REMEMBERED_SECONDS if answer.found is not None else SILENT_SECONDS
        self._remembered[question, number] = (time.monotonic() + seconds, answer)
        return answer


class _Current:
    def __init__(self) -> None:
        self.look_ups = LookUps(TableRegisters())


_current = _Current()


def look_ups() -> LookUps:
    """Return the look-ups of this process."""
    return _current.look_ups


def use_registers(registers: Registers, limit: float = LIMIT_SECONDS) -> None:
    """Ask ``registers`` from now on: the place where an adapter to the real ones is set."""
    _current.look_ups = LookUps(registers, limit)
