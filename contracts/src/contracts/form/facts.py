"""What other parts of the product read out of reported steps, so that nobody else knows field ids."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from contracts.events.parties import Group, OperatorKind, RoutingFacts
from contracts.form.completeness import is_asked
from contracts.form.crossrules import text, texts
from contracts.form.definition import (
    Audience,
    ComputedPercentage,
    Field,
    FieldType,
    FormDefinition,
    PublicationLane,
    Step,
)
from contracts.form.findings import Context
from contracts.form.keys import DEPARTMENTS

Choice = Callable[[Field], bool]

_KOMMUNE = "kommune-"
# At these addresses somebody may be looking for a person who hides.
_CRISIS_CENTRE = "kvindekrisecenter"


def routing_facts(steps: Mapping[str, Any]) -> RoutingFacts:
    """Everything in whole steps (`company`, `contact`, `agreements`) that decides who supervises (R64).

    Takes whatever the steps hold; a primary legal basis or kommune that was not reported is an empty text.
    """
    context = Context(steps)
    company = context.step("company")
    address = context.step("contact").get("address")
    agreement = text(context.step("agreements").get("operating_agreement")) or ""
    kind, head = text(company.get("operator_kind")), text(company.get("group_head_municipality"))
    return RoutingFacts(
        legal_bases=list(texts(company.get("legal_bases"))),
        primary=text(company.get("primary_legal_basis")) or "",
        municipality=(text(address.get("municipality")) if isinstance(address, Mapping) else None) or "",
        operator_kind=OperatorKind(kind) if kind in set(OperatorKind) else None,
        operator_municipality=text(company.get("operator_municipality")),
        operator_region=text(company.get("operator_region")),
        group=Group(head_municipality=head) if head and company.get("in_group") is True else None,
        agreement_municipality=agreement.removeprefix(_KOMMUNE) if agreement.startswith(_KOMMUNE) else None,
        features=list(texts(company.get("specialist_features"))),
        part_of=text(company.get("part_of")),
    )


def fast_lane_fields(form: FormDefinition, step: str) -> tuple[str, ...]:
    """The ids of the step's fields that are published at once (P1)."""
    return tuple(each.id for each in form.step(step).fields if each.lane is PublicationLane.FAST)


def public_data(form: FormDefinition, step: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a step's data that the public may see; one department's part or a whole step."""
    return _each_part(
        data, lambda part: _chosen(form.step(step).fields, part, lambda each: each.audience is Audience.PUBLIC)
    )


def known_data(step: Step, data: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a step's data that answers fields of the step; one department's part or a whole step."""
    return _each_part(data, lambda part: _chosen(step.fields, part, lambda _: True))


def writable(form: FormDefinition, step: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data without read-only and computed fields, which the portal fills itself."""
    return typed_data(form.step(step), data)


def typed_data(step: Step, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of the step without read-only and computed fields."""
    filled = {each.id for each in step.fields if each.is_filled_by_portal}
    return _each_part(data, lambda part: {key: value for key, value in part.items() if key not in filled})


def with_computed(form: FormDefinition, step: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with every computed percentage that can be computed, with one decimal; others are left out."""
    return _each_part(data, lambda part: _computed(form.step(step).fields, part))


def hides_address(steps: Mapping[str, Any]) -> bool:
    """Whether street and postcode stay hidden in everything public: a women's crisis centre, unless it said
    itself that its address is no secret.
    """
    context = Context(steps)
    bases = {*texts(context.step("company").get("legal_bases"))}
    bases.add(text(context.step("company").get("primary_legal_basis")) or "")
    return _CRISIS_CENTRE in bases and context.step("contact").get("address_hidden") is not False


def without_address(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of `contact` or `departments` with nothing left of an address but its municipality."""
    bare: dict[str, Any] = {key: value for key, value in data.items() if key not in ("address", DEPARTMENTS)}
    if isinstance(data.get("address"), Mapping):
        bare["address"] = {"municipality": data["address"].get("municipality")}
    if isinstance(data.get(DEPARTMENTS), list):
        rows = data[DEPARTMENTS]
        bare[DEPARTMENTS] = [without_address(each) if isinstance(each, Mapping) else each for each in rows]
    return bare


def _each_part(data: Mapping[str, Any], change: Callable[[Mapping[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    parts = data.get(DEPARTMENTS)
    if not isinstance(parts, Mapping):
        return change(data)
    return {DEPARTMENTS: {key: change(part) for key, part in parts.items() if isinstance(part, Mapping)}}


def _chosen(fields: Iterable[Field], data: Mapping[str, Any], choose: Choice) -> dict[str, Any]:
    return {each.id: _chosen_value(each, data[each.id], choose) for each in fields if each.id in data and choose(each)}


def _chosen_value(field: Field, value: Any, choose: Choice) -> Any:
    if field.type is FieldType.GROUP and isinstance(value, Mapping):
        return _chosen(field.fields, value, choose)
    if field.type is FieldType.LIST and isinstance(value, list):
        return [_chosen(field.fields, each, choose) for each in value if isinstance(each, Mapping)]
    return value


def _computed(fields: Iterable[Field], data: Mapping[str, Any]) -> dict[str, Any]:
    whole = dict(data)
    for field in fields:
        if field.computed:
            whole.pop(field.id, None)
            share = _share(field.computed, data)
            if share is not None and is_asked(field, data, None):
                whole[field.id] = share
    return whole


def _share(share: ComputedPercentage, data: Mapping[str, Any]) -> float | None:
    parts = [_amount(data.get(each)) for each in share.parts if data.get(each) is not None]
    wholes = [_amount(data.get(each)) for each in share.whole if data.get(each) is not None]
    if not parts or None in parts or None in wholes or not sum(filter(None, wholes)):
        return None
    percent = round(100 * sum(filter(None, parts)) / sum(filter(None, wholes)), 1)
    negative = share.negative_when
    below_zero = negative is not None and data.get(negative.field) in negative.is_in
    return -percent if percent and below_zero else percent


def _amount(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
