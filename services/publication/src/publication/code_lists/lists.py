"""The lists themselves, made of the vocabularies and the reference data. Pure, and the same until the next version."""

from collections.abc import Iterable, Mapping
from functools import cache

from contracts.error_codes import ERROR_CODES
from contracts.problems import PROBLEMS
from contracts.reference import authorities, legal_bases, municipalities, postal_districts, regions
from contracts.vocabularies import Term, Vocabulary, vocabularies
from publication.code_lists.schemas import Code, CodeList

OF_LAW = "Lov om socialtilsyn, serviceloven, sundhedsloven og forældrebetalingsloven"
OF_THE_STATE = "Danmarks officielle inddelinger"
OF_THE_PORTAL = "Tilbudsportalen"


@cache
def code_lists() -> Mapping[str, CodeList]:
    """Return every list by its name, in the order of the names."""
    found = [*_reference_lists(), *(_of_vocabulary(each) for each in vocabularies())]
    return {each.name: each for each in sorted(found, key=lambda each: each.name)}


def _list(name: str, title: str, source: str, codes: Iterable[Code]) -> CodeList:
    items = list(codes)
    return CodeList(name=name, title=title, source=source, items=items, total=len(items))


def _of_vocabulary(vocabulary: Vocabulary) -> CodeList:
    codes = (
        Code(
            id=term.id,
            label=term.label,
            english=term.english,
            parent=term.parent,
            definition=term.definition,
            synonyms=list(term.synonyms),
            valid_from=term.valid_from,
            valid_to=term.valid_to,
            details=_details_of(term),
        )
        for term in vocabulary.terms
    )
    return _list(vocabulary.id, vocabulary.title, vocabulary.source, codes)


def _details_of(term: Term) -> dict[str, str | int | list[str]]:
    details: dict[str, str | int | list[str]] = {}
    if term.audiences:
        details["audiences"] = list(term.audiences)
    if term.belongs_to:
        details["belongs_to"] = term.belongs_to
    return details


def _reference_lists() -> list[CodeList]:
    return [
        _list("legal-bases", "Tilbudstyper efter loven", OF_LAW, _legal_bases()),
        _list("authorities", "Tilsynsmyndigheder", OF_THE_PORTAL, _authorities()),
        _list("municipalities", "Kommuner", OF_THE_STATE, _municipalities()),
        _list("regions", "Regioner", OF_THE_STATE, _regions()),
        _list("postcodes", "Postnumre", OF_THE_STATE, _postcodes()),
        _list("problem-types", "Fejltyper", OF_THE_PORTAL, _problem_types()),
        _list("error-codes", "Fejlkoder ved felter", OF_THE_PORTAL, _error_codes()),
    ]


def _legal_bases() -> Iterable[Code]:
    for each in legal_bases():
        details: dict[str, str | int | list[str]] = {
            "act": each.act.value,
            "paragraph": each.paragraph,
            "audience": each.audience,
            "kind": each.kind_label,
        }
        days = {"valid_from": each.valid_from, "valid_to": each.valid_to}
        yield Code(id=each.id, label=each.label, english=each.english, details=details, **days)


def _authorities() -> Iterable[Code]:
    for each in authorities():
        places = {"municipality": each.municipality, "region": each.region}
        details = {"kind": each.kind.value, **{name: place for name, place in places.items() if place}}
        yield Code(
            id=each.id, label=each.name, details=dict(details), valid_from=each.valid_from, valid_to=each.valid_to
        )


def _municipalities() -> Iterable[Code]:
    for each in municipalities():
        yield Code(
            id=each.code,
            label=each.full_name,
            parent=each.region,
            valid_from=each.valid_from,
            valid_to=each.valid_to,
        )


def _regions() -> Iterable[Code]:
    for each in regions():
        yield Code(id=each.id, label=each.name, valid_from=each.valid_from, valid_to=each.valid_to)


def _postcodes() -> Iterable[Code]:
    for each in postal_districts():
        yield Code(id=each.postcode, label=each.name, details={"municipalities": list(each.municipalities)})


def _problem_types() -> Iterable[Code]:
    for slug, each in PROBLEMS.items():
        yield Code(id=slug, label=each.title, english=each.title_en, details={"type": each.type, "status": each.status})


def _error_codes() -> Iterable[Code]:
    for code, each in ERROR_CODES.items():
        yield Code(id=code, label=each.label, english=each.english)
