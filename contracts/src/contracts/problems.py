"""The problem types of the domain; the ones of the protocol stand in the chassis. Titles are in Danish."""

PROBLEMS: dict[str, tuple[int, str]] = {
    "no-tilbud": (403, "Din organisation har ingen tilbud"),
    "step-locked": (409, "Trinnet er låst af en igangværende sag"),
    "step-blocked": (409, "Trinnet afventer andre trin"),
    "incomplete": (422, "Indberetningen er ikke fuldstændig"),
    "nothing-changed": (409, "Der er ingen ændringer at sende"),
    "leader-cpr-missing": (409, "Lederens CPR-nummer mangler"),
    "wrong-state": (409, "Sagen er ikke i en tilstand, hvor dette kan ske"),
    "undecided-steps": (409, "Der mangler at blive taget stilling til alle trin"),
    "reason-required": (422, "En afvisning skal begrundes"),
    "no-authority-found": (422, "Der kan ikke findes en tilsynsmyndighed"),
    "tilbud-gone": (410, "Tilbuddet er ikke længere offentligt"),
    "already-handled": (409, "Hændelsen er allerede behandlet med et andet indhold"),
    "unreadable": (422, "Hændelsen kan ikke læses"),
    "unknown-type": (422, "Hændelsestypen kendes ikke"),
    "unknown-tilbud": (422, "Tilbuddet findes ikke"),
    "foreign-tilbud": (422, "Tilbuddet hører under en anden myndighed"),
    "tilsyn-not-valid": (422, "Tilsynet kan ikke modtages"),
}
