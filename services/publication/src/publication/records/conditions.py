"""Why a tilbud is, or is not, public: each condition of R83 with what it follows from, in words. Pure."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from chassis.clock import day_of
from contracts.dates import in_words
from contracts.events.approval import TilsynDecision, TilsynPublished
from contracts.form import FormDefinition, parse_key
from contracts.reference import authority_name
from contracts.sanctions import Supervision
from publication.records.rules import first_form, missing_keys, supervision_of
from publication.records.state import TilbudState

DECIDED = {
    TilsynDecision.APPROVED: "{who} godkendte tilbuddet ved tilsynet afgjort den {day}.",
    TilsynDecision.APPROVED_WITH_CONDITIONS: "{who} godkendte tilbuddet på vilkår ved tilsynet afgjort den {day}.",
    TilsynDecision.NOT_APPROVED: "{who} afgjorde den {day}, at tilbuddet ikke kan godkendes.",
}
NOTHING_APPROVED = "Ingen indberetning er godkendt endnu."
ALL_APPROVED = "Alle obligatoriske trin er godkendt. Den seneste godkendelse var den {day}."
NOT_DECIDED = "Der er endnu ikke truffet afgørelse ved et tilsyn."
CEASED = "Tilbuddets sidste dag var den {day}. Det kan kun blive offentligt igen, hvis det bliver godkendt på ny."
GOES_ON = "Tilbuddet er ikke ophørt."
OPENED_AGAIN = "Tilbuddet ophørte den {day}, men er siden blevet godkendt på ny."


class ConditionName(StrEnum):
    """What must hold for a tilbud to be public."""

    STEPS_APPROVED = "steps-approved"
    TILSYN_POSITIVE = "tilsyn-positive"
    NOT_CEASED = "not-ceased"


class Condition(NamedTuple):
    """One condition: ``since`` is the day of the fact that it follows from, ``missing`` the keys of steps."""

    name: ConditionName
    met: bool
    detail: str
    since: date | None = None
    missing: tuple[str, ...] = ()


def conditions(state: TilbudState, day: date) -> tuple[Condition, ...]:
    """Return what must hold for a tilbud to be public, and whether it does on the Danish ``day`` (R83, R89, R99).

    The tilbud is public exactly when all of them are met.
    """
    supervision = supervision_of(state, day)
    return _steps(state), _tilsyn(supervision), _cessation(state, supervision)


def _steps(state: TilbudState) -> Condition:
    name, definition, missing = ConditionName.STEPS_APPROVED, first_form(state), missing_keys(state)
    if state.latest_approval is None or definition is None or missing is None:
        return Condition(name, met=False, detail=NOTHING_APPROVED)
    if missing:
        titles = [_title(definition, key, state) for key in missing]
        return Condition(name, met=False, detail=_not_approved(titles), missing=tuple(missing))
    since = day_of(max(step.approved_at for step in state.steps.values()))
    return Condition(name, met=True, detail=ALL_APPROVED.format(day=in_words(since)), since=since)


def _not_approved(titles: Sequence[str]) -> str:
    if len(titles) == 1:
        return f"Trinnet {titles[0]} er ikke godkendt."
    return f"Disse trin er ikke godkendt: {', '.join(titles[:-1])} og {titles[-1]}."


def _title(definition: FormDefinition, key: str, state: TilbudState) -> str:
    step, department = parse_key(key)
    title = definition.step(step).title
    if department is None:
        return title
    rows = state.steps["departments"].data.get("departments") or []
    return f"{title} ({next((row['name'] for row in rows if row.get('id') == department), department)})"


def _tilsyn(supervision: Supervision) -> Condition:
    name, deciding = ConditionName.TILSYN_POSITIVE, supervision.deciding
    if deciding is None:
        return Condition(name, met=False, detail=NOT_DECIDED)
    return Condition(name, met=deciding.decision.positive, detail=_decided(deciding), since=deciding.decided_on)


def _decided(tilsyn: TilsynPublished) -> str:
    return DECIDED[tilsyn.decision].format(who=authority_name(tilsyn.authority), day=in_words(tilsyn.decided_on))


def _cessation(state: TilbudState, supervision: Supervision) -> Condition:
    name, cessation = ConditionName.NOT_CEASED, state.cessation
    if cessation is None:
        return Condition(name, met=True, detail=GOES_ON)
    ceased, since = supervision.status == "ceased", cessation.ceased_on
    detail = (CEASED if ceased else OPENED_AGAIN).format(day=in_words(since))
    return Condition(name, met=not ceased, detail=detail, since=since)
