"""Reads the form definition from its YAML files and cuts out what applies to a legal basis on a day.

Adding a field is one entry in `steps/<kind>/<step>.yaml`; adding a kind is a folder and an entry in `contracts.kinds`.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

import yaml

from contracts import reference
from contracts.form.definition import NESTED_TYPES, NEVER, Field, FormDefinition, Rule, Step
from contracts.form.guidance import with_guidance
from contracts.form.options import closed_list
from contracts.kinds import KINDS, Kind, kind_of
from contracts.reference import LegalBasis

# A step's `defaults` stand for what most of its fields have in common.
_INHERITED = ("purpose", "audience", "legal_source", "lane", "risk")


def form(legal_basis: str, at: date, others: Sequence[str] = ()) -> FormDefinition:
    """The form for that primary legal basis (and `others` beside it) on that day (R45).

    KeyError for an unknown legal basis, LookupError when no form exists for its kind.
    """
    kind = kind_of(reference.legal_basis(legal_basis))
    if kind is None:
        raise LookupError(f"no form for {legal_basis}")
    return form_of_kind(kind.id, at, (legal_basis, *sorted(set(others) - {legal_basis})))


def find_form(legal_basis: str, at: date, others: Sequence[str] = ()) -> FormDefinition | None:
    """The same as `form`; None where a legal basis is unknown or no form exists for its kind."""
    primary = reference.find_legal_basis(legal_basis)
    if primary is None or kind_of(primary) is None or not all(map(reference.find_legal_basis, others)):
        return None
    return form(legal_basis, at, others)


def form_begun(
    legal_basis: str, at: date, others: Sequence[str], begun_on: date, steps: Mapping[str, date]
) -> FormDefinition:
    """The form on the day `at` for a draft that was begun on another, `steps` being those of cases and their days."""
    versions = {step: form(legal_basis, day, others) for step, day in steps.items() if day != begun_on}
    return form(legal_basis, begun_on, others).with_steps_of(versions, at)


def form_of_kind(kind: str, at: date, legal_bases: Sequence[str] = ()) -> FormDefinition:
    """The form of a kind on that day; without legal bases, what applies whatever they are."""
    return _form(_kind(kind), tuple(legal_bases), at)


def steps_of(kind: str) -> tuple[Step, ...]:
    """Every step of the form of a kind in order, whatever it applies to; LookupError for an unknown kind."""
    return _steps_of(_kind(kind))


def _kind(kind_id: str) -> Kind:
    if kind_id not in KINDS:
        raise LookupError(f"no form for {kind_id}")
    return KINDS[kind_id]


@cache
def _steps_of(kind: Kind) -> tuple[Step, ...]:
    folder = kind.form_folder
    texts = [each.read_text(encoding="utf-8") for each in folder.iterdir() if each.name.endswith(".yaml")]
    steps = [with_guidance(kind.id, _step(yaml.safe_load(text))) for text in texts]
    return tuple(sorted(steps, key=lambda each: each.order))


@lru_cache(maxsize=512)
def _form(kind: Kind, legal_bases: tuple[str, ...], at: date) -> FormDefinition:
    bases = [reference.legal_basis(each) for each in legal_bases]
    steps = tuple(_cut_step(each, bases, at) for each in _steps_of(kind) if _holds(each, at))
    content = "\n".join(step.model_dump_json() for step in steps)
    return FormDefinition(
        version=f"{kind.id}-{hashlib.sha256(content.encode()).hexdigest()[:12]}",
        kind=kind.id,
        legal_bases=legal_bases,
        at=at,
        steps=steps,
        vocabularies={name: closed_list(name, at) for name in sorted(_vocabularies_of(steps))},
    )


def rule_may_hold(rule: Rule, bases: Iterable[LegalBasis]) -> bool:
    """Whether the rule can hold for any of the legal bases; who operates is not looked at."""
    return rule.always or (not rule.never and any(_fits(rule, each) for each in bases))


def _fits(rule: Rule, basis: LegalBasis) -> bool:
    conditions = (
        (rule.legal_bases, basis.id),
        (rule.audiences, basis.audience),
        (rule.groups, basis.group),
        (rule.supervised_by, basis.supervised_by),
    )
    return all(not wanted or has in wanted for wanted, has in conditions)


def _cut_step(step: Step, bases: list[LegalBasis], at: date) -> Step:
    fields = tuple(_cut_fields(step.fields, bases, at))
    mandatory = step.mandatory if rule_may_hold(step.mandatory, bases) else NEVER
    return step.model_copy(update={"fields": fields, "mandatory": mandatory})


def _cut_fields(fields: Iterable[Field], bases: list[LegalBasis], at: date) -> Iterator[Field]:
    for each in fields:
        if not (_holds(each, at) and rule_may_hold(each.applies, bases)):
            continue
        mandatory = each.mandatory if rule_may_hold(each.mandatory, bases) else NEVER
        inner = tuple(_cut_fields(each.fields, bases, at))
        if inner or each.type not in NESTED_TYPES:
            yield each.model_copy(update={"mandatory": mandatory, "fields": inner})


def _holds(row: Step | Field, at: date) -> bool:
    return row.valid_from <= at and (row.valid_to is None or at <= row.valid_to)


def _step(raw: dict[str, Any]) -> Step:
    defaults = raw.pop("defaults", {})
    raw["fields"] = [_with_defaults(each, defaults) for each in raw["fields"]]
    return Step.model_validate(raw)


def _with_defaults(raw: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    whole = {**defaults, **raw}
    passed_on = {name: whole[name] for name in _INHERITED if name in whole}
    whole["fields"] = [_with_defaults(each, passed_on) for each in raw.get("fields", [])]
    return whole


def _vocabularies_of(steps: Iterable[Step]) -> set[str]:
    return {each.vocabulary for step in steps for each in _all_fields(step.fields) if each.vocabulary}


def _all_fields(fields: Iterable[Field]) -> Iterator[Field]:
    for each in fields:
        yield each
        if each.type in NESTED_TYPES:
            yield from _all_fields(each.fields)
