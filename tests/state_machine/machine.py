"""The machine: which steps there are, and what holds after each of them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.state_machine import checks
from tests.state_machine.events import TILSYN, TilsynDraft
from tests.state_machine.model import AREA, NORD, SYD, CaseModel, TilbudModel
from tests.state_machine.people import OFFICER_OF, OFFICERS
from tests.state_machine.steps import Run, Sent

WHICH = st.integers(0, 1)
PICK = st.integers(0, 5)
KEYS = ("values", "contact", "target-groups/afd-1")
CODE = st.sampled_from(sorted(AREA))
OFFICER = st.sampled_from(sorted(OFFICERS))
MOSTLY = st.sampled_from((True, True, True, False))
StepT = TypeVar("StepT", bound=Callable[..., Any])
PRESSES = ("once", "once", "stale", "twice", "same command", "at once")


def _any_case(*states: str) -> Callable[[StepT], StepT]:
    """Let a rule wait for a case in one of ``states``."""
    return precondition(lambda self: any(tilbud.open_cases(*states) for tilbud in self.run_.tilbud))


class TilbudMachine(RuleBasedStateMachine):
    """Two tilbud with everybody who acts on them; ``start`` is a run that stands where each one begins."""

    start: Run
    runner: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.run_ = self.start.copy()
        self.run_.clock.days = 0
        self._do(self.run_.system.restore())
        self.edits = 0

    def _do(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(doing)

    def _case(self, which: int, pick: int, *states: str) -> tuple[TilbudModel, CaseModel] | None:
        """Return one of the cases of a tilbud; those in ``states`` go before the others."""
        tilbud = self.run_.tilbud[which]
        cases = tilbud.open_cases(*states) or list(tilbud.cases.values())
        return (tilbud, cases[pick % len(cases)]) if cases else None

    @rule(which=WHICH, key=st.sampled_from(KEYS), code=CODE)
    def edit(self, which: int, key: str, code: str) -> None:
        self.edits += 1
        value: Any = {"values": f"Værdi {self.edits}", "contact": (f"Navn {self.edits}", code)}.get(
            key, f"Ikke {self.edits}."
        )
        self._do(self.run_.edit(self.run_.tilbud[which], key, value))

    @rule(which=WHICH, key=st.sampled_from(KEYS), code=CODE, is_heard=MOSTLY)
    def report(self, which: int, key: str, code: str, is_heard: bool) -> None:  # noqa: FBT001
        """Write a step and send what is edited; mostly everybody hears of it at once."""
        self.edit(which, key, code)
        self._do(self.run_.submit(self.run_.tilbud[which]))
        if is_heard:
            self._do(self.run_.drain())

    @rule(which=WHICH, pick=PICK, key=st.none() | st.sampled_from(KEYS), code=CODE, is_heard=MOSTLY)
    @_any_case("returned")
    def resubmit(self, which: int, pick: int, key: str | None, code: str, is_heard: bool) -> None:  # noqa: FBT001
        if key:
            self.edit(which, key, code)
        if found := self._case(which, pick, "returned"):
            self._do(self.run_.resubmit(*found))
        if is_heard:
            self._do(self.run_.drain())

    @rule(which=WHICH, pick=PICK)
    @_any_case("returned")
    def give_up(self, which: int, pick: int) -> None:
        if found := self._case(which, pick, "returned"):
            self._do(self.run_.give_up(*found))

    @rule(which=WHICH, pick=PICK, who=OFFICER, verdict=st.sampled_from(("approve", "reject", None)), step=PICK)
    @_any_case("awaiting")
    def decide(self, which: int, pick: int, who: str, verdict: str | None, step: int) -> None:
        if found := self._case(which, pick, "awaiting"):
            self._do(self.run_.decide(who, found[1], verdict, step))

    @rule(which=WHICH, pick=PICK, who=OFFICER, how=st.sampled_from(PRESSES))
    @_any_case("awaiting")
    def conclude(self, which: int, pick: int, who: str, how: str) -> None:
        """Press Indsend, whatever was chosen so far."""
        if found := self._case(which, pick, "awaiting"):
            self._do(self.run_.conclude(found[0], who, found[1], how))

    @rule(which=WHICH, pick=PICK, rejected=st.none() | PICK, how=st.sampled_from(PRESSES), is_heard=MOSTLY)
    @_any_case("awaiting")
    def settle(self, which: int, pick: int, rejected: int | None, how: str, is_heard: bool) -> None:  # noqa: FBT001
        """Decide all steps of a case and press Indsend."""
        if found := self._case(which, pick, "awaiting"):
            self._do(self.run_.decide_all(found[1], rejected))
            for who in OFFICER_OF.values():
                self._do(self.run_.conclude(found[0], who, found[1], how))
        if is_heard:
            self._do(self.run_.drain())

    @rule(which=WHICH, key=st.sampled_from(KEYS), code=CODE, rejected=st.none() | PICK, how=st.sampled_from(PRESSES))
    def go_the_whole_way(self, which: int, key: str, code: str, rejected: int | None, how: str) -> None:
        """Report a change and decide one of the waiting cases; what comes of it is heard later."""
        self.report(which, key, code, is_heard=True)
        if self.run_.tilbud[which].open_cases("awaiting"):
            self.settle(which, 0, rejected, how, is_heard=False)

    @rule(which=WHICH, pick=PICK)
    @precondition(lambda self: any(each.facts.has_ceased() for each in self.run_.tilbud))
    def close_as_authority(self, which: int, pick: int) -> None:
        if found := self._case(which, pick, "awaiting"):
            self._do(self.run_.close_as_authority(*found))

    @rule(which=WHICH, who=OFFICER, how=st.sampled_from(("handover", "take-back")))
    def hand_over(self, which: int, who: str, how: str) -> None:
        self._do(self.run_.hand_over(self.run_.tilbud[which], who, how))

    @rule(which=WHICH, is_own=MOSTLY, draft=TILSYN, over_kafka=st.booleans())
    def tilsyn(self, which: int, is_own: bool, draft: TilsynDraft, over_kafka: bool) -> None:  # noqa: FBT001
        tilbud = self.run_.tilbud[which]
        data = draft.on(self.run_.clock.today(), tilbud.id)
        self._do(self.run_.send(self._event(tilbud, is_own, "tilsyn", data), over_kafka=over_kafka))

    @rule(which=WHICH, is_own=MOSTLY, draft=TILSYN, over_kafka=st.booleans())
    @precondition(lambda self: len(self.run_.sent) % 8 == 7)
    def cease(self, which: int, is_own: bool, draft: TilsynDraft, over_kafka: bool) -> None:  # noqa: FBT001
        tilbud = self.run_.tilbud[which]
        last = draft.on(self.run_.clock.today(), "")["decided_on"]
        data = {"tilbud_id": tilbud.id, "ceased_on": last, "reason": f"Grund {draft.version}"}
        self._do(self.run_.send(self._event(tilbud, is_own, "ceased", data), over_kafka=over_kafka))

    @rule(pick=st.integers(0, 20), new_id=st.booleans(), over_kafka=st.booleans(), changed=st.booleans())
    @precondition(lambda self: self.run_.sent)
    def send_again(self, pick: int, new_id: bool, over_kafka: bool, changed: bool) -> None:  # noqa: FBT001
        """The same event, the same under another id, or other content under its id."""
        sender, event_id, kind, data = self.run_.sent[pick % len(self.run_.sent)]
        if changed:
            data = data | ({"decision": "not-approved"} if kind == "tilsyn" else {"reason": "En anden grund"})
        event = sender, self._new_id() if new_id else event_id, kind, data
        self._do(self.run_.send(event, over_kafka=over_kafka))

    def _event(self, tilbud: TilbudModel, is_own: bool, kind: str, data: dict[str, Any]) -> Sent:  # noqa: FBT001
        other = SYD if tilbud.authority == NORD else NORD
        return tilbud.authority if is_own else other, self._new_id(), kind, data

    def _new_id(self) -> str:
        return f"e{len(self.run_.sent)}"

    @rule(pick=PICK, count=st.integers(1, 6), first=PICK)
    def deliver(self, pick: int, count: int, first: int) -> None:
        carrier = self.run_.system.carrier
        names = [name for name, group in carrier.groups.items() if carrier.waiting(group)]
        if names:
            self._do(self.run_.deliver(names[pick % len(names)], count, first))

    @rule()
    def deliver_everything(self) -> None:
        self._do(self.run_.drain())

    @rule(how=st.sampled_from(("rewind", "relay dies", "restart")), pick=st.integers(0, 40), by=st.integers(1, 4))
    def disturb(self, how: str, pick: int, by: int) -> None:
        """A group begins again at an older position, the relay sends twice, or every process starts anew."""
        carrier = self.run_.system.carrier
        if how == "rewind":
            names = list(carrier.groups)
            carrier.rewind(names[pick % len(names)], by)
        elif how == "relay dies":
            carrier.twice = True
        else:
            self._do(self.run_.system.restart())

    @rule(days=st.integers(1, 15), stopped=st.booleans())
    def days_pass(self, days: int, stopped: bool) -> None:  # noqa: FBT001
        """Days pass, with the workers at work or not."""
        self.run_.clock.days += days
        if not stopped:
            self._do(self.run_.system.run_timers())

    @invariant()
    def holds(self) -> None:
        self._do(self._check())

    async def _check(self) -> None:
        run = self.run_
        await checks.check_public(run.system, run.tilbud, run.seen)
        run.log = await checks.check_case_log(run.system, run.log)

    def teardown(self) -> None:
        self._do(self._end())

    async def _end(self) -> None:
        """Deliver everything: all agree, and what was returned can be sent again."""
        run = self.run_
        await run.drain()
        await self._check()
        await checks.check_no_dead_letters(run.system)
        await checks.check_outcomes_told(run.system)
        await checks.check_receipts(run.system, run.answers)
        for tilbud in run.tilbud:
            await checks.check_agreement(run.system, tilbud, run.clock.today())
            for case in tilbud.open_cases("returned"):
                await run.resubmit(tilbud, case)
                assert case.state == "awaiting" or tilbud.facts.has_ceased(), case
