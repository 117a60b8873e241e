"""What may be decided about what no rule could place. Pure."""

from datetime import date

from chassis.errors import Conflict, FieldError, Invalid
from contracts.reference import Authority


class DecidedAlready(Conflict):
    """Somebody else has decided it, or it was sent again, approved or given up in the meantime."""

    default_detail = "Det er afgjort eller bortfaldet i mellemtiden. Hent listen igen."


def require_decision(authority: Authority | None, reason: str, at: date) -> None:
    """Raise Invalid unless the decision names an authority that exists on that day, and says why."""
    errors = []
    if authority is None or not authority.holds(at):
        errors.append(FieldError("/authority", "unknown-value", "Myndigheden findes ikke på den dag."))
    if not reason:
        errors.append(FieldError("/reason", "missing", "Skriv, hvorfor det er denne myndighed."))
    if errors:
        raise Invalid(errors=errors)
