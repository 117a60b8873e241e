"""The closed list of problem types: address, HTTP status and Danish title of each, by its slug."""

from typing import NamedTuple

TYPE_BASE = "https://tilbudsportalen.dk/problems/"


class ProblemType(NamedTuple):
    """One type of problem: its stable address, the HTTP status it is answered with, and its title in Danish."""

    type: str
    status: int
    title: str


# Of two types with one status, the first is the general one, which stands for the bare status.
_OF_THE_PROTOCOL = {
    "bad-request": (400, "Forespørgslen kan ikke læses"),
    "unauthenticated": (401, "Du skal være logget ind"),
    "forbidden": (403, "Du har ikke ret til dette"),
    "not-found": (404, "Findes ikke"),
    "method-not-allowed": (405, "Metoden kan ikke bruges her"),
    "not-acceptable": (406, "Formatet kan ikke leveres"),
    "request-timeout": (408, "Forespørgslen kom ikke frem i tide"),
    "conflict": (409, "Det er i modstrid med den nuværende tilstand"),
    "gone": (410, "Findes ikke længere"),
    "stale": (412, "Oplysningerne er ændret af en anden i mellemtiden"),
    "too-large": (413, "Forespørgslen er for stor"),
    "unsupported-media-type": (415, "Indholdets format kan ikke bruges"),
    "invalid": (422, "Indholdet er ikke gyldigt"),
    "idempotency-mismatch": (422, "Idempotency-Key er brugt til noget andet"),
    "precondition-required": (428, "If-Match mangler"),
    "too-many-requests": (429, "For mange forespørgsler"),
    "internal": (500, "Der skete en fejl"),
    "unavailable": (503, "Tjenesten er ikke tilgængelig lige nu"),
}
_OF_THE_DOMAIN = {
    "no-tilbud": (403, "Din organisation har ingen tilbud"),
    "step-locked": (409, "Trinnet er låst af en igangværende sag"),
    "step-blocked": (409, "Trinnet afventer andre trin"),
    "incomplete": (422, "Indberetningen er ikke fuldstændig"),
    "nothing-changed": (409, "Der er ingen ændringer at sende"),
    "leader-cpr-missing": (409, "Lederens CPR-nummer mangler"),
    "wrong-state": (409, "Sagen er ikke i en tilstand, hvor dette kan ske"),
    "undecided-steps": (409, "Der er ikke taget stilling til alle trin endnu"),
    "reason-required": (422, "En afvisning skal begrundes"),
    "no-authority-found": (422, "Der kan ikke findes en tilsynsmyndighed"),
    "tilbud-gone": (410, "Tilbuddet er ikke længere offentligt"),
    "feed-position-unknown": (410, "Positionen findes ikke i feedet"),
    "tilbud-ceased": (409, "Tilbuddet er ophørt"),
    "already-handled": (409, "Hændelsen er allerede behandlet med et andet indhold"),
    "unreadable": (422, "Hændelsen kan ikke læses"),
    "unknown-type": (422, "Hændelsestypen kendes ikke"),
    "unknown-tilbud": (422, "Tilbuddet findes ikke"),
    "foreign-tilbud": (422, "Tilbuddet hører under en anden myndighed"),
    "tilsyn-not-valid": (422, "Tilsynet kan ikke modtages"),
}

PROBLEMS = {
    slug: ProblemType(TYPE_BASE + slug, status, title)
    for slug, (status, title) in (_OF_THE_PROTOCOL | _OF_THE_DOMAIN).items()
}
