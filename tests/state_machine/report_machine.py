"""The machine of reporting alone: everything that can befall the report of one tilbud, in any order."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.state_machine.report_checks import check, check_typed
from tests.state_machine.report_model import AWAITING, OPEN, RETURNED, ReportedCase
from tests.state_machine.report_run import ReportRun

KEYS = st.sampled_from(
    ("values", "contact", "supplementary", "target-groups/afd-1", "target-groups/afd-2", "target-groups/afd-3")
)
PICK = st.integers(0, 5)
DEPARTMENT = st.sampled_from(("afd-1", "afd-2", "afd-3", "afd-4"))


class ReportMachine(RuleBasedStateMachine):
    """One tilbud whose first report is ready; ``start`` stands there."""

    start: ReportRun
    runner: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.run_ = self.start.copy()
        self.run_.clock.days = 0
        self._do(self.run_.saved.restore("start"))
        self.edits = 0

    def _do(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(doing)

    def _case(self, pick: int, *states: str) -> ReportedCase | None:
        cases = self.run_.model.in_state(*states) or list(self.run_.model.cases.values())
        return cases[pick % len(cases)] if cases else None

    @rule(key=KEYS)
    def edit(self, key: str) -> None:
        self.edits += 1
        self._do(self.run_.edit(key, f"Tekst {self.edits}"))

    @rule(department=DEPARTMENT, how=st.sampled_from(("add", "rename", "remove")))
    def change_departments(self, department: str, how: str) -> None:
        self.edits += 1
        now = dict(self.run_.model.departments)
        if how == "remove":
            now.pop(department, None)
        elif how == "add" or department in now:
            now[department] = f"Afdeling {self.edits}"
        if now and list(now.items()) != self.run_.model.departments:
            self._do(self.run_.change_departments(list(now.items())))

    @rule()
    def submit(self) -> None:
        self._do(self.run_.submit())

    @rule(key=KEYS)
    def report(self, key: str) -> None:
        """Write something and send it."""
        self.edit(key)
        self.submit()

    @rule(pick=PICK)
    @precondition(lambda self: self.run_.model.cases)
    def resubmit(self, pick: int) -> None:
        if case := self._case(pick, RETURNED):
            self._do(self.run_.resubmit(case))

    @rule(pick=PICK)
    @precondition(lambda self: self.run_.model.in_state(RETURNED, "closed"))
    def give_up(self, pick: int) -> None:
        if case := self._case(pick, RETURNED):
            self._do(self.run_.give_up(case))

    @rule(pick=PICK, rejected=st.none() | PICK, is_heard=st.sampled_from((True, True, False)))
    @precondition(lambda self: self.run_.model.in_state(AWAITING))
    def decide(self, pick: int, rejected: int | None, is_heard: bool) -> None:  # noqa: FBT001
        if case := self._case(pick, AWAITING):
            self._do(self.run_.decide(case, rejected))
        if is_heard:
            self._do(self.run_.hear())

    @rule(again=st.none() | st.integers(0, 20))
    @precondition(lambda self: self.run_.decided or self.run_.delivered)
    def hear(self, again: int | None) -> None:
        self._do(self.run_.hear(again=again))

    @rule(department=DEPARTMENT, vacancies=st.integers(0, 5))
    @precondition(lambda self: self.run_.model.approved)
    def tell_vacancies(self, department: str, vacancies: int) -> None:
        self._do(self.run_.tell_vacancies(department, vacancies))

    @rule(days=st.sampled_from((0, 0, 1, 40, 400)))
    def change_around(self, days: int) -> None:
        """Another authority takes over, or days pass: the form is that of the day."""
        if days:
            self.run_.clock.days += days
        else:
            self._do(self.run_.move())

    @invariant()
    def holds(self) -> None:
        self._do(check(self.run_))

    def teardown(self) -> None:
        self._do(self._end())

    async def _end(self) -> None:
        """Hear everything: all that was typed is there, and what was returned can be sent again or given up."""
        run = self.run_
        while run.decided:
            await run.hear()
        await check_typed(run)
        for case in run.model.in_state(*OPEN):
            await run.decide(case, 0)
            await run.hear()
            await run.resubmit(case)
            assert case.state in {AWAITING, "closed"}
        await check(run)
        await check_typed(run)
