"""The rules as data: read once from the file of each kind, with what the operator has switched on."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from importlib.resources.abc import Traversable
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field

from contracts import reference
from contracts.kinds import kind_of
from jurisdiction.authorities.reference_data import ReferenceData, released_data
from jurisdiction.kinds import KINDS

Level = Literal["socialtilsyn", "local"]
Confidence = Literal["high", "medium", "low"]


class Row(BaseModel):
    """A row that holds from a date; one with a ``switch`` is off until that name is switched on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: date
    valid_to: date | None = None
    switch: str | None = None
    legal_source: str

    def holds(self, at: date) -> bool:
        """Return whether the row is valid on that day; ``valid_to`` is the last day."""
        return self.valid_from <= at and (self.valid_to is None or at <= self.valid_to)


class Rule(Row):
    """One rule: when it applies, whom it names, and how both are said in Danish.

    ``levels`` says whether it is asked about what a socialtilsyn supervises, or what kommune and region do.
    """

    rule: str
    priority: int
    levels: tuple[Level, ...] = Field(alias="kinds")
    predicate: str
    parameters: tuple[Any, ...] = Field(default=(), alias="with")
    authority: str
    to: str | None = None
    uncertain_from: date | None = None
    confidence: Confidence
    explanation: str
    otherwise: Mapping[str, str]

    def confidence_on(self, at: date) -> Confidence:
        """Return how sure the source is on that day."""
        uncertain = self.uncertain_from is not None and at >= self.uncertain_from
        return "medium" if uncertain and self.confidence == "high" else self.confidence


RowT = TypeVar("RowT", bound=Row)


class RegionMerger(Row):
    """Regions that become one on ``valid_from``."""

    regions: tuple[str, ...]
    into: str


class Rulebook(BaseModel):
    """All rules that may be asked, in their order, the data that they look up, and the version that an answer names.

    ``known_mergers`` are all that the law knows, also those that nobody has switched on, and ``off`` the rules that
    wait for that.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    version: str
    rules: tuple[Rule, ...]
    mergers: tuple[RegionMerger, ...]
    paragraphs: tuple[Row, ...]
    data: ReferenceData
    known_mergers: tuple[RegionMerger, ...] = ()
    off: tuple[Rule, ...] = ()

    def valid(self, at: date) -> tuple[Rule, ...]:
        """Return the rules of that day in the order of precedence."""
        return tuple(rule for rule in self.rules if rule.holds(at))

    def region_on(self, region: str, at: date) -> str:
        """Return the id of the region that has taken over from ``region`` by that day, or ``region`` itself."""
        return next((row.into for row in self.mergers if region in row.regions and row.holds(at)), region)

    def undecided_merger(self, region: str, at: date) -> RegionMerger | None:
        """Return the merger in which ``region`` has gone by that day into one that cannot be named yet."""
        gone = [row for row in self.known_mergers if region in row.regions and row.holds(at)]
        return next((row for row in gone if not self._has_code(row.into, at)), None)

    def _has_code(self, region: str, at: date) -> bool:
        found = self.data.region(region, at)
        return found is not None and found.code is not None

    def off_on(self, at: date) -> tuple[Rule, ...]:
        """Return the rules that the law knows and that are not switched on for that day."""
        return (*self.off, *(rule for rule in self.rules if rule.switch and not rule.holds(at)))

    def names_children_act(self, at: date) -> bool:
        """Return whether paragraphs are named after the children's act on that day."""
        return any(row.holds(at) for row in self.paragraphs)


class RuleFile:
    """A file of rules as it stands, with everything that can be switched on."""

    def __init__(self, source: Traversable) -> None:
        self.document: Mapping[str, Any] = yaml.safe_load(source.read_text(encoding="utf-8"))
        self.rules = [Rule.model_validate(row) for row in self.document["rules"]]
        self.mergers = [RegionMerger.model_validate(row) for row in self.document["mergers"]]
        self.paragraphs = [Row.model_validate(row) for row in self.document["paragraphs"]]

    @cached_property
    def switches(self) -> frozenset[str]:
        """Return the names of what is off until it is switched on."""
        return frozenset(row.switch for row in (*self.rules, *self.mergers, *self.paragraphs) if row.switch)

    def rulebook(self, switched_on: Mapping[str, date], data: ReferenceData) -> Rulebook:
        """Return the rules that may be asked, those that are off by default from the day that ``switched_on`` gives."""
        switches = {name: day for name, day in switched_on.items() if name in self.switches}
        return Rulebook(
            version=f"{self.document['version']}-{_fingerprint(self.document, switches, data)}",
            rules=tuple(sorted(_switched(self.rules, switches), key=lambda rule: rule.priority)),
            mergers=_switched(self.mergers, switches),
            paragraphs=_switched(self.paragraphs, switches),
            data=data,
            known_mergers=tuple(self.mergers),
            off=tuple(rule for rule in self.rules if rule.switch and rule.switch not in switches),
        )


def load_rulebooks(
    switched_on: Mapping[str, date] | None = None, data: ReferenceData | None = None
) -> Mapping[str, Rulebook]:
    """Return the rulebook of each kind of subject, by the id of the kind, over ``data`` or that of the release.

    ``switched_on`` gives the first day of each row that is off by default; ValueError when one of its names is the
    switch of no row.
    """
    switches = dict(switched_on or {})
    files = {kind.id: RuleFile(kind.rules) for kind in KINDS}
    unknown = switches.keys() - frozenset[str]().union(*(file.switches for file in files.values()))
    if unknown:
        raise ValueError(f"no rule has the switch {min(unknown)}")
    return {kind_id: file.rulebook(switches, data or released_data()) for kind_id, file in files.items()}


def rulebook_for(books: Mapping[str, Rulebook], legal_basis: str) -> Rulebook:
    """Return the rulebook of the kind that a legal basis belongs to; where it belongs to none, that of the first."""
    basis = reference.find_legal_basis(legal_basis)
    kind = kind_of(basis) if basis else None
    return books[kind.id if kind and kind.id in books else KINDS.ids[0]]


def _switched(rows: Sequence[RowT], switches: Mapping[str, date]) -> tuple[RowT, ...]:
    """Return the rows that are on, those with a switch from the day that it was switched on."""
    always = [row for row in rows if row.switch is None]
    switched = [
        row.model_copy(update={"valid_from": switches[row.switch]})
        for row in rows
        if row.switch is not None and row.switch in switches
    ]
    return (*always, *switched)


def _fingerprint(document: Mapping[str, Any], switches: Mapping[str, date], data: ReferenceData) -> str:
    """Return a short name for exactly this data: rules, switches and reference rows."""
    rows = (*data.rows, *reference.legal_bases())
    content = [repr(document), repr(sorted(switches.items())), *(row.model_dump_json() for row in rows)]
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:8]
