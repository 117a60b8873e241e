"""What must come of what people did, in plain dicts and loops: nothing of the services' own rules stands here."""

import math
from dataclasses import dataclass, field
from datetime import date
from typing import Any

NORD, SYD = "socialtilsyn-nord", "socialtilsyn-syd"
AREA = {"0851": NORD, "0461": SYD}
POSITIVE = ("approved", "approved-with-conditions")
Tilsyn = dict[str, Any]
"""What a supervision system sends of a tilsyn, with the ``authority`` that sent it and its ``number`` in order."""


@dataclass
class CaseModel:
    """One case; ``content`` is what was sent of each step that the machine edits, ``ended`` how often it ended."""

    id: str
    number: int
    keys: list[str]
    content: dict[str, Any]
    revision: int = 1
    state: str = "awaiting"
    ended: int = 0

    def end(self, state: str) -> None:
        """Let the case be over."""
        assert self.state != state, f"the case {self.id} was {state} already"
        self.state, self.ended = state, self.ended + 1


@dataclass
class Facts:
    """What decides whether a tilbud is public, and with what: of all that was accepted, or of what a reader has."""

    approved: dict[int, dict[str, Any]] = field(default_factory=dict)
    tilsyn: dict[tuple[str, str], Tilsyn] = field(default_factory=dict)
    ceased_on: date | None = None

    def content(self) -> dict[str, Any]:
        """Return of each step what was approved with the highest number."""
        whole: dict[str, Any] = {}
        for number in sorted(self.approved):
            whole |= self.approved[number]
        return whole

    def keep(self, tilsyn: Tilsyn) -> None:
        """Keep a tilsyn in its newest version."""
        key = tilsyn["authority"], tilsyn["tilsyn_id"]
        if key not in self.tilsyn or self.tilsyn[key]["version"] <= tilsyn["version"]:
            self.tilsyn[key] = tilsyn

    def deciding(self) -> Tilsyn | None:
        """Return the tilsyn that decides: of the latest day, and of that day the one that was accepted last."""
        deciding = None
        for each in self.tilsyn.values():
            if each["decision"] != "no-decision" and (deciding is None or _place(each) > _place(deciding)):
                deciding = each
        return deciding

    def has_ceased(self) -> bool:
        """Return whether it has ceased, and was not approved anew since."""
        if self.ceased_on is None:
            return False
        for each in self.tilsyn.values():
            if each["kind"] == "approval" and each["decision"] in POSITIVE and _day(each) > self.ceased_on:
                return False
        return True

    def is_public(self) -> bool:
        """Return whether everybody may see it; its first case always holds every step."""
        deciding = self.deciding()
        return bool(self.approved and deciding and deciding["decision"] in POSITIVE and not self.has_ceased())

    def sanctions(self, day: date) -> list[tuple[str, str, str]]:
        """Return kind, tilsyn and text of every sanction that stands on a day, whether it has begun or not."""
        deciding = self.deciding()
        if self.has_ceased() or (deciding and deciding["decision"] == "not-approved"):
            return []
        found = []
        for each in self.tilsyn.values():
            if not self._is_before_a_loss(each):
                period = each["intensified"]
                if period and day <= date.fromisoformat(period["until"]):
                    found.append(("intensified", each["tilsyn_id"], period["reason"]))
                for kind in ("order", "condition"):
                    rows = [row for row in each[f"{kind}s"] if not self._is_ended(each, row)]
                    found += [(kind, each["tilsyn_id"], row["text"]) for row in rows]
        return sorted(found)

    def _is_before_a_loss(self, tilsyn: Tilsyn) -> bool:
        losses = [_place(each) for each in self.tilsyn.values() if each["decision"] == "not-approved"]
        if self.ceased_on:
            losses.append((self.ceased_on, math.inf))
        return any(_place(tilsyn) <= loss for loss in losses)

    def _is_ended(self, giver: Tilsyn, sanction: dict[str, Any]) -> bool:
        named = {"tilsyn_id": giver["tilsyn_id"], "id": sanction.get("id")}
        for later in self.tilsyn.values():
            own = self.tilsyn.get((later["authority"], giver["tilsyn_id"]))
            means_its_own = own is not None and own is not giver and named["id"] in ids_of(own)
            if named in later["ended"] and _place(later) > _place(giver) and not means_its_own:
                return True
        return False


@dataclass
class TilbudModel:
    """One tilbud: ``current`` is what its reporter wrote last, ``authority`` whom ``approval`` has heard of."""

    id: str
    current: dict[str, Any]
    facts: Facts = field(default_factory=Facts)
    cases: dict[str, CaseModel] = field(default_factory=dict)
    authority: str = NORD
    authority_version: int = 0
    tilsyn_count: int = 0
    given: dict[str, set[str]] = field(default_factory=dict)

    def open_cases(self, *states: str) -> list[CaseModel]:
        """Return the cases in one of ``states``."""
        return [case for case in self.cases.values() if case.state in states]

    def receive(self, sender: str, kind: str, data: dict[str, Any]) -> bool:
        """Take in an event from ``sender``'s system and return whether it is accepted."""
        if sender != self.authority:
            return False
        if kind == "ceased":
            self.facts.ceased_on = date.fromisoformat(data["ceased_on"])
            return True
        return self._receive_tilsyn(data | {"authority": sender})

    def _receive_tilsyn(self, new: Tilsyn) -> bool:
        known = self.facts.tilsyn.get((new["authority"], new["tilsyn_id"]))
        if known and new["version"] <= known["version"]:
            same = {**known, "number": 0} == {**new, "number": 0}
            return new["version"] < known["version"] or same
        own = {new["tilsyn_id"]: ids_of(new)}
        for ended in new["ended"]:
            if ended["id"] not in self.given.get(ended["tilsyn_id"], set()) | own.get(ended["tilsyn_id"], set()):
                return False
        if not known:
            self.tilsyn_count += 1
        self.facts.keep(new | {"number": known["number"] if known else self.tilsyn_count})
        self.given.setdefault(new["tilsyn_id"], set()).update(ids_of(new))
        return True


def ids_of(tilsyn: Tilsyn) -> set[str]:
    """Return the ids of the orders and conditions of a tilsyn."""
    return {row["id"] for row in (*tilsyn["orders"], *tilsyn["conditions"]) if row.get("id")}


def _day(tilsyn: Tilsyn) -> date:
    return date.fromisoformat(tilsyn["decided_on"])


def _place(tilsyn: Tilsyn) -> tuple[date, float]:
    return _day(tilsyn), tilsyn["number"]
