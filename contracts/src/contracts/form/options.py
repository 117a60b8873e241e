"""The closed lists behind fields: what a page offers, and what a save accepts."""

from datetime import date
from functools import lru_cache

from contracts.form.definition import Field, FieldType, Option
from contracts.reference import (
    AuthorityKind,
    authorities,
    danish_order,
    legal_bases,
    municipalities_by_name,
    outside_division,
    regions,
)
from contracts.vocabularies import vocabulary


def options(field: Field, at: date) -> tuple[Option, ...]:
    """What may be chosen in the field on that day, in the order of a page; () when it has no closed list."""
    if field.vocabulary:
        return _chosen(closed_list(field.vocabulary, at), field.kinds)
    return _reference_options(field.type, field.kinds)


@lru_cache(maxsize=512)
def closed_list(vocabulary_id: str, at: date) -> tuple[Option, ...]:
    """The terms of a vocabulary that hold on that day."""
    terms = vocabulary(vocabulary_id).valid(at)
    return tuple(Option(id=each.id, label=each.label, parent=each.parent) for each in terms)


@lru_cache(maxsize=512)
def allowed_ids(field: Field, at: date) -> frozenset[str]:
    """The ids that a save accepts in the field on that day."""
    return frozenset(each.id for each in options(field, at))


@lru_cache(maxsize=32)
def _reference_options(field_type: FieldType, kinds: tuple[str, ...]) -> tuple[Option, ...]:
    match field_type:
        case FieldType.MUNICIPALITY:
            rows = (*municipalities_by_name(), *outside_division())
            return tuple(Option(id=each.code, label=each.name) for each in rows)
        case FieldType.REGION:
            return tuple(Option(id=each.id, label=each.name) for each in regions())
        case FieldType.AUTHORITY | FieldType.AUTHORITIES:
            chosen = [each for each in authorities() if not kinds or each.kind.value in kinds]
            by_kind = sorted(chosen, key=lambda each: (list(AuthorityKind).index(each.kind), danish_order(each.name)))
            return tuple(Option(id=each.id, label=each.name) for each in by_kind)
        case FieldType.LEGAL_BASIS | FieldType.LEGAL_BASES:
            chosen_bases = [each for each in legal_bases() if not each.is_plejefamilie]
            return tuple(Option(id=each.id, label=each.label) for each in chosen_bases)
        case _:
            return ()


def _chosen(listed: tuple[Option, ...], kinds: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(each for each in listed if not kinds or each.id in kinds)
