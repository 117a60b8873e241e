"""Which mails a user gets, how often and where, and what the user follows."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from chassis.errors import FieldError
from portal.clients import Refused, Reply, ServiceClient
from portal.dependencies import service_client
from portal.form.controls import SummaryLine
from portal.form.form_data import FormData
from portal.rendering import page, page_router, see_other
from portal.sessions.access import SignedIn
from portal.sessions.submitted_form import TypedForm

router = page_router("/mails")

NEVER = "never"
FREQUENCIES = (
    ("at-once", "Med det samme"),
    ("daily", "Én gang om dagen"),
    ("weekly", "Én gang om ugen"),
    (NEVER, "Aldrig"),
)
# What each type of mail tells, in the order of the page; a type that is not here has no choice.
MAILS = (
    ("rate-changed", "Taksterne er ændret"),
    ("vacancies-changed", "Antallet af ledige pladser er ændret"),
    ("record-changed", "Der er andre nye oplysninger"),
    ("tilsyn-published", "Der er et nyt tilsyn, et påbud, et vilkår eller skærpet tilsyn"),
    ("sanction-changed", "Skærpet tilsyn begynder eller slutter, eller fristen for et påbud er overskredet"),
    ("deadline", "En frist for et påbud eller et vilkår nærmer sig"),
    ("duties", "Noget skal snart indberettes eller er ikke indberettet til tiden"),
    ("control-sample", "Der sker noget i en stikprøve fra Social- og Boligstyrelsen"),
    ("became-public", "Tilbuddet vises på Tilbudsportalen"),
    ("no-longer-public", "Tilbuddet vises ikke længere på Tilbudsportalen"),
    ("authority-changed", "Tilbuddet har fået en ny tilsynsmyndighed"),
    ("authority-undecided", "Det kræver afgørelse, hvem der behandler en indberetning"),
    ("case-opened", "En sag venter på, at I godkender den"),
    ("case-moved", "En sag er flyttet til en anden myndighed"),
    ("case-closed", "En sag er afsluttet uden at være godkendt"),
    ("reported-on-behalf", "Myndigheden har indberettet for tilbuddet"),
    ("case-returned", "En sag er sendt tilbage og skal rettes"),
    ("case-approved", "En sag er godkendt"),
    ("mail-undelivered", "En mail til lederen eller kontaktpersonen kom ikke frem"),
)
STATUS = {"invalid": 422, "too-many-requests": 429, "stale": 412}
SAVED = "/mails?saved=1"


@router.get("")
async def show_preferences(request: Request, visitor: SignedIn, saved: str = "") -> Response:
    """Show what the visitor has chosen and follows."""
    services = service_client(request, visitor)
    preferences = await services.get("notification", "/v1/preferences")
    return await _show(request, services, preferences, _fields(preferences.body), is_saved=saved == "1")


@router.post("")
async def save_preferences(request: Request, visitor: SignedIn, form: TypedForm) -> Response:
    """Keep what the visitor has chosen; a new address is used once it is confirmed by mail."""
    services = service_client(request, visitor)
    chosen = {name: form.text(name) for name in ("own_email", "etag", "retry", *(name for name, _ in MAILS))}
    if form.is_unconfirmed:
        return await _show(request, services, await services.get("notification", "/v1/preferences"), chosen)
    try:
        await services.put("notification", "/v1/preferences", _change(form), etag=form.text("etag"))
    except Refused as refusal:
        if refusal.slug not in STATUS:
            raise
        preferences = await services.get("notification", "/v1/preferences")
        errors, status = refusal.reasons, STATUS[refusal.slug]
        return await _show(request, services, preferences, chosen, errors=errors, status=status)
    return see_other(SAVED)


def _fields(preferences: dict[str, Any]) -> dict[str, str]:
    """Return the preferences as the fields of the form show them."""
    wanted, frequency = preferences["mails"], preferences["frequency"]
    return {
        "own_email": preferences["own_email"] or "",
        **{name: frequency.get(name, "at-once") if wanted.get(name, True) else NEVER for name, _ in MAILS},
    }


def _change(form: FormData) -> dict[str, Any]:
    chosen = {name: form.text(name) or "at-once" for name, _ in MAILS}
    return {
        "own_email": form.text("own_email") or None,
        "mails": {name: value != NEVER for name, value in chosen.items()},
        "frequency": {name: value for name, value in chosen.items() if value != NEVER},
        "paused": form.text("paused") == "1",
        "retry": form.text("retry") == "1",
    }


async def _show(
    request: Request,
    services: ServiceClient,
    preferences: Reply,
    fields: dict[str, str],
    *,
    errors: list[FieldError] | None = None,
    status: int = 200,
    is_saved: bool = False,
) -> Response:
    found = errors or []
    follows = await services.get("notification", "/v1/follows")
    return page(
        request,
        "following/preferences.html",
        status=status,
        preferences=preferences.body,
        etag=preferences.etag,
        fields=fields,
        mails=MAILS,
        frequencies=FREQUENCIES,
        follows=follows.body,
        errors={error.pointer.rpartition("/")[2] or "own_email": error.detail for error in found},
        lines=[SummaryLine(error.detail, f"#{error.pointer.rpartition('/')[2] or 'own_email'}") for error in found],
        is_saved=is_saved,
    )
