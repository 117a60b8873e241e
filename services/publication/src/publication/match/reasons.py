"""Why a row fits a need or does not, in words. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from contracts.vocabularies import vocabulary
from publication.match.rules import EVERY_AGE, Answers, Demand, Need
from publication.search.facets import label
from publication.search.index import SearchIndex

LABELS = {
    "age": "Alder",
    "target_group": "Målgruppe",
    "service": "Ydelse",
    "municipality": "Kommune",
    "vacancies": "Ledige pladser",
    "rate": "Takst",
    "night_staff": "Nattevagt",
    "accessible": "Kørestol",
}
NOT_TOLD = {
    "age": "Alderen er ikke oplyst",
    "target_group": "Målgrupperne er ikke oplyst",
    "service": "Ydelserne er ikke oplyst",
    "vacancies": "Ledige pladser er ikke oplyst",
    "rate": "Taksten er ikke oplyst",
    "night_staff": "Nattevagten er ikke oplyst",
    "accessible": "Tilgængeligheden er ikke oplyst",
}
KRONE = 100


class Reason(NamedTuple):
    """What a row says to one demand: ``what`` is asked for, how that is called, and the answer in words."""

    what: str
    label: str
    text: str


class Reasons(NamedTuple):
    """The answers of one row."""

    fits: list[Reason]
    unknown: list[Reason]
    does_not_fit: list[Reason]


@dataclass(frozen=True)
class Row:
    """A row of the index with what is shown of it."""

    index: SearchIndex
    number: int
    item: Mapping[str, Any]


def reasons_of(row: Row, need: Need, answers: Mapping[Demand, Answers]) -> Reasons:
    """Return what ``row`` says to each demand of ``need``, each sentence once."""
    found = Reasons([], [], [])
    for demand, answer in answers.items():
        if row.number in answer.yes:
            part, text = found.fits, _told(row, need, demand) or label(demand.what, demand.value)
        elif row.number in answer.told:
            part, text = found.does_not_fit, _told(row, need, demand) or _no(demand)
        else:
            part, text = found.unknown, _silent(row, demand)
        reason = Reason(demand.what, LABELS[demand.what], text)
        if reason not in part:
            part.append(reason)
    return found


def _told(row: Row, need: Need, demand: Demand) -> str | None:
    """Return what ``row`` says by itself, whatever it was asked; None where it can only say yes or no."""
    told = _TOLD.get(demand.what)
    return told(row, need) if told else None


def _no(demand: Demand) -> str:
    if demand.what == "accessible":
        return "Ikke egnet til kørestol"
    among = "målgrupperne" if demand.what == "target_group" else "ydelserne"
    return f"{label(demand.what, demand.value)} er ikke blandt {among}"


def _silent(row: Row, demand: Demand) -> str:
    units = [unit for unit, rates in row.index.rates.items() if rates[row.number] >= 0]
    if demand.what == "rate" and units:
        return f"Taksten er kun oplyst {_listed(vocabulary('rate-units').label(unit) for unit in sorted(units))}"
    return NOT_TOLD[demand.what]


def _ages(row: Row, need: Need) -> str:
    """Say which ages ``row`` takes: of the asked groups those whose packages decided."""
    spans = {group: row.index.ages_in_package(row.number, group) for group in need.target_groups}
    told = {group: sorted({age for span in found for age in span}) for group, found in spans.items() if found}
    if told:
        return "; ".join(f"{_years(ages)} ({label('target_group', group)})" for group, ages in told.items())
    return _years([age for age in EVERY_AGE if row.number in row.index.ages.of(age)])


def _years(ages: Sequence[int]) -> str:
    begins = [age for at, age in enumerate(ages) if at == 0 or ages[at - 1] != age - 1]
    ends = [age for at, age in enumerate(ages) if at == len(ages) - 1 or ages[at + 1] != age + 1]
    return f"{_listed(str(a) if a == b else f'{a}–{b}' for a, b in zip(begins, ends, strict=True))} år"


def _listed(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} og {last}" if first else last


def _municipality(row: Row, _: Need) -> str:
    return label("municipality", row.item["municipality"])


def _night_staff(row: Row, _: Need) -> str:
    return label("night_staff", row.item["night_staff"])


def _vacancies(row: Row, _: Need) -> str:
    count = row.item["vacancies"]
    if not count:
        return "Ingen ledige pladser"
    return "1 ledig plads" if count == 1 else f"{count} ledige pladser"


def _rate(row: Row, need: Need) -> str:
    kroner, oere = divmod(int(row.index.rates[need.rate_unit][row.number]), KRONE)
    amount = f"{kroner:,}".replace(",", ".") + (f",{oere:02}" if oere else "")
    return f"{amount} kr. {vocabulary('rate-units').label(need.rate_unit)}"


_TOLD: Mapping[str, Callable[[Row, Need], str]] = {
    "age": _ages,
    "municipality": _municipality,
    "vacancies": _vacancies,
    "rate": _rate,
    "night_staff": _night_staff,
}
