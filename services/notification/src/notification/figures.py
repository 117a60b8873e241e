"""What of a public record followers are told of when it changes: rates, vacancies, sanctions, and which steps. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from contracts.events.publication import PublicTilbud

# What is told by itself, or changes from day to day, is no change of its step.
_TOLD_APART: Mapping[str, frozenset[str]] = {
    "places": frozenset({"vacancies", "waiting_time_weeks", "vacancies_note"}),
    "interventions": frozenset({"rate_oere", "rate_year"}),
}

Figures = dict[str, Any]
"""As JSON: ``rates`` and ``vacancies`` as lists, ``steps`` a digest by step key, ``sanctions`` by their days."""


@dataclass(frozen=True)
class Rate:
    """The rate of one intervention; ``place`` is the name of its department, empty where there are none."""

    place: str
    name: str
    unit: str
    old: int
    new: int


@dataclass(frozen=True)
class Vacancies:
    """Free places of a department, or of the whole tilbud, before and now."""

    place: str
    old: int
    new: int


class Turn(StrEnum):
    """What the days do to a sanction, without anybody doing anything."""

    BEGAN = "began"
    ENDED = "ended"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class SanctionTurn:
    """An intensified tilsyn that ``began`` or ``ended``, or an order that is ``overdue``; ``day`` is its last day."""

    turn: Turn
    day: date


@dataclass(frozen=True)
class Differences:
    """What is new in a public record since the one before; ``steps`` are step keys."""

    rates: tuple[Rate, ...] = ()
    vacancies: tuple[Vacancies, ...] = ()
    steps: tuple[str, ...] = ()
    sanctions: tuple[SanctionTurn, ...] = ()


def figures_of(record: PublicTilbud) -> Figures:
    """Return what is kept of a public record, to compare the next one with."""
    rates: list[dict[str, Any]] = []
    vacancies: list[dict[str, Any]] = []
    steps: dict[str, str] = {}
    for department, place, contents in _places(record):
        for step, data in contents.items():
            steps[f"{step}/{department}" if department else step] = _digest(step, data)
        rates += [{"department": department, "place": place, **rate} for rate in _rates(contents)]
        number = contents.get("places", {}).get("vacancies")
        if isinstance(number, int):
            vacancies.append({"department": department, "place": place, "number": number})
    return {"rates": rates, "vacancies": vacancies, "steps": steps, "sanctions": _sanctions(record)}


def differences(old: Figures | None, new: Figures | None) -> Differences:
    """Return what is new; nothing where one of the two is not known, and a rate only where it had one before."""
    if not old or not new:
        return Differences()
    earlier = {_key(each): each["oere"] for each in old["rates"]}
    free = {each["department"]: each["number"] for each in old["vacancies"]}
    rates = [
        Rate(each["place"], each["name"], each["unit"], earlier[_key(each)], each["oere"])
        for each in new["rates"]
        if earlier.get(_key(each), each["oere"]) != each["oere"]
    ]
    vacancies = [
        Vacancies(each["place"], free[each["department"]], each["number"])
        for each in new["vacancies"]
        if free.get(each["department"], each["number"]) != each["number"]
    ]
    keys = [*new["steps"], *(key for key in old["steps"] if key not in new["steps"])]
    steps = [key for key in keys if old["steps"].get(key) != new["steps"].get(key)]
    turns = _turns(old.get("sanctions"), new["sanctions"])
    return Differences(tuple(rates), tuple(vacancies), tuple(steps), tuple(turns))


def _sanctions(record: PublicTilbud) -> dict[str, Any]:
    running, announced = record.intensified, record.announced
    return {
        "intensified": [running.start.isoformat(), running.until.isoformat()] if running else None,
        "announced": [[each.start.isoformat(), each.until.isoformat()] for each in announced],
        "overdue": sorted(each.deadline.isoformat() for each in record.orders if each.overdue and each.deadline),
    }


def _turns(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> Iterator[SanctionTurn]:
    """Yield what the days did; what a tilsyn did is told with the tilsyn."""
    if old is None:
        return
    before, after = old["intensified"], new["intensified"]
    if after and after != before and after in old["announced"]:
        yield SanctionTurn(Turn.BEGAN, date.fromisoformat(after[1]))
    if before and not after:
        yield SanctionTurn(Turn.ENDED, date.fromisoformat(before[1]))
    for deadline, _ in sorted((Counter(new["overdue"]) - Counter(old["overdue"])).items()):
        yield SanctionTurn(Turn.OVERDUE, date.fromisoformat(deadline))


def _places(record: PublicTilbud) -> Iterator[tuple[str, str, Mapping[str, Mapping[str, Any]]]]:
    yield "", "", record.steps
    for each in record.departments:
        yield each.id, each.name, each.steps


def _rates(contents: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in contents.get("interventions", {}).get("interventions") or []:
        if row.get("rate_oere") and row.get("rate_unit"):
            yield {"name": str(row.get("name") or ""), "unit": row["rate_unit"], "oere": int(row["rate_oere"])}


def _key(rate: Mapping[str, Any]) -> tuple[str, str, str]:
    return rate["department"], rate["name"], rate["unit"]


def _digest(step: str, data: Mapping[str, Any]) -> str:
    apart = _TOLD_APART.get(step, frozenset())
    told = json.dumps(_without(data, apart), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(told.encode(errors="replace")).hexdigest()[:16]


def _without(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _without(part, names) for name, part in value.items() if name not in names}
    if isinstance(value, list):
        return [_without(part, names) for part in value]
    return value
