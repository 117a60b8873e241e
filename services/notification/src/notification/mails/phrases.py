"""How facts are said in Danish in a mail. Pure."""

from collections.abc import Iterable
from datetime import date

from contracts.events.approval import TilsynDecision
from contracts.form import parse_key
from contracts.form.loading import steps_of
from notification.mail_types import Failure

DECISIONS = {
    TilsynDecision.APPROVED: "godkendt",
    TilsynDecision.APPROVED_WITH_CONDITIONS: "godkendt med vilkår",
    TilsynDecision.NOT_APPROVED: "ikke godkendt",
    TilsynDecision.NO_DECISION: "ingen afgørelse om godkendelsen",
}

FAILURES = {
    Failure.ADDRESS: "Adressen kan ikke modtage mails.",
    Failure.REFUSED: "Modtagerens mailserver har afvist mailen.",
    Failure.GIVEN_UP: "Mailserveren har udskudt mailen så mange gange, at den ikke bliver sendt.",
    Failure.UNWRITABLE: "Mailen kunne ikke skrives.",
}


def failure_words(failure: Failure) -> str:
    """Return why a mail was not delivered."""
    return FAILURES[failure]


def decision_words(decision: TilsynDecision) -> str:
    """Return what a tilsyn ends in."""
    return DECISIONS[decision]


def step_titles(kind: str, keys: Iterable[str]) -> list[str]:
    """Return the titles of steps of a kind's form, each once: a department's steps are named after the step."""
    titles = {step.id: step.title for step in steps_of(kind)}
    return list(dict.fromkeys(titles.get(parse_key(key)[0], key) for key in keys))


def danish_date(day: date) -> str:
    """Return a day as it is written in a text."""
    return f"{day.day}.{day.month}.{day.year}"
