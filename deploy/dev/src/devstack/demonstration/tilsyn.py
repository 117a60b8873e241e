"""What supervision systems have sent about the tilbud: decisions, scores, orders, conditions, corrections, cessations.

Every day is told from the day of loading, so a deadline that lies ahead today lies ahead whenever the data are loaded.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from contracts.events.external import TilbudCeasedInbound, TilsynCompleted
from contracts.vocabularies import vocabulary
from devstack.demonstration.country import Plan
from devstack.demonstration.histories import ReportStage, TilsynPattern
from devstack.demonstration.named_tilbud import tilsyn_of_guides

KINDS = ("announced", "unannounced", "follow-up")
CONCLUSIONS = (
    "Tilbuddet arbejder ud fra en klar målgruppe og følger systematisk op på borgernes mål.",
    "Kvaliteten er samlet set god. Socialtilsynet bemærker høj personalegennemstrømning (38 %).",
    "Borgerne fortæller, at de trives: »Her bliver man hørt.« Dokumentationen er dog mangelfuld.",
    "Tilbuddet har fulgt op på sidste års udviklingspunkter & arbejder videre med medicinhåndtering.",
    "Små, men stabile fremskridt. Ledelsen er ny og bør støttes af driftsherren.",
)
THEME_CONCLUSIONS = (
    "Indsatsen er tilpasset den enkelte.",
    "Der er behov for flere faste medarbejdere om natten.",
    "Rammerne er slidte, men bruges godt.",
)
ORDERS = (
    "Tilbuddet skal sikre opdaterede handleplaner.",
    "Tilbuddet skal sikre, at al medicin opbevares og dispenseres efter reglerne.",
    "Tilbuddet skal fremsende en plan for nedbringelse af magtanvendelser.",
)
CONDITIONS = (
    "Der skal være mindst to medarbejdere på arbejde, når alle borgere er hjemme.",
    "Lederen skal gennemføre en lederuddannelse på diplomniveau.",
    "Tilbuddet må højst modtage fire borgere, indtil ombygningen er færdig.",
)
REASONS = ("Gentagne brud på reglerne om magtanvendelse.", "Alvorlig bekymring for borgernes trivsel.", None)
CEASED = ("Driftsherren har lukket tilbuddet.", "Tilbuddet er lagt sammen med et andet.", None)
# Two of three socialtilsyn score to one decimal, as the mean of indicators; the rest in whole numbers.
DECIMALS = (1, 1, 0)

Body = dict[str, Any]
Writer = Callable[["Visits"], Iterator[Body]]


@dataclass(frozen=True)
class Message:
    """One message of a supervision system; ``number`` tells the tilsyn of a tilbud apart, and is 0 for a cessation.

    ``ended`` names sanctions of earlier tilsyn that end: the number of the tilsyn and the sanction's own id.
    """

    ce_type: str
    number: int
    body: Body
    ended: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Visits:
    """What the tilsyn of one tilbud are made of: its chance, the day of loading and how long ago the last visit was."""

    draw: Random
    today: date
    last: int

    def visit(self, days: int, **more: Any) -> Body:
        """Return a positive tilsyn decided ``days`` ago, with or instead of ``more``."""
        draw = self.draw
        decimals = draw.choice(DECIMALS)
        body = {
            "number": 1,
            "version": 1,
            "kind": draw.choice(KINDS),
            "visited_on": self.day(days + draw.randint(0, 30)),
            "decided_on": self.day(days),
            "decision": "approved",
            "conclusion": draw.choice(CONCLUSIONS),
            "themes": [_theme(draw, theme, decimals) for theme in vocabulary("quality-themes").ids],
        }
        return body | more

    def day(self, days: int) -> str:
        """Return the day that lies so many days back, or ahead for a negative number."""
        return (self.today - timedelta(days=days)).isoformat()

    def order(self, days: int) -> Body:
        """Return an order with its deadline so many days back."""
        return {"text": self.draw.choice(ORDERS), "deadline": self.day(days)}

    def intensified(self, start: int, until: int) -> Body:
        """Return an intensified tilsyn between two days, told as in ``day``."""
        reason = self.draw.choice(REASONS)
        period = {"from": self.day(start), "until": self.day(until)}
        return {"intensified": period | ({"reason": reason} if reason else {})}


def messages(plan: Plan, today: date) -> list[Message]:
    """Return everything that was sent about a tilbud, in its order; nothing where no tilsyn is told of."""
    if not plan.history.is_inspected:
        return []
    if plan.is_named:
        return [_message(tilsyn_of_guides(plan, today))]
    visits = Visits(plan.chance("tilsyn"), today, _last_visit(plan))
    bodies = list(_WRITERS[plan.history.tilsyn_pattern](visits))
    if plan.history.stage is ReportStage.NOT_APPROVED:
        bodies.append(visits.visit(visits.last // 3, number=2, decision="not-approved"))
    sent = [_message(body) for body in bodies]
    return [*sent, _cessation(visits)] if plan.history.stage is ReportStage.CEASED else sent


def _last_visit(plan: Plan) -> int:
    """Return how many days ago the last visit was; no tilbud is visited before it is there."""
    return min(plan.chance("last visit").randint(45, 380), plan.history.created // 2)


def _message(body: Body) -> Message:
    content = {name: value for name, value in body.items() if name not in {"number", "ended"}}
    return Message(TilsynCompleted.ce_type, body["number"], content, body.get("ended", ()))


def _cessation(visits: Visits) -> Message:
    reason = visits.draw.choice(CEASED)
    body = {"ceased_on": visits.day(visits.last // 4)} | ({"reason": reason} if reason else {})
    return Message(TilbudCeasedInbound.ce_type, 0, body)


def _theme(draw: Random, theme: str, decimals: int) -> Body:
    row: Body = {"theme": theme, "score": round(draw.uniform(1.6, 5.0), decimals)}
    return row | ({"conclusion": draw.choice(THEME_CONCLUSIONS)} if draw.random() < 0.2 else {})  # noqa: PLR2004


def _plain(visits: Visits) -> Iterator[Body]:
    yield visits.visit(visits.last)


def _earlier_ones(visits: Visits) -> Iterator[Body]:
    yield visits.visit(visits.last + 710, kind="approval")
    yield visits.visit(visits.last + 350, number=2)
    yield visits.visit(visits.last, number=3)


def _without_scores(visits: Visits) -> Iterator[Body]:
    yield visits.visit(visits.last, themes=[])


def _order_ahead(visits: Visits) -> Iterator[Body]:
    yield visits.visit(visits.last, orders=[visits.order(-60)])


def _order_passed(visits: Visits) -> Iterator[Body]:
    yield visits.visit(visits.last, orders=[visits.order(visits.last // 3)])


def _orders(visits: Visits) -> Iterator[Body]:
    yield visits.visit(visits.last, orders=[visits.order(visits.last // 3), visits.order(-14), visits.order(-90)])


def _conditions(visits: Visits) -> Iterator[Body]:
    some = visits.draw.sample(CONDITIONS, 2)
    conditions = [{"text": some[0]}, {"text": some[1], "deadline": visits.day(-120)}]
    yield visits.visit(visits.last, decision="approved-with-conditions", conditions=conditions)


def _intensified(visits: Visits) -> Iterator[Body]:
    yield visits.visit(visits.last, **visits.intensified(40, -100))


def _intensified_later(visits: Visits) -> Iterator[Body]:
    yield visits.visit(visits.last, **visits.intensified(-12, -140))


def _intensified_ended(visits: Visits) -> Iterator[Body]:
    yield visits.visit(visits.last + 100, **visits.intensified(visits.last + 100, visits.last - 20))


def _everything(visits: Visits) -> Iterator[Body]:
    conditions = [{"text": each} for each in CONDITIONS]
    orders = [visits.order(9), visits.order(-21)]
    more = visits.intensified(30, -80)
    yield visits.visit(visits.last, decision="approved-with-conditions", conditions=conditions, orders=orders, **more)


def _corrected(visits: Visits) -> Iterator[Body]:
    first = visits.visit(visits.last)
    themes = [row | {"score": min(5.0, row["score"] + 0.5)} for row in first["themes"]]
    yield first
    yield first | {"version": 2, "themes": themes, "conclusion": f"Rettet efter høring. {first['conclusion']}"}


def _order_withdrawn(visits: Visits) -> Iterator[Body]:
    first = visits.visit(visits.last, orders=[visits.order(-45)])
    yield first
    yield first | {"version": 2, "orders": []}


def _silent_later(visits: Visits) -> Iterator[Body]:
    """A later tilsyn says nothing of an order: the order stands."""
    yield visits.visit(visits.last + 120, orders=[visits.order(-75)])
    yield visits.visit(visits.last, number=2)


def _order_ended(visits: Visits) -> Iterator[Body]:
    """A later tilsyn ends the order by its id; the condition that came with it stands."""
    orders = [visits.order(visits.last + 30) | {"id": "påbud-1"}]
    conditions = [{"id": "vilkår-1", "text": CONDITIONS[0]}]
    decision = "approved-with-conditions"
    yield visits.visit(visits.last + 150, decision=decision, orders=orders, conditions=conditions)
    yield visits.visit(visits.last, number=2, kind="follow-up", ended=((1, "påbud-1"),))


def _visit_only(visits: Visits) -> Iterator[Body]:
    """A visit without a decision changes no approval."""
    yield visits.visit(visits.last + 60)
    yield visits.visit(visits.last, number=2, decision="no-decision", themes=[], kind="unannounced")


def _approved_again(visits: Visits) -> Iterator[Body]:
    yield visits.visit(visits.last + 500, decision="not-approved")
    yield visits.visit(visits.last, number=2, kind="approval")


_WRITERS: dict[TilsynPattern, Writer] = {
    TilsynPattern.PLAIN: _plain,
    TilsynPattern.EARLIER_ONES: _earlier_ones,
    TilsynPattern.WITHOUT_SCORES: _without_scores,
    TilsynPattern.ORDER_AHEAD: _order_ahead,
    TilsynPattern.ORDER_PASSED: _order_passed,
    TilsynPattern.ORDERS: _orders,
    TilsynPattern.CONDITIONS: _conditions,
    TilsynPattern.INTENSIFIED: _intensified,
    TilsynPattern.INTENSIFIED_LATER: _intensified_later,
    TilsynPattern.INTENSIFIED_ENDED: _intensified_ended,
    TilsynPattern.EVERYTHING: _everything,
    TilsynPattern.CORRECTED: _corrected,
    TilsynPattern.ORDER_WITHDRAWN: _order_withdrawn,
    TilsynPattern.SILENT_LATER: _silent_later,
    TilsynPattern.ORDER_ENDED: _order_ended,
    TilsynPattern.VISIT_ONLY: _visit_only,
    TilsynPattern.APPROVED_AGAIN: _approved_again,
}
