"""Events of supervision systems: of few ids, so that they meet, correct and repeat each other."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

IDS = ("t1", "t2", "t3")
DECISIONS = ("approved", "approved", "approved-with-conditions", "not-approved", "no-decision")


@dataclass(frozen=True)
class TilsynDraft:
    """A tilsyn whose days count from the day on which it is sent."""

    name: str
    version: int
    decision: str
    kind: str
    days_ago: int
    order_days: int | None
    intensified_days: int | None
    ended: str | None

    def on(self, day: date, tilbud_id: str) -> dict[str, Any]:
        """Return the data of the event."""
        label = f"{self.name} {self.version}"
        gives_conditions = self.decision in {"approved-with-conditions", "no-decision"}
        return {
            "tilsyn_id": f"{self.name}-{tilbud_id}",
            "tilbud_id": tilbud_id,
            "version": self.version,
            "kind": self.kind,
            "decided_on": (day - timedelta(self.days_ago)).isoformat(),
            "decision": self.decision,
            "orders": self._orders(day, label),
            "conditions": [{"id": "c", "text": f"Vilkår {label}"}] if gives_conditions else [],
            "intensified": self._intensified(day, label),
            "ended": self._ended(tilbud_id),
        }

    def _orders(self, day: date, label: str) -> list[dict[str, Any]]:
        if self.order_days is None:
            return []
        deadline = (day + timedelta(self.order_days)).isoformat()
        return [{"id": "o", "text": f"Påbud {label}", "deadline": deadline}]

    def _intensified(self, day: date, label: str) -> dict[str, Any] | None:
        if self.intensified_days is None:
            return None
        first, last = day + timedelta(self.intensified_days - 5), day + timedelta(self.intensified_days)
        return {"from": first.isoformat(), "until": last.isoformat(), "reason": f"Skærpet {label}"}

    def _ended(self, tilbud_id: str) -> list[dict[str, Any]]:
        if self.ended is None:
            return []
        name, sanction = self.ended.split("/")
        return [{"tilsyn_id": f"{name}-{tilbud_id}", "id": sanction}]


TILSYN = st.builds(
    TilsynDraft,
    name=st.sampled_from(IDS),
    version=st.integers(1, 3),
    decision=st.sampled_from(DECISIONS),
    kind=st.sampled_from(("announced", "announced", "approval")),
    days_ago=st.integers(0, 4),
    order_days=st.one_of(st.none(), st.integers(0, 20)),
    intensified_days=st.one_of(st.none(), st.integers(3, 20)),
    ended=st.one_of(st.none(), st.none(), st.sampled_from([f"{name}/{sanction}" for name in IDS for sanction in "oc"])),
)
