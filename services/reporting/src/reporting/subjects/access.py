"""Who may see a tilbud and report for it: its operator's users and the authority that supervises it."""

from dataclasses import dataclass

from chassis.auth import Principal
from chassis.problems import Problem, not_found
from contracts.access import OFFICER_PRIVILEGES, Privilege
from contracts.events.parties import Actor
from reporting.models import Tilbud


@dataclass(frozen=True)
class Reporter:
    """Somebody who may report for a tilbud. ``authority`` is set when an authority does it on behalf (row 65)."""

    principal: Principal
    authority: str | None = None

    @property
    def actor(self) -> Actor:
        """Return who it is, as colleagues and the other side see it."""
        return actor_of(self.principal, self.authority)

    @property
    def stamp(self) -> dict[str, str | None]:
        """Return who it is, as it is stored beside what was done."""
        return self.actor.model_dump()


def actor_of(principal: Principal, authority: str | None = None) -> Actor:
    """Return the employee behind ``principal``."""
    return Actor(
        sub=principal.sub,
        name=principal.name,
        org_name=principal.org_name,
        cvr=principal.cvr or None,
        authority=authority,
    )


def is_operator(principal: Principal, tilbud: Tilbud) -> bool:
    """Return whether the caller belongs to the organisation that runs ``tilbud`` (row 7)."""
    return bool(principal.cvr) and principal.cvr == tilbud.cvr


def refuse_stranger(principal: Principal, tilbud: Tilbud | None) -> Tilbud:
    """Return ``tilbud`` to its operator's users and its authority's officers; not-found to everybody else."""
    if tilbud is None:
        raise not_found()
    if is_operator(principal, tilbud) or is_officer_at(principal, tilbud.authority):
        return tilbud
    raise not_found()


def is_officer_at(principal: Principal, authority: str) -> bool:
    """Return whether the caller holds any officer's right at ``authority``."""
    return any(principal.holds(privilege, authority) for privilege in OFFICER_PRIVILEGES)


def officer_scopes(principal: Principal) -> set[str]:
    """Return every authority that the caller is an officer of."""
    return {right.scope for right in principal.rights if right.privilege in OFFICER_PRIVILEGES}


def reporter_of(principal: Principal, tilbud: Tilbud | None) -> Reporter:
    """Return the caller as a reporter of ``tilbud``.

    not-found to strangers; forbidden to the authority's officers without the right to report (rows 8, 65, 104).
    """
    known = refuse_stranger(principal, tilbud)
    if is_operator(principal, known):
        return Reporter(principal)
    if principal.holds(Privilege.REPORT_TILBUD, known.authority):
        return Reporter(principal, known.authority)
    raise Problem("forbidden", "Din organisation har ikke givet dig ret til at indberette for tilbuddet.")
