"""What a CPR number must look like. Pure."""

from contextlib import suppress

from pydantic import SecretStr
from stdnum.dk import cpr
from stdnum.exceptions import ValidationError

from chassis.errors import DomainError, FieldError, Invalid
from contracts.cpr import typed_digits


class InvalidCpr(Invalid):
    """The number has no valid date."""

    default_detail = "CPR-nummeret er ikke gyldigt."


def checked_cpr(number: SecretStr, pointer: str) -> str:
    """Return the ten digits of ``number``; ``invalid`` at ``pointer`` when it has no valid date.

    There is no check digit rule: numbers without one have been given since 2007.
    """
    with suppress(ValidationError):
        return str(cpr.validate(typed_digits(number.get_secret_value())))
    detail = "CPR-nummeret skal være seks og fire cifre med en gyldig dato."
    raise InvalidCpr(errors=[FieldError(pointer, "cpr-number", detail)])


class LeaderCprMissing(DomainError):
    """Nothing is sent before the authority has added the leader's CPR number."""

    slug = "leader-cpr-missing"
    default_detail = "Tilsynsmyndigheden skal først tilføje lederens CPR-nummer."
