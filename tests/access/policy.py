"""What the law and the product say of each route, written down apart from the code that decides it.

A route of the published OpenAPI documents that is missing here fails a test: nobody adds one without saying who may
call it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from contracts.access import OFFICER_PRIVILEGES, Privilege

Json = dict[str, Any]
BLOMSTERENGEN, HAVBLIK = "99000015", "99100036"


class Verdict(StrEnum):
    """What a caller is to meet: the route's own answer, whatever it is, or one of the refusals."""

    OPEN = "open"
    UNAUTHENTICATED = "401"
    FORBIDDEN = "403"
    HIDDEN = "404"


@dataclass(frozen=True)
class Caller:
    """Somebody with a token, or nobody; ``rights`` are privileges with the authority that they hold for."""

    name: str
    cvr: str = ""
    rights: frozenset[tuple[str, str]] = frozenset()
    is_person: bool = True
    is_signed_in: bool = True

    def holds(self, privilege: str, authority: str | None = None) -> bool:
        """Return whether the caller has a privilege, anywhere or at an authority."""
        return any(own == privilege and authority in {None, scope} for own, scope in self.rights)

    def is_officer(self, authority: str | None = None) -> bool:
        """Return whether the caller is a person who has any officer's right, anywhere or at an authority."""
        return self.is_person and any(self.holds(privilege, authority) for privilege in OFFICER_PRIVILEGES)


@dataclass(frozen=True)
class Subject:
    """What a route is called about; ``authority`` is empty for what does not exist."""

    name: str
    id: str
    case_id: str = ""
    submission_id: str = ""
    tilsyn_id: str = ""
    operator_cvr: str = ""
    authority: str = ""
    is_public: bool = False

    def is_run_by(self, caller: Caller) -> bool:
        """Return whether the caller is an employee of the organisation that runs it."""
        return caller.is_person and caller.cvr != "" and caller.cvr == self.operator_cvr

    def is_decided_by(self, caller: Caller, privilege: Privilege) -> bool:
        """Return whether it exists and the caller has the privilege at its authority."""
        return self.authority != "" and caller.holds(privilege, self.authority)


Policy = Callable[[Caller, Subject], Verdict | None]
"""What a caller is to meet; None where that is not a question of rights."""


def _for_signed_in(policy: Policy) -> Policy:
    def decide(caller: Caller, subject: Subject) -> Verdict | None:
        return policy(caller, subject) if caller.is_signed_in else Verdict.UNAUTHENTICATED

    return decide


def anybody(_: Caller, __: Subject) -> Verdict:
    """Open to the world."""
    return Verdict.OPEN


def reader_of_what_is_public(_: Caller, subject: Subject) -> Verdict:
    """Open to the world as long as the subject is public."""
    return Verdict.OPEN if subject.is_public else Verdict.HIDDEN


def holder_of_the_link(_: Caller, __: Subject) -> Verdict:
    """Whoever has the signed link of a mail: of what is asked with here nobody got one."""
    return Verdict.HIDDEN


@_for_signed_in
def signed_in(_: Caller, __: Subject) -> Verdict:
    """Everybody with a token; the answer holds what is theirs."""
    return Verdict.OPEN


def holder(privilege: Privilege) -> Policy:
    """Whoever holds a privilege, at whichever authority."""

    @_for_signed_in
    def decide(caller: Caller, _: Subject) -> Verdict:
        return Verdict.OPEN if caller.holds(privilege) else Verdict.FORBIDDEN

    return decide


@_for_signed_in
def viewer(caller: Caller, subject: Subject) -> Verdict:
    """The operator's employees, and officers of the authority."""
    seen = subject.is_run_by(caller) or (subject.authority != "" and caller.is_officer(subject.authority))
    return Verdict.OPEN if seen else Verdict.HIDDEN


@_for_signed_in
def reporter(caller: Caller, subject: Subject) -> Verdict | None:
    """Of those who see it: the operator's employees, and officers with the right to report."""
    if viewer(caller, subject) is not Verdict.OPEN or subject.is_run_by(caller):
        return viewer(caller, subject)
    return Verdict.OPEN if caller.holds(Privilege.REPORT_TILBUD, subject.authority) else Verdict.FORBIDDEN


@_for_signed_in
def cpr_reader(caller: Caller, subject: Subject) -> Verdict | None:
    """Officers of the authority with the right to see the number."""
    if not caller.holds(Privilege.READ_CPR):
        return Verdict.FORBIDDEN
    return viewer(caller, subject)


@_for_signed_in
def cpr_writer(caller: Caller, subject: Subject) -> Verdict:
    """Officers who may report at the authority: the operator's employees see the tilbud and never the number."""
    if viewer(caller, subject) is not Verdict.OPEN:
        return Verdict.HIDDEN
    return Verdict.OPEN if caller.holds(Privilege.REPORT_TILBUD, subject.authority) else Verdict.FORBIDDEN


@_for_signed_in
def tilsyn_creator(caller: Caller, subject: Subject) -> Verdict:
    """Kommuner and regions with the right, for what they supervise."""
    if not caller.holds(Privilege.CREATE_TILSYN):
        return Verdict.FORBIDDEN
    return Verdict.OPEN if subject.is_decided_by(caller, Privilege.CREATE_TILSYN) else Verdict.HIDDEN


REGISTERS_USE = (Privilege.CREATE_TILSYN, Privilege.SEARCH_PLACEMENT)


@_for_signed_in
def sees_emergency_uses(caller: Caller, _: Subject) -> Verdict:
    """Who registers uses, and officers who approve: what is listed is theirs."""
    return Verdict.OPEN if any(map(caller.holds, (*REGISTERS_USE, Privilege.APPROVE_TILBUD))) else Verdict.FORBIDDEN


@_for_signed_in
def registers_emergency_uses(caller: Caller, _: Subject) -> Verdict:
    """Case workers, and officers with the right to create tilsyn; of these only kommuner succeed."""
    return Verdict.OPEN if any(map(caller.holds, REGISTERS_USE)) else Verdict.FORBIDDEN


@_for_signed_in
def changes_emergency_uses(caller: Caller, _: Subject) -> Verdict:
    """The kommune that registered a use: of what is asked with here nobody did; other bodies may not at all."""
    kommuner = [scope for privilege, scope in caller.rights if privilege in REGISTERS_USE and "kommune" in scope]
    return Verdict.HIDDEN if kommuner else Verdict.FORBIDDEN


@_for_signed_in
def runs_samples(caller: Caller, _: Subject) -> Verdict:
    """The national operator, who runs control samples: of what is asked with here there is none."""
    return Verdict.HIDDEN if caller.holds(Privilege.RUN_SAMPLES) else Verdict.FORBIDDEN


@_for_signed_in
def sees_the_sample(_: Caller, __: Subject) -> Verdict:
    """Who runs samples, who runs the tilbud, and who supervises it: of what is asked for here there is none."""
    return Verdict.HIDDEN


@_for_signed_in
def authority_changer(caller: Caller, subject: Subject) -> Verdict:
    """Officers with the right, for what their authority supervises or has given away."""
    if not caller.holds(Privilege.CHANGE_AUTHORITY):
        return Verdict.FORBIDDEN
    return Verdict.OPEN if subject.is_decided_by(caller, Privilege.CHANGE_AUTHORITY) else Verdict.HIDDEN


@_for_signed_in
def concerned_by_the_handover(_: Caller, __: Subject) -> Verdict:
    """Officers of both authorities and the operator's employees: of what is asked for here there is none."""
    return Verdict.HIDDEN


@_for_signed_in
def changer_without_a_handover(caller: Caller, _: Subject) -> Verdict:
    """Officers who may change an authority: of what is asked for here there is no handover."""
    return Verdict.HIDDEN if caller.holds(Privilege.CHANGE_AUTHORITY) else Verdict.FORBIDDEN


@_for_signed_in
def told_of_waiting(caller: Caller, subject: Subject) -> Verdict:
    """Its operator's employees, and officers and systems of its authority."""
    supervises = any(caller.holds(privilege, subject.authority) for privilege in OFFICER_PRIVILEGES)
    told = subject.is_run_by(caller) or supervises
    return Verdict.OPEN if subject.authority != "" and told else Verdict.HIDDEN


@_for_signed_in
def operator_without_a_question(caller: Caller, _: Subject) -> Verdict:
    """The national operator: of what is asked for here nothing waits for a decision."""
    return Verdict.HIDDEN if caller.holds(Privilege.RUN_OPERATIONS) else Verdict.FORBIDDEN


@_for_signed_in
def own_events(caller: Caller, _: Subject) -> Verdict:
    """Systems, about what they sent: of what is asked for here nobody sent anything."""
    return Verdict.HIDDEN if caller.holds(Privilege.PUBLISH_TILSYN) else Verdict.FORBIDDEN


@_for_signed_in
def case_viewer(caller: Caller, subject: Subject) -> Verdict:
    """The operator's employees, and officers who decide for the authority."""
    decides = subject.is_decided_by(caller, Privilege.APPROVE_TILBUD)
    return Verdict.OPEN if decides or subject.is_run_by(caller) else Verdict.HIDDEN


@_for_signed_in
def case_officer(caller: Caller, subject: Subject) -> Verdict:
    """Officers who decide for the authority; to those who decide elsewhere there is nothing."""
    if not caller.holds(Privilege.APPROVE_TILBUD):
        return Verdict.FORBIDDEN
    return Verdict.OPEN if subject.is_decided_by(caller, Privilege.APPROVE_TILBUD) else Verdict.HIDDEN


@_for_signed_in
def officer_with_the_file(caller: Caller, _: Subject) -> Verdict:
    """Officers who decide the case of a file: of what is asked for here no case has one."""
    return Verdict.HIDDEN if caller.holds(Privilege.APPROVE_TILBUD) else Verdict.FORBIDDEN


@_for_signed_in
def tilsyn_viewer(caller: Caller, subject: Subject) -> Verdict:
    """Officers and systems of its authority, of every authority once it was inspected, and the operator's employees."""
    where = None if subject.tilsyn_id else subject.authority
    supervises = any(caller.holds(privilege, where) for privilege in OFFICER_PRIVILEGES)
    exists = subject.authority != ""
    return Verdict.OPEN if exists and (supervises or subject.is_run_by(caller)) else Verdict.HIDDEN


@_for_signed_in
def follower(caller: Caller, subject: Subject) -> Verdict:
    """Everybody where it is public, else its operator's employees, and officers and systems of its authority."""
    supervises = any(caller.holds(privilege, subject.authority) for privilege in OFFICER_PRIVILEGES)
    seen = subject.is_public or subject.is_run_by(caller) or (subject.authority != "" and supervises)
    return Verdict.OPEN if seen else Verdict.HIDDEN


@_for_signed_in
def concerned(caller: Caller, subject: Subject) -> Verdict:
    """Its operator's employees, officers and systems of its authority, and the national operator."""
    supervises = any(caller.holds(privilege, subject.authority) for privilege in OFFICER_PRIVILEGES)
    told = supervises or subject.is_run_by(caller) or caller.holds(Privilege.RUN_OPERATIONS)
    return Verdict.OPEN if subject.authority != "" and told else Verdict.HIDDEN


@_for_signed_in
def whoever_reports_something(caller: Caller, _: Subject) -> Verdict | None:
    """Officers with the right; and employees, if their organisation runs anything, which a token does not say (R6)."""
    return Verdict.OPEN if caller.holds(Privilege.REPORT_TILBUD) else None


@_for_signed_in
def creator(caller: Caller, subject: Subject) -> Verdict | None:
    """Officers who create, about what they see."""
    return viewer(caller, subject) if caller.holds(Privilege.CREATE_TILBUD) else Verdict.FORBIDDEN


@_for_signed_in
def application_approver(caller: Caller, _: Subject) -> Verdict:
    """Officers who create tilbud or report for them."""
    may = caller.holds(Privilege.CREATE_TILBUD) or caller.holds(Privilege.REPORT_TILBUD)
    return Verdict.OPEN if may else Verdict.FORBIDDEN


@_for_signed_in
def approver_of_application(caller: Caller, subject: Subject) -> Verdict | None:
    """Of those officers, the ones of the authority; what they may do there is asked when they send."""
    refused = application_approver(caller, subject)
    return viewer(caller, subject) if refused is Verdict.OPEN else refused


@_for_signed_in
def whoever_runs_something(caller: Caller, _: Subject) -> Verdict | None:
    """Officers; and employees, if their organisation runs anything, which a token does not say (R6)."""
    return Verdict.OPEN if caller.is_officer() else None


@_for_signed_in
def whoever_runs_tilbud(_: Caller, __: Subject) -> Verdict | None:
    """Employees, if their organisation runs anything, which a token does not say (R6)."""
    return None


@_for_signed_in
def writer_of_the_upload(_: Caller, __: Subject) -> Verdict:
    """Who sent a file: of what is asked for here nobody sent one."""
    return Verdict.HIDDEN


@dataclass(frozen=True)
class Operation:
    """Who may call a route, and a request that its checks of form let through and that changes nothing it should not.

    ``path`` has the names of ``Subject``'s fields, ``body`` becomes JSON, ``headers`` go with it.
    """

    policy: Policy
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
