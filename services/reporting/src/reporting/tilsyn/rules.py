"""What is refused for a tilbud that has ceased. Pure."""

from chassis.errors import DomainError


class HasCeased(DomainError):
    """The tilbud is closed for good and no new approval has opened it (R99)."""

    slug = "tilbud-ceased"
    default_detail = "Der kan ikke indberettes for et tilbud, der er ophørt."
