"""What the models of the contracts find wrong with an event, as errors with their places."""

from pydantic import ValidationError

from chassis.errors import DomainError
from web.validation import invalid


def errors_of(error: ValidationError) -> DomainError:
    """Return the findings as one error, whose pointers point into the data of the event."""
    found = error.errors(include_url=False, include_input=False)
    return invalid([{**item, "loc": ("body", *item["loc"])} for item in found])
