"""The events that inbound data can be: parsed by their models, whose findings become errors with their places."""

from pydantic import ValidationError

from approval.inbound.rules import InboundEvent, PlejefamilieNotSupported, UnknownType, Unreadable
from chassis.errors import DomainError, Invalid
from chassis.validation import invalid
from contracts.events.external import INBOUND

MODELS = {model.ce_type: model for model in INBOUND}


def parse_event(ce_type: str, data: bytes) -> InboundEvent:
    """Return the event that ``data`` is; UnknownType, Invalid or Unreadable when it is none."""
    model = MODELS.get(ce_type)
    if model is None:
        raise UnknownType
    if b'"plejefamilie_id"' in data:
        raise PlejefamilieNotSupported
    try:
        return model.model_validate_json(data, strict=True)
    except ValidationError as error:
        raise _described(error) from error


def _described(error: ValidationError) -> DomainError:
    found = error.errors(include_url=False, include_input=False)
    described = invalid([{**item, "loc": ("body", *item["loc"])} for item in found])
    # What we wrote ourselves is always JSON; a parser that sees it otherwise has met its limits.
    return described if isinstance(described, Invalid) else Unreadable()
