"""What a receipt says in Danish. Pure."""

from collections.abc import Sequence
from typing import Protocol

from approval.cases.rules import Outcome
from approval.decisions.rules import Publication
from contracts.kinds import Noun


class ToldStep(Protocol):
    """A step as far as the summary counts it."""

    @property
    def verdict(self) -> str | None: ...


VERDICTS = {"approve": "Godkendt", "reject": "Afvist", None: "Ingen afgørelse"}
NOT_PUBLISHED = {
    Publication.AWAITS_TILSYN: (
        "{} er ikke godkendt ved et tilsyn endnu. Oplysningerne bliver offentliggjort, når godkendelsen kommer."
    ),
    Publication.NOT_APPROVED: (
        "{} er ikke godkendt ved det seneste tilsyn. Oplysningerne bliver offentliggjort, hvis en ny godkendelse "
        "kommer."
    ),
    Publication.CEASED: "{} er ophørt.",
}


def summary(outcome: Outcome, publication: Publication | None, steps: Sequence[ToldStep], noun: Noun) -> str:
    """Return what came of a case in one round, and of an approval whether it became public and if not, why."""
    definite = noun.definite
    if outcome is Outcome.APPROVED:
        return f"Sagen er godkendt og afsluttet.{_published(publication, noun)}"
    if outcome is Outcome.RETURNED:
        rejected = sum(step.verdict == "reject" for step in steps)
        return f"Sagen er returneret til {definite}: {rejected} af {len(steps)} trin er afvist."
    if outcome is Outcome.CEASED:
        return f"Sagen er lukket af myndigheden, fordi {definite} er ophørt. Intet i den er godkendt."
    return f"Sagen er afsluttet af {definite}. Intet i den er godkendt, og myndigheden skal ikke gøre mere."


def _published(publication: Publication | None, noun: Noun) -> str:
    if publication is None:
        return ""
    if publication is Publication.PUBLISHED:
        return " Oplysningerne er offentliggjort."
    because = NOT_PUBLISHED[publication].format(noun.definite.capitalize())
    return f" Oplysningerne er ikke offentliggjort: {because[0].lower()}{because[1:]}"
