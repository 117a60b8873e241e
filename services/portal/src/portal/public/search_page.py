"""The page of the public search: what was typed and chosen, what of it cannot be used, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from contracts.text import RefusedText, clean
from portal.clients import Refused
from portal.form.controls import SummaryLine
from portal.form.values import MalformedValue, oere_of

LONGEST_QUERY = 200
FACETS = {
    "audience": "Aldersgruppe",
    "target_group": "Målgruppe",
    "legal_basis": "Tilbudstype",
    "service": "Ydelse",
    "region": "Region",
    "operator_kind": "Driftsform",
    "method": "Metode",
    "approach": "Faglig tilgang",
    "night_staff": "Nattevagt",
}
LABELS = {
    "q": "Søgetekst",
    "municipality": "Kommune",
    "age": "Alder",
    "near": "Tæt på postnummer",
    "rate_max": "Højeste takst",
    "vacancies": "Har ledige pladser",
    "accessible": "Tilgængeligt for kørestol",
    "prison_approved": "Godkendt af kriminalforsorgen",
    "sort": "Sortering",
} | FACETS
NOTHING: Mapping[str, Any] = {"items": [], "next": None, "total": 0, "facets": {}}


@dataclass(frozen=True)
class Facet:
    """One filter with its values; what is chosen in it is among them, whether it is found anywhere or not."""

    name: str
    title: str
    values: list[dict[str, Any]]
    chosen: list[str]


@dataclass
class Search:
    """What the visitor asked for. ``errors`` has a sentence for each parameter that cannot be used.

    ``labelled`` are those whose sentence does not say what it is about.
    """

    chosen: Mapping[str, list[str]]
    typed: Mapping[str, str]
    errors: dict[str, str]
    highest_rate_oere: int | None
    labelled: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, chosen: Mapping[str, list[str]], typed: Mapping[str, str]) -> "Search":
        """Return a search with what the portal itself finds wrong in it."""
        errors = {}
        try:
            clean(typed["q"])
        except RefusedText as refusal:
            errors["q"] = refusal.detail
        if len(typed["q"]) > LONGEST_QUERY:
            errors["q"] = f"Søgeteksten må højst være på {LONGEST_QUERY} tegn."
        oere = None
        try:
            oere = oere_of(typed["rate_max"]) if typed["rate_max"] else None
        except MalformedValue as malformed:
            errors["rate_max"] = malformed.detail
        return cls(chosen, typed, errors, oere)

    def wanted(self) -> list[tuple[str, str]]:
        """Return the parameters for publication: no empty ones, none that is wrong, and the highest rate in øre."""
        parameters = [(name, value) for name, value in self._own() if name != "rate_max" and name not in self.errors]
        oere = self.highest_rate_oere
        return [*parameters, *([] if oere is None else [("rate_max", str(oere))])]

    def add(self, refusal: Refused) -> None:
        """Take over what publication could not use."""
        found = {error.pointer.removeprefix("#query/").partition("/")[0]: error.detail for error in refusal.errors}
        self.labelled.update(found)
        self.errors.update(found or {"": refusal.detail})

    def lines(self) -> list[SummaryLine]:
        """Return the errors for the summary on top of the page."""
        return [
            SummaryLine(f"{LABELS[name]}: {text}" if name in self.labelled else text, f"#{name}")
            if name in LABELS
            else SummaryLine(text, None)
            for name, text in self.errors.items()
        ]

    def address(self, cursor: str) -> str:
        """Return the address of the page from ``cursor`` on."""
        return f"/soeg?{urlencode([*self._own(), ('cursor', cursor)])}"

    def _own(self) -> list[tuple[str, str]]:
        many = [(name, value) for name, values in self.chosen.items() for value in values if value]
        return many + [(name, value) for name, value in self.typed.items() if value]

    def facets(self, found: Mapping[str, list[dict[str, Any]]]) -> list[Facet]:
        """Return the filters with their counts."""
        return [self._facet(name, title, found.get(name, [])) for name, title in FACETS.items()]

    def _facet(self, name: str, title: str, found: list[dict[str, Any]]) -> Facet:
        known = {each["value"] for each in found}
        chosen = [value for value in dict.fromkeys(self.chosen[name]) if value]
        missing = [{"value": value, "label": value, "count": 0} for value in chosen if value not in known]
        return Facet(name, title, found + missing, chosen)
