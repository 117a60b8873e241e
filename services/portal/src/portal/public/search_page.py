"""The public search: what was typed and chosen, what of it cannot be used, and addresses of other searches. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from chassis.clock import today
from contracts.text import RefusedText, clean
from portal.clients import Refused
from portal.form.controls import SummaryLine
from portal.form.values import MalformedValue, oere_of
from portal.formats import shown_number
from portal.public.search_filters import FACETS, LABELS, SORTS, TYPED, USUAL_UNIT, VIEWS, label_of

PATH = "/soeg"
LONGEST_QUERY = 200
# A field of the name "id" would hide the id of its form from scripts.
TICKED = "valgt"
# As many as a list of hits may have ticks.
MOST_TICKED = 100
MOST_FIELDS = 200
LONGEST_AMOUNT = 15
LONGEST_REFERER = 4_000
NOTHING: Mapping[str, Any] = {"items": [], "next": None, "total": 0, "facets": {}}
FLAGS, ON = ("accessible", "prison_approved"), frozenset({"1", "true", "on", "yes"})
# These say how a search is shown, or when, and not what is searched for.
NOT_SAVED = frozenset({"sort", "as_of"})
FUTURE = "Vælg en dato, der ikke ligger ude i fremtiden."
NOT_ON_LIST = "Vælg kun det, der står på listen."
# What is wrong in the words of this page: publication knows parameters, and no fields.
PLAIN = {
    "age": "Skriv alderen i hele år, for eksempel 17.",
    "vacancies": "Vælg, hvor mange ledige pladser der mindst skal være.",
    "rate_max_kr": "Skriv et beløb i kroner, fx 1.250 eller 1.250,50.",
    "rate_unit": "Vælg en af takstens enheder.",
    "quality_min": "Vælg en vurdering fra 1 til 5.",
    "as_of": "Skriv en dato, for eksempel 2026-03-31.",
    "cursor": "Vi kan ikke finde den side af resultaterne. Begynd forfra.",
}
# Where publication offers places, they stand as links below the fields.
PLACE_CHOICES = {
    "ambiguous-place": "Der er flere steder med det navn. Vælg et af dem under felterne.",
    "unknown-place": "Vi kender ikke stedet. Vælg et, der ligner, under felterne, eller skriv den nærmeste by.",
}
_ID = re.compile(r"crv-?(\d{1,9})", re.IGNORECASE)
_SPLIT = re.compile(r"[,;\s]+")
Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Facet:
    """One filter with its values; what is chosen in it is among them, whether it is found anywhere or not."""

    name: str
    title: str
    values: list[dict[str, Any]]
    chosen: list[str]

    @property
    def chosen_first(self) -> list[dict[str, Any]]:
        """Return the values as a list that may show its top only."""
        return sorted(self.values, key=lambda each: each["value"] not in self.chosen)


@dataclass
class Search:
    """What the visitor asked for. ``errors`` has a sentence for each parameter that cannot be used.

    ``labelled`` are those whose sentence does not say what it is about. ``choices`` are the places that a name may
    mean, ``highest_rate_oere`` is what was typed as ``rate_max_kr``. ``ticked`` are the tilbud to compare.
    """

    chosen: Mapping[str, list[str]]
    typed: Mapping[str, str]
    view: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    labelled: set[str] = field(default_factory=set)
    choices: Sequence[str] = ()
    highest_rate_oere: int | None = None
    ticked: Sequence[str] = ()

    @classmethod
    def of(cls, values: Values) -> "Search":
        """Return a search with what the portal itself finds wrong in it; names that are none of ours are left out."""
        chosen = {name: [each for each in dict.fromkeys(values.get(name, ())) if each] for name in FACETS}
        typed = {name: _last(values, name) for name in TYPED}
        typed["age"] = ", ".join(each.strip() for each in values.get("age", ()) if each.strip())
        typed["rate_max_kr"] = typed["rate_max_kr"] or _kroner(_last(values, "rate_max"))
        typed |= {name: "1" if typed[name] in ON else "" for name in FLAGS}
        typed["quality_min"] = typed["quality_min"].replace(",", ".")
        if typed["rate_unit"] == USUAL_UNIT:
            typed["rate_unit"] = ""
        if typed["sort"] not in SORTS or typed["sort"] in _without_sense(typed):
            typed["sort"] = ""
        view = _last(values, "visning")
        search = cls(chosen, typed, view if view in VIEWS else "", ticked=ids_of(values.get(TICKED, ())))
        search._check()
        return search

    @classmethod
    def of_query(cls, query: str, ticked: Sequence[str] | None = None) -> "Search":
        """Return the search that a query string asks for, one of this page or of publication's; else an empty one.

        With ``ticked``, those are the tilbud to compare, and not what the query says of them.
        """
        try:
            values = parse_qs(query, max_num_fields=MOST_FIELDS)
        except ValueError:
            values = {}
        return cls.of(values if ticked is None else {**values, TICKED: list(ticked)})

    def _check(self) -> None:
        try:
            clean(self.typed["q"])
        except RefusedText as refusal:
            self.errors["q"] = refusal.detail
        if len(self.typed["q"]) > LONGEST_QUERY:
            self.errors["q"] = f"Søgeteksten må højst være på {LONGEST_QUERY} tegn."
        try:
            typed = self.typed["rate_max_kr"]
            self.highest_rate_oere = oere_of(typed) if typed else None
        except MalformedValue as malformed:
            self.errors["rate_max_kr"] = malformed.detail
        if _is_to_come(self.typed["as_of"]):
            self.errors["as_of"] = FUTURE

    def wanted(self) -> list[tuple[str, str]]:
        """Return the parameters for publication: no empty ones, none that is wrong, and the highest rate in øre."""
        oere = self.highest_rate_oere
        asked = [
            *((name, value) for name, values in self.chosen.items() for value in values),
            *(("age", each) for each in _SPLIT.split(self.typed["age"]) if each),
            *((name, value) for name, value in self.typed.items() if value and name not in {"age", "rate_max_kr"}),
        ]
        rate = [] if oere is None or "rate_max_kr" in self.errors else [("rate_max", str(oere))]
        return [*(pair for pair in asked if pair[0] not in self.errors), *rate]

    @property
    def saved_query(self) -> str:
        """Return the query of a saved search, as publication reads it; empty while nothing is asked for."""
        return urlencode([(name, value) for name, value in self.wanted() if name not in NOT_SAVED])

    @property
    def sort(self) -> str:
        """Return how the results are sorted, also where nothing was chosen."""
        usual = "relevance" if self.typed["q"] else "distance" if self.typed["near"] else "name"
        return self.typed["sort"] or usual

    @property
    def sorts(self) -> list[tuple[str, str]]:
        """Return the ways to sort these results."""
        return [(each, text) for each, text in SORTS.items() if each not in _without_sense(self.typed)]

    @property
    def rates_address(self) -> str:
        """Return the address of the rates of the same target group and legal basis."""
        asked = [(name, self.chosen[name][0]) for name in ("target_group", "legal_basis") if self.chosen[name]]
        return f"/takster?{urlencode(asked)}" if asked else "/takster"

    def take(self, refusal: Refused) -> None:
        """Take over what publication could not use."""
        for error in refusal.errors:
            name = error.pointer.removeprefix("#query/").partition("/")[0]
            name = {"rate_max": "rate_max_kr"}.get(name, name)
            self.errors[name] = PLAIN.get(name) or (NOT_ON_LIST if name in FACETS else error.detail)
            if name not in PLAIN:
                self.labelled.add(name)
            if error.allowed and error.code in PLACE_CHOICES:
                self.choices, self.errors[name] = error.allowed, PLACE_CHOICES[error.code]
        if not refusal.errors:
            self.errors[""] = refusal.detail

    def lines(self) -> list[SummaryLine]:
        """Return the errors for the summary on top of the page."""
        return [
            SummaryLine(f"{LABELS[name]}: {text}" if name in self.labelled else text, f"#{name}")
            if name in LABELS
            else SummaryLine(text, None)
            for name, text in self.errors.items()
        ]

    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters of this page."""
        chosen = [(name, value) for name, values in self.chosen.items() for value in values]
        typed = [(name, value) for name, value in self.typed.items() if value]
        ticked = [(TICKED, each) for each in self.ticked]
        return [*chosen, *typed, *([("visning", self.view)] if self.view else []), *ticked]

    @property
    def query(self) -> str:
        """Return the parameters of this page but the ticks, for a form that has those itself."""
        return urlencode([pair for pair in self.pairs() if pair[0] != TICKED])

    def address(self, cursor: str = "") -> str:
        """Return the address of this search, from ``cursor`` on."""
        return address_of([*self.pairs(), *([("cursor", cursor)] if cursor else [])])

    def without(self, name: str, value: str | None = None) -> str:
        """Return the address of this search without one value of a filter, or without the whole filter."""
        return address_of([pair for pair in self.pairs() if pair[0] != name or value not in {None, pair[1]}])

    def having(self, name: str, value: str) -> str:
        """Return the address of this search with ``value`` as the only one of ``name``; an empty one takes it away."""
        rest = [pair for pair in self.pairs() if pair[0] != name]
        return address_of([*rest, *([(name, value)] if value else [])])

    def facets(self, found: Mapping[str, list[dict[str, Any]]]) -> list[Facet]:
        """Return the filters with their counts."""
        return [self._facet(name, found.get(name, [])) for name in FACETS]

    def _facet(self, name: str, found: list[dict[str, Any]]) -> Facet:
        known, chosen = {each["value"] for each in found}, self.chosen[name]
        missing = [
            {"value": value, "label": label_of(name, value), "count": 0} for value in chosen if value not in known
        ]
        return Facet(name, FACETS[name].title, found + missing, chosen)


def _without_sense(typed: Mapping[str, str]) -> set[str]:
    """Return what the results of a search cannot be sorted by."""
    return {sort for sort, needed in (("relevance", "q"), ("distance", "near")) if not typed[needed]}


def ids_of(texts: Sequence[str]) -> list[str]:
    """Return the tilbud that are named, each once and in our own spelling; what names none is left out."""
    found = [match for each in texts if (match := _ID.fullmatch(each.strip()))]
    return list(dict.fromkeys(f"CRV-{match[1]}" for match in found))[:MOST_TICKED]


def address_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the address of the search with these parameters."""
    query = urlencode(list(pairs))
    return f"{PATH}?{query}" if query else PATH


def address_before(referer: str, portal_url: str) -> str:
    """Return the address of the search that a reader came from, by the ``Referer`` of the request; else that of any.

    It is read and written anew, so nothing but parameters of the search comes through.
    """
    try:
        came_from = urlsplit(referer)
        cursor = parse_qs(came_from.query, max_num_fields=MOST_FIELDS).get("cursor", [""])[-1]
    except ValueError:
        return PATH
    is_ours = f"{came_from.scheme}://{came_from.netloc}" == portal_url.rstrip("/")
    if not is_ours or came_from.path != PATH or len(referer) > LONGEST_REFERER:
        return PATH
    return Search.of_query(came_from.query).address(cursor)


def _is_to_come(day: str) -> bool:
    """Return whether ``day`` is one that is still to come; what is no day is not."""
    try:
        return bool(day) and date.fromisoformat(day) > today()
    except ValueError:
        return False


def _last(values: Values, name: str) -> str:
    found = values.get(name)
    return found[-1].strip() if found else ""


def _kroner(oere: str) -> str:
    """Return an amount of publication's as it is typed here; what is no amount stays as it is, and is refused."""
    if not (oere.isascii() and oere.isdecimal() and len(oere) <= LONGEST_AMOUNT):
        return oere
    kroner, rest = divmod(int(oere), 100)
    return f"{shown_number(kroner)}{f',{rest:02}' if rest else ''}"
