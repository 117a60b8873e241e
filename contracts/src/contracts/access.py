"""Who may do what: the privileges that an organisation's administrator gives (R8 to R14).

A right is a privilege with a scope. The scope is an authority id, since one CVR number can be both a kommune
and a socialtilsyn; the national operator's scope is ``*``. Reporters need no right: their CVR number decides.
Only where an operator has somebody report single steps of all its tilbud (P4) is the scope a step, and the tilbud are
those of the holder's own CVR number.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol


class Privilege(StrEnum):
    """What a right allows; the value is what stands in a token before the colon."""

    APPROVE_TILBUD = "tilbud.approve"
    CREATE_TILBUD = "tilbud.create"
    REPORT_TILBUD = "tilbud.report"
    REPORT_STEP = "tilbud.report-step"
    SEND_REPORT = "tilbud.send-report"
    CREATE_PLEJEFAMILIE = "plejefamilie.create"
    REPORT_PLEJEFAMILIE = "plejefamilie.report"
    APPROVE_PLEJEFAMILIE = "plejefamilie.approve"
    CHANGE_AUTHORITY = "authority.change"
    CREATE_TILSYN = "tilsyn.create"
    PUBLISH_TILSYN = "tilsyn.publish"
    READ_REGISTER = "register.read"
    SEARCH_PLACEMENT = "placement.search"
    READ_CPR = "cpr.read"
    RUN_OPERATIONS = "operations.run"
    RUN_SAMPLES = "samples.run"


OFFICER_PRIVILEGES = frozenset(
    {
        Privilege.APPROVE_TILBUD,
        Privilege.CREATE_TILBUD,
        Privilege.REPORT_TILBUD,
        Privilege.CREATE_PLEJEFAMILIE,
        Privilege.REPORT_PLEJEFAMILIE,
        Privilege.APPROVE_PLEJEFAMILIE,
        Privilege.CHANGE_AUTHORITY,
        Privilege.CREATE_TILSYN,
        Privilege.PUBLISH_TILSYN,
    }
)


class ScopedRight(Protocol):
    """One right of a signed-in user, as a token carries it."""

    @property
    def privilege(self) -> str: ...
    @property
    def scope(self) -> str: ...


def authority_of(rights: Iterable[ScopedRight]) -> str | None:
    """Return the id of the authority that the holder of ``rights`` acts for, or None for everybody else.

    Of several it is always the same one.
    """
    return min((right.scope for right in rights if right.privilege in OFFICER_PRIVILEGES), default=None)


def is_system(rights: Iterable[ScopedRight]) -> bool:
    """Return whether the holder of ``rights`` is a supervision system: all that it may do is to publish tilsyn."""
    return {right.privilege for right in rights} == {Privilege.PUBLISH_TILSYN}


def employer_cvr(rights: Iterable[ScopedRight], cvr: str) -> str:
    """Return the CVR number of the organisation that somebody is an employee of, or an empty text.

    A supervision system has the CVR number of its kommune or region too, and is nobody's employee.
    """
    return "" if is_system(rights) else cvr


def steps_to_report(rights: Iterable[ScopedRight]) -> frozenset[str] | None:
    """Return the steps that an operator's employee may read and save of all its tilbud (P4); None for every step.

    Who was given no single step has all of them (R8).
    """
    steps = frozenset(right.scope for right in rights if right.privilege == Privilege.REPORT_STEP)
    return steps if steps and "*" not in steps else None


def may_send_report(rights: Iterable[ScopedRight]) -> bool:
    """Return whether an operator's employee may send reports: who was given single steps needs a right of its own."""
    held = list(rights)
    return steps_to_report(held) is None or any(right.privilege == Privilege.SEND_REPORT for right in held)


def authority_side(authority: str) -> str:
    """Return the organisation that an authority's officers are counted in."""
    return f"authority:{authority}"


def provider_side(cvr: str) -> str:
    """Return the organisation that the users of a CVR number are counted in."""
    return f"cvr:{cvr}"


def person_side(sub: str) -> str:
    """Return the organisation that somebody is counted in who belongs to none: nobody else is in it."""
    return f"person:{sub}"


def organisation_of(rights: Iterable[ScopedRight], cvr: str, sub: str = "") -> str:
    """Return the organisation whose followers and lists the user shares.

    Followers on the provider's and on the authority's side are counted apart (R22).
    """
    authority = authority_of(rights)
    if authority:
        return authority_side(authority)
    return provider_side(cvr) if cvr else person_side(sub)
