"""What other parts of the product read out of reported steps, so that nobody else knows field ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.form.definition import FormDefinition


@dataclass(frozen=True, slots=True)
class RoutingFacts:
    """All that decides who supervises, from the reported data: the body of `POST /v1/authority`."""

    legal_bases: tuple[str, ...]
    primary: str | None
    municipality: str | None
    operator_kind: str | None
    operator_municipality: str | None
    operator_region: str | None
    group_head_municipality: str | None
    agreement_municipality: str | None
    features: tuple[str, ...]
    part_of: str | None


def routing_facts(steps: Mapping[str, Any]) -> RoutingFacts:
    """Read the routing facts from whole steps (`company`, `contact`, `agreements`)."""
    raise NotImplementedError(steps)


def fast_lane_fields(form: FormDefinition, step: str) -> tuple[str, ...]:
    """The ids of the step's fields that are published at once (P1)."""
    raise NotImplementedError(form, step)


def public_data(form: FormDefinition, step: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a step's data that the public may see; one department's part or a whole plain step."""
    raise NotImplementedError(form, step, data)


def writable(form: FormDefinition, step: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data without read-only and computed fields, which the portal fills itself."""
    raise NotImplementedError(form, step, data)


def with_computed(form: FormDefinition, step: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with every computed percentage filled in; one department's part or a whole plain step."""
    raise NotImplementedError(form, step, data)
