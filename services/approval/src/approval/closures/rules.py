"""When an authority closes a case itself. Pure."""

from datetime import date

from chassis.errors import Conflict


class StillGoingOn(Conflict):
    """The subject goes on: its cases are decided, and only its reporter can give one up."""

    default_detail = (
        "En sag kan kun lukkes af myndigheden, når driften er ophørt. Tag i stedet stilling til hvert trin."
    )


def require_ceased(last_day: date | None) -> None:
    """Raise StillGoingOn unless the subject has had its last day (R99)."""
    if last_day is None:
        raise StillGoingOn
