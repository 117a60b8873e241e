"""Who may see a tilbud and report for it: its operator's users and the authority that supervises it."""

from chassis.errors import Forbidden, NotFound
from contracts.access import OFFICER_PRIVILEGES, Privilege, employer_cvr, may_send_report, steps_to_report
from contracts.kinds import TILBUD
from reporting.subjects.models import Tilbud
from reports.reporters import Reporter
from web.auth import Principal

# A supervision system publishes tilsyn and is no officer: it has no business with reports.
EMPLOYEE_PRIVILEGES = OFFICER_PRIVILEGES - {Privilege.PUBLISH_TILSYN}


class NoReporter(Forbidden):
    """The caller may see the tilbud and not report for it."""

    default_detail = "Din organisation har ikke givet dig ret til at indberette for tilbuddet."


def is_operator(principal: Principal, tilbud: Tilbud) -> bool:
    """Return whether the caller belongs to the organisation that runs ``tilbud`` (R7)."""
    employer = employer_cvr(principal.rights, principal.cvr)
    return bool(employer) and employer == tilbud.cvr


def is_officer_at(principal: Principal, authority: str) -> bool:
    """Return whether the caller holds any officer's right at ``authority``."""
    return any(principal.holds(privilege, authority) for privilege in EMPLOYEE_PRIVILEGES)


def officer_scopes(principal: Principal) -> set[str]:
    """Return every authority that the caller is an officer of."""
    return {right.scope for right in principal.rights if right.privilege in EMPLOYEE_PRIVILEGES}


def visible_to(principal: Principal, tilbud: Tilbud | None) -> Tilbud:
    """Return ``tilbud`` to its operator's users and its authority's officers; not-found to everybody else."""
    if tilbud and (is_operator(principal, tilbud) or is_officer_at(principal, tilbud.authority)):
        return tilbud
    raise NotFound


def readable_steps(principal: Principal, tilbud: Tilbud) -> frozenset[str] | None:
    """Return the steps of ``tilbud`` that the caller, who sees it, may read; None for all of them (P4)."""
    return steps_to_report(principal.rights) if is_operator(principal, tilbud) else None


def reporter_of(principal: Principal, tilbud: Tilbud) -> Reporter:
    """Return the caller, who sees ``tilbud``, as its reporter.

    Forbidden to the authority's officers without the right to report (R8, R65, R104). An operator's employee who was
    given single steps has only these (P4).
    """
    if is_operator(principal, tilbud):
        steps = readable_steps(principal, tilbud)
        return Reporter(principal, steps=steps, may_send=may_send_report(principal.rights))
    if principal.holds(TILBUD.privileges.report, tilbud.authority):
        return Reporter(principal, tilbud.authority)
    raise NoReporter
