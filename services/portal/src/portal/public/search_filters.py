"""What the public search can be narrowed by: the filters, their words, and how one value of them reads. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.reference import find_legal_basis, find_municipality, find_region
from contracts.sanctions import SanctionKind
from contracts.vocabularies import vocabulary

UNKNOWN = "Ukendt valg"
SANCTIONS: Mapping[str, str] = {
    SanctionKind.ORDER: "Påbud",
    SanctionKind.CONDITION: "Vilkår",
    SanctionKind.INTENSIFIED: "Skærpet tilsyn",
}


@dataclass(frozen=True)
class FacetKind:
    """One filter that is a list of values; ``vocabulary`` is empty where the labels come from elsewhere."""

    title: str
    vocabulary: str = ""


# In the order of the page.
FACETS: Mapping[str, FacetKind] = {
    "audience": FacetKind("Aldersgruppe", "audiences"),
    "target_group": FacetKind("Målgruppe", "target-groups"),
    "municipality": FacetKind("Kommune"),
    "region": FacetKind("Region"),
    "legal_basis": FacetKind("Tilbudstype"),
    "housing_form": FacetKind("Boform", "housing-forms"),
    "place_kind": FacetKind("Art af pladser", "place-kinds"),
    "service": FacetKind("Ydelse", "services"),
    "accessibility": FacetKind("Tilgængelighed", "accessibility"),
    "night_staff": FacetKind("Nattevagt", "night-staff"),
    "staff_group": FacetKind("Faggruppe", "staff-groups"),
    "method": FacetKind("Metode", "methods"),
    "approach": FacetKind("Faglig tilgang", "approaches"),
    "accreditation": FacetKind("Akkreditering", "accreditation-schemes"),
    "sanction": FacetKind("Påbud, vilkår og skærpet tilsyn"),
    "operator_kind": FacetKind("Driftsform", "operator-kinds"),
}
# What is typed, or chosen from a list of its own. ``rate_max_kr`` is in kroner, publication's ``rate_max`` in øre.
TYPED: Mapping[str, str] = {
    "q": "Søgetekst",
    "near": "By eller postnummer",
    "age": "Alder",
    "vacancies": "Ledige pladser",
    "rate_max_kr": "Højeste takst",
    "rate_unit": "Takstens enhed",
    "quality_min": "Kvalitet",
    "accessible": "Egnet til kørestol",
    "prison_approved": "Godkendt af kriminalforsorgen",
    "as_of": "Som det så ud den",
    "sort": "Sortering",
}
LABELS: Mapping[str, str] = {**TYPED, **{name: kind.title for name, kind in FACETS.items()}}
USUAL_UNIT = "day-and-night"
SORTS: Mapping[str, str] = {
    "relevance": "Bedste match",
    "name": "Navn",
    "vacancies": "Ledige pladser",
    "rate": "Takst",
    "distance": "Afstand",
}
MAP = "kort"
VIEWS: Mapping[str, str] = {"": "Liste", "tabel": "Tabel", MAP: "Kort"}


def label_of(facet: str, value: str) -> str:
    """Return how a value of a filter reads; what nobody can choose is shown without its id."""
    kind = FACETS.get(facet)
    if kind and kind.vocabulary:
        terms = vocabulary(kind.vocabulary)
        return terms.label(value) if value in terms else UNKNOWN
    return _label_elsewhere(facet, value) or UNKNOWN


def _label_elsewhere(facet: str, value: str) -> str:
    if facet == "legal_basis":
        basis = find_legal_basis(value)
        return basis.label if basis else ""
    if facet == "municipality":
        municipality = find_municipality(value)
        return municipality.full_name if municipality else ""
    if facet == "region":
        region = find_region(value)
        return region.name if region else ""
    return SANCTIONS.get(value, "")
