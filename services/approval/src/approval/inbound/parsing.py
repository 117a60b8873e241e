"""The events that inbound data can be: parsed by their models, whose findings become errors with their places."""

from pydantic import ValidationError

from approval.inbound.rules import InboundEvent, PlejefamilieNotSupported, UnknownType, Unreadable
from approval.tilsyn.validation import errors_of
from chassis.errors import Invalid
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
        described = errors_of(error)
        # What we wrote ourselves is always JSON; a parser that sees it otherwise has met its limits.
        raise described if isinstance(described, Invalid) else Unreadable() from error
