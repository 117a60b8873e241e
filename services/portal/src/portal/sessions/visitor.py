"""Who looks at a page: nobody in particular, or a signed-in employee with rights."""

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.access import Privilege, authority_of, organisation_of, steps_to_report
from contracts.reference import authority_name
from portal.kinds import KINDS, ListedKind, Tab
from web.auth import Principal


@dataclass(frozen=True)
class Visitor:
    """A signed-in user, with the token that the other services know the user by.

    ``owner`` says whose forms are the user's, ``csrf`` is the token of the forms on a page; ``is_renewable`` says that
    it is time for new tokens.
    """

    principal: Principal
    access_token: str
    owner: str
    csrf: str
    is_renewable: bool = False

    @property
    def name(self) -> str:
        return self.principal.name

    @property
    def organisation_name(self) -> str:
        """Return what the user's organisation is called: an officer's is the authority, not who hosts it."""
        authority = authority_of(self.principal.rights)
        return authority_name(authority) if authority else self.principal.org_name

    @property
    def organisation(self) -> str:
        """Return whose followers and lists the user shares (R22)."""
        return organisation_of(self.principal.rights, self.principal.cvr, self.principal.sub)

    @property
    def is_officer(self) -> bool:
        """Return whether the user acts for an authority, and not for a provider."""
        return authority_of(self.principal.rights) is not None

    @property
    def is_case_worker(self) -> bool:
        """Return whether the user looks for places, and neither decides nor reports."""
        searches = self.may(Privilege.SEARCH_PLACEMENT) or self.may(Privilege.READ_REGISTER)
        return searches and not self.is_officer

    def approves_for(self, kind: ListedKind) -> frozenset[str]:
        """Return the authorities that the user may approve subjects of a kind for."""
        return self.principal.scopes(kind.privileges.approve)

    def reports_for(self, kind: ListedKind) -> frozenset[str]:
        """Return the authorities on whose behalf the user may report for their subjects of a kind (R65)."""
        return self.principal.scopes(kind.privileges.report)

    def may(self, privilege: Privilege) -> bool:
        """Return whether the user holds ``privilege`` for anybody."""
        return self.principal.holds(privilege)

    @property
    def tells_vacancies(self) -> bool:
        """Return whether the vacancies of the own tilbud are among the steps that the user was given (P4)."""
        steps = steps_to_report(self.principal.rights)
        return steps is None or "places" in steps

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """Return a tab for each right; what the user may not do is not shown (R9)."""
        return tuple(tab for kind in KINDS for tab in self._tabs_of(kind))

    def _tabs_of(self, kind: ListedKind) -> Iterator[Tab]:
        tabs = kind.tabs
        if self.may(kind.privileges.approve):
            yield tabs.approve
        if tabs.create and self.may(kind.privileges.create):
            yield tabs.create
        if tabs.report and (self.may(kind.privileges.report) or not (self.is_officer or self.is_case_worker)):
            yield tabs.report

    def list_path(self, kind: ListedKind) -> str:
        """Return the address of the list that the user works with."""
        tabs = kind.tabs
        return tabs.report.path if tabs.report and not self.may(kind.privileges.approve) else tabs.approve.path

    def subject_path(self, kind: ListedKind, subject_id: str) -> str:
        """Return the address of a subject's page behind that list."""
        base = kind.approve_base if self.may(kind.privileges.approve) else kind.report_base
        return f"{base}/{subject_id}"

    def tab_of(self, path: str) -> Tab | None:
        """Return the tab that a page belongs to: of those whose address the page's begins with, the nearest."""
        above = [tab for tab in self.tabs if path.startswith(tab.path)]
        return max(above, key=lambda tab: len(tab.path), default=None)

    @property
    def home(self) -> str:
        """Return where the user starts."""
        return self.tabs[0].path if self.tabs else "/mit-overblik"
