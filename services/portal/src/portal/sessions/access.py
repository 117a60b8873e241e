"""Who may see a page: dependencies that find the visitor and lead who is not signed in to the sign-in.

Every route depends on one of these; ``create_app`` refuses to start otherwise.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from chassis.database import Database
from chassis.errors import Forbidden
from contracts.access import Privilege
from portal.kinds import KINDS, ListedKind
from portal.sessions.commands import renew_session
from portal.sessions.cookies import cookie_name
from portal.sessions.queries import find_visitor
from portal.sessions.sealing import Seal
from portal.sessions.visitor import Visitor

# What an open page asks for by itself says so: nobody works there, so the session does not go on.
UNATTENDED = "Unattended"

Check = Callable[[Request], Awaitable[Visitor]]


class SignInRequired(Exception):
    """The page is for signed-in users, and nobody is signed in."""


async def visitor_of(request: Request) -> Visitor | None:
    """Return who is signed in, if anybody; a request is asked about once. The session goes on while one works."""
    if not hasattr(request.state, "visitor"):
        cookie = request.cookies.get(cookie_name(request.app.state.settings), "")
        request.state.visitor = await _visitor(request, cookie) if cookie else None
    found: Visitor | None = request.state.visitor
    return found


async def _visitor(request: Request, cookie: str) -> Visitor | None:
    database: Database = request.app.state.database
    seal: Seal = request.app.state.seal
    found = await find_visitor(database, seal, cookie)
    if found is None or not found.is_renewable or UNATTENDED in request.headers:
        return found
    provider, verifier = request.app.state.identity, request.app.state.verifier
    renewed = await renew_session(database, seal, provider, verifier, cookie)
    return await find_visitor(database, seal, cookie) if renewed else found


async def anyone(request: Request) -> Visitor | None:
    """Declare that everybody may see the page."""
    return await visitor_of(request)


async def signed_in(request: Request) -> Visitor:
    """Declare that every signed-in user may see the page; the services decide what it shows."""
    visitor = await visitor_of(request)
    if visitor is None:
        raise SignInRequired
    return visitor


def may_approve(kind: ListedKind) -> Check:
    """Declare that who may approve subjects of a kind may see the page."""
    return _holding(f"godkende {kind.noun.plural}", kind.privileges.approve)


async def may_approve_any(request: Request) -> Visitor:
    """Declare that who may approve subjects of any kind may see the page; approval decides which cases it shows."""
    kinds = tuple(KINDS)
    check = _holding(
        f"godkende {' eller '.join(kind.noun.plural for kind in kinds)}", *(kind.privileges.approve for kind in kinds)
    )
    return await check(request)


def _holding(action: str, *privileges: Privilege) -> Check:
    detail = (
        f"Du har ikke rettigheden til at {action}. "
        "Kontakt din organisations brugeradministrator, hvis du mener, at du skal have rettigheden."
    )

    async def check(request: Request) -> Visitor:
        visitor = await signed_in(request)
        if not any(map(visitor.may, privileges)):
            raise Forbidden(detail)
        return visitor

    check.access = privileges  # type: ignore[attr-defined]
    return check


anyone.access = ()  # type: ignore[attr-defined]
anyone.open_to_all = True  # type: ignore[attr-defined]
signed_in.access = ()  # type: ignore[attr-defined]
may_approve_any.access = ()  # type: ignore[attr-defined]

MaybeVisitor = Annotated[Visitor | None, Depends(anyone)]
SignedIn = Annotated[Visitor, Depends(signed_in)]
Approver = Annotated[Visitor, Depends(may_approve_any)]
Operator = Annotated[Visitor, Depends(_holding("drive portalen", Privilege.RUN_OPERATIONS))]
SampleRunner = Annotated[Visitor, Depends(_holding("føre stikprøvekontrol", Privilege.RUN_SAMPLES))]
TilbudCreator = Annotated[Visitor, Depends(_holding("oprette tilbud", Privilege.CREATE_TILBUD))]
AuthorityChanger = Annotated[Visitor, Depends(_holding("skifte myndighed", Privilege.CHANGE_AUTHORITY))]
ApplicationApprover = Annotated[
    Visitor,
    Depends(_holding("godkende ansøgninger", Privilege.CREATE_TILBUD, Privilege.REPORT_TILBUD)),
]
TilsynCreator = Annotated[Visitor, Depends(_holding("oprette tilsyn", Privilege.CREATE_TILSYN))]
# Who registers that a kommune uses a tilbud without approval; approvers see it too (L8).
EMERGENCY_USE = (Privilege.CREATE_TILSYN, Privilege.SEARCH_PLACEMENT)
EmergencyUseWriter = Annotated[Visitor, Depends(_holding("registrere akut brug", *EMERGENCY_USE))]
EmergencyUseReader = Annotated[Visitor, Depends(_holding("se akut brug", *EMERGENCY_USE, Privilege.APPROVE_TILBUD))]
