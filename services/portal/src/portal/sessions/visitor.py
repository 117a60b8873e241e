"""Who looks at a page: nobody in particular, or a signed-in employee with rights."""

from dataclasses import dataclass

from chassis.auth import Principal
from contracts.access import Privilege, authority_of, organisation_of


@dataclass(frozen=True)
class Tab:
    """One tab of the signed-in pages."""

    label: str
    path: str


REPORT = Tab("Indberet tilbud", "/indberet")
APPROVE = Tab("Godkend tilbud", "/godkend")
CREATE = Tab("Opret tilbud", "/opret")


@dataclass(frozen=True)
class Visitor:
    """A signed-in user, with the tokens that the other services and the identity provider know the user by."""

    principal: Principal
    access_token: str
    id_token: str
    csrf: str

    @property
    def name(self) -> str:
        return self.principal.name

    @property
    def organisation(self) -> str:
        """Return whose followers and lists the user shares (R22)."""
        return organisation_of(self.principal.rights, self.principal.cvr)

    @property
    def is_officer(self) -> bool:
        """Return whether the user acts for an authority, and not for a provider."""
        return authority_of(self.principal.rights) is not None

    @property
    def approves_for(self) -> frozenset[str]:
        """Return the authorities that the user may approve for."""
        return self.principal.scopes(Privilege.APPROVE_TILBUD)

    @property
    def reports_for(self) -> frozenset[str]:
        """Return the authorities on whose behalf the user may report for their tilbud (R65)."""
        return self.principal.scopes(Privilege.REPORT_TILBUD)

    def may(self, privilege: Privilege) -> bool:
        """Return whether the user holds ``privilege`` for anybody."""
        return self.principal.holds(privilege)

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """Return a tab for each right; what the user may not do is not shown (R9)."""
        tabs = []
        if self.may(Privilege.APPROVE_TILBUD):
            tabs.append(APPROVE)
        if self.may(Privilege.CREATE_TILBUD):
            tabs.append(CREATE)
        if self.may(Privilege.REPORT_TILBUD) or not self.is_officer:
            tabs.append(REPORT)
        return tuple(tabs)

    @property
    def tilbud_list(self) -> str:
        """Return the address of the list of tilbud that the user works with; each tilbud's page stands below it."""
        return APPROVE.path if self.may(Privilege.APPROVE_TILBUD) else REPORT.path

    @property
    def home(self) -> str:
        """Return where the user starts."""
        return self.tabs[0].path if self.tabs else "/"
