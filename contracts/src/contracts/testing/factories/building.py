"""Makes an event of defaults and of what a test names, and the same event about another kind of subject."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from pydantic import BaseModel

from contracts.events.base import SubjectEvent
from contracts.events.reporting import SubmissionSent
from contracts.kinds import TILBUD, Kind
from contracts.reference import legal_bases

ModelT = TypeVar("ModelT", bound=BaseModel)


def build(model: type[ModelT], defaults: Mapping[str, Any], named: Mapping[str, Any]) -> ModelT:
    """Return the model with ``defaults``, replaced by what a test ``named``; TypeError for a field that it lacks."""
    known = {name for field, info in model.model_fields.items() for name in (field, info.alias or field)}
    unknown = sorted(set(named) - known)
    if unknown:
        raise TypeError(f"{model.__name__} has no {', '.join(unknown)}")
    return model.model_validate({**defaults, **named})


def as_kind(kind: Kind, event: SubjectEvent, **named: Any) -> SubjectEvent:
    """Return the same fact about a subject of another kind, with the same id: ``as_kind(LIGHTHOUSE, case_opened())``.

    What that kind's event lacks is left out. LookupError when the kind has no such fact.
    """
    model = _counterpart(kind, event)
    content = event.model_dump(by_alias=True) | _added(kind, event) | {model.id_field: event.subject_id}
    return build(model, content, named)


def _counterpart(kind: Kind, event: SubjectEvent) -> type[SubjectEvent]:
    for field in fields(TILBUD.events):
        model: type[SubjectEvent] | None = getattr(kind.events, field.name)
        if getattr(TILBUD.events, field.name) is type(event) and model is not None:
            return model
    raise LookupError(f"{kind.id} has no event like {type(event).__name__}")


def _added(kind: Kind, event: SubjectEvent) -> dict[str, Any]:
    """What an event of a kind without content says in place of it."""
    basis = next(each.id for each in legal_bases() if kind.covers(each))
    added: dict[str, Any] = {
        "municipality": "0851",
        "legal_basis": basis,
        "step_keys": list(getattr(event, "step_keys", ())),
        "dataref": f"/v1/{kind.id}/{event.subject_id}",
    }
    if isinstance(event, SubmissionSent):
        added["facts"] = event.facts.model_copy(update={"primary": basis, "legal_bases": [basis]})
    return added
