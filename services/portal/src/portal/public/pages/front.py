"""The public front page, and the pages of words that an operator may change (R1 to R3)."""

from fastapi import Request
from starlette.responses import Response

from chassis.errors import NotFound
from contracts.reference import Authority, AuthorityKind, authorities, find_authority, find_municipality, municipalities
from portal.public.texts.documents import AuthorityContact
from portal.public.texts.loading import Texts
from portal.public.towns import town_labels
from portal.rendering import page, page_router
from portal.sessions.access import MaybeVisitor

router = page_router()


def _texts(request: Request) -> Texts:
    found: Texts = request.app.state.texts
    return found


def _words(request: Request, name: str) -> Response:
    return page(request, "public/words.html", words=_texts(request).page(name))


def _socialtilsyn(request: Request) -> list[tuple[Authority, AuthorityContact]]:
    known = _texts(request).contacts().authorities
    found = [each for each in authorities() if each.kind is AuthorityKind.SOCIALTILSYN]
    return [(each, known.get(each.id, AuthorityContact())) for each in found]


@router.get("/")
async def front(request: Request, _: MaybeVisitor) -> Response:
    """Show the search box, the three ways in, and the news."""
    return page(request, "public/front.html", news=_texts(request).news(), places=town_labels())


@router.get("/plejefamilier")
async def families(request: Request, _: MaybeVisitor) -> Response:
    """Say what the public can and cannot see about foster families."""
    return _words(request, "plejefamilier")


@router.get("/plejefamilier/egne-oplysninger")
async def own_family(request: Request, _: MaybeVisitor) -> Response:
    """Say how a foster family gets to see its own data."""
    return _words(request, "egne-oplysninger")


@router.get("/whistleblow")
async def whistleblow(request: Request, _: MaybeVisitor) -> Response:
    """Say where a concern about a tilbud goes."""
    words = _texts(request).page("whistleblow")
    known = {each.id: contact for each, contact in _socialtilsyn(request)}
    return page(request, "public/whistleblow.html", words=words, known=known)


@router.get("/klage")
async def complaint(request: Request, _: MaybeVisitor) -> Response:
    """Say where a complaint goes."""
    return _words(request, "klage")


@router.get("/magtanvendelse")
async def use_of_force(request: Request, _: MaybeVisitor) -> Response:
    """Say when force may be used, and who must be told."""
    return _words(request, "magtanvendelse")


@router.get("/privatliv")
async def privacy(request: Request, _: MaybeVisitor) -> Response:
    """Show the privacy notice."""
    return _words(request, "privatliv")


@router.get("/tilgaengelighed")
async def accessibility(request: Request, _: MaybeVisitor) -> Response:
    """Show the accessibility statement."""
    return _words(request, "tilgaengelighed")


@router.get("/kontakt")
async def contact(request: Request, _: MaybeVisitor, kommune: str = "") -> Response:
    """Say whom to ask, also about what lies in one kommune."""
    socialtilsyn = _socialtilsyn(request)
    found = find_municipality(kommune)
    return page(
        request,
        "public/contact.html",
        hosts={each.id: each.municipality for each, _ in socialtilsyn},
        known={each.id: contact for each, contact in socialtilsyn},
        municipalities=[(each.code, each.name) for each in sorted(municipalities(), key=lambda one: one.name)],
        chosen=kommune,
        answer=found.socialtilsyn if found else None,
    )


@router.get("/kontakt/{authority_id}")
async def authority_contact(request: Request, _: MaybeVisitor, authority_id: str) -> Response:
    """Say how to reach one authority, with a concern or a complaint, too."""
    found = find_authority(authority_id)
    if found is None:
        raise NotFound
    contacts = _texts(request).contacts().authorities
    return page(
        request,
        "public/authority.html",
        name=found.name,
        host=found.municipality if found.kind is AuthorityKind.SOCIALTILSYN else None,
        contact=contacts.get(authority_id, AuthorityContact()),
    )
