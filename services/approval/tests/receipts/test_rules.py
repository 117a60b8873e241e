"""The rounds of a case, read from its log."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from approval.cases.rules import Act, Outcome, departure
from approval.decisions.rules import Publication, publication_by
from approval.receipts.rules import rounds_of
from approval.receipts.words import summary
from contracts.kinds import TILBUD


@dataclass(frozen=True)
class Row:
    """A row of a log."""

    act: str
    step: str | None = None
    verdict: str | None = None
    authority: str | None = "socialtilsyn-nord"
    at: datetime = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
    revision: int = 1
    by: dict[str, Any] | None = None
    reason: str | None = None
    details: dict[str, Any] | None = None


REJECTED = Row(Act.DECIDED, "contact", "reject")
APPROVED = Row(Act.DECIDED, "contact", "approve")


def test_each_round_has_its_last_choices_and_a_closure_keeps_them() -> None:
    log = [Row(Act.OPENED), APPROVED, REJECTED, Row(Act.RETURNED), Row(Act.CLOSED)]
    returned, closed = rounds_of(log)
    assert returned.choices == closed.choices == {"contact": REJECTED}
    assert (returned.end.act, closed.end.act) == (Act.RETURNED, Act.CLOSED)


def test_a_resubmission_and_a_move_begin_without_choices() -> None:
    log = [Row(Act.OPENED), REJECTED, Row(Act.RETURNED), Row(Act.REOPENED), Row(Act.APPROVED)]
    assert [each.choices for each in rounds_of(log)] == [{"contact": REJECTED}, {}]
    assert rounds_of([Row(Act.OPENED), REJECTED, Row(Act.MOVED), Row(Act.RETURNED)])[0].choices == {}


def test_a_choice_that_was_taken_back_is_none() -> None:
    log = [Row(Act.OPENED), APPROVED, Row("undone", "contact"), Row(Act.CLOSED)]
    assert rounds_of(log)[0].choices == {}


def test_a_case_has_left_whoever_it_came_to_before_another() -> None:
    moved = Row(Act.MOVED, authority="socialtilsyn-syd")
    log = [Row(Act.OPENED), APPROVED, moved, Row(Act.REOPENED, authority="socialtilsyn-midt")]
    assert departure(log, {"socialtilsyn-nord"}) is moved
    assert departure(log, {"socialtilsyn-midt"}) is None
    assert departure(log, {"socialtilsyn-oest"}) is None
    assert departure([*log, Row(Act.MOVED)], {"socialtilsyn-nord"}) is None


def test_what_the_tilsyn_say_decides_whether_an_approval_is_public() -> None:
    assert publication_by("intensified") is Publication.PUBLISHED
    assert publication_by("under-approval") is Publication.AWAITS_TILSYN
    assert publication_by("not-approved") is Publication.NOT_APPROVED
    assert publication_by("ceased") is Publication.CEASED


def test_the_summary_says_why_nothing_became_public() -> None:
    noun = TILBUD.noun
    assert summary(Outcome.APPROVED, Publication.AWAITS_TILSYN, [], noun) == (
        "Sagen er godkendt og afsluttet. Oplysningerne er ikke offentliggjort: tilbuddet er ikke godkendt ved et "
        "tilsyn endnu. Oplysningerne bliver offentliggjort, når godkendelsen kommer."
    )
    steps = [APPROVED, REJECTED]
    assert summary(Outcome.RETURNED, None, steps, noun) == ("Sagen er returneret til tilbuddet: 1 af 2 trin er afvist.")
