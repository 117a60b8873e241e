"""How control samples are said in Danish on a page."""

from typing import NamedTuple

STATES = {
    "documentation": "Dokumentation",
    "correction": "Rettelse",
    "order": "Påbud",
    "hearing": "Høring",
    "marked": "Markeret",
    "closed": "Afsluttet",
}
LOOKS = {"documentation": "info", "correction": "info", "order": "warning", "hearing": "warning", "marked": "error"}
DONE = {
    "documentation": "Bedt om dokumentation",
    "correction": "Bedt om rettelse",
    "order": "Givet påbud",
    "hearing": "Sendt i høring før markering",
    "marking": "Markeret på Tilbudsportalen",
    "refusal": "Markeringen bliver stående",
    "closure": "Stikprøven afsluttet",
    "answer": "Svar fra tilbuddet",
}
OUTCOMES = {
    "documented": "Dokumentationen er i orden",
    "corrected": "Oplysningerne er rettet",
    "removed": "Oplysningerne er rettet, og markeringen er fjernet",
    "dropped": "Stikprøven er opgivet af en anden grund",
}
# Whose turn it is.
AWAITS = {"provider": "Tilbuddet", "operator": "Social- og Boligstyrelsen"}


class ActForm(NamedTuple):
    """The form of an act: its address, what stands above it, what its text is called, and its button."""

    path: str
    heading: str
    explained: str
    label: str
    button: str


FORMS = {
    "correction": ActForm(
        "rettelse",
        "Bed om rettelse",
        "Tilbuddet får besked med fristen, og tilsynsmyndigheden får en kopi.",
        "Hvad skal rettes?",
        "Bed om rettelse",
    ),
    "order": ActForm(
        "paabud",
        "Giv påbud",
        "Tilbuddet får fire uger til at rette oplysningerne. Tilsynsmyndigheden får en kopi.",
        "Hvad skal rettes, og hvorfor?",
        "Giv påbud",
    ),
    "hearing": ActForm(
        "hoering",
        "Send i høring før markering",
        "De fire uger er gået. Tilbuddet får to uger til at udtale sig, før det kan blive markeret.",
        "Hvad er ikke rettet?",
        "Send i høring",
    ),
    "marking": ActForm(
        "markering",
        "Markér på Tilbudsportalen",
        "Markeringen og begrundelsen vises for alle på tilbuddets side, i søgningen og i de åbne data.",
        "Begrundelse, som alle kan læse",
        "Markér tilbuddet",
    ),
    "refusal": ActForm(
        "fastholdelse",
        "Lad markeringen stå",
        "Tilbuddet har bedt om at få markeringen fjernet. Det får besked om, at den bliver stående.",
        "Hvorfor bliver markeringen stående?",
        "Lad markeringen stå",
    ),
}
CLOSURE = ActForm(
    "afslutning",
    "Afslut stikprøven",
    "En stikprøve, der er afsluttet, kan ikke åbnes igen.",
    "Begrundelse",
    "Afslut stikprøven",
)
# What the tilbud answers, by where the sample stands.
ANSWERS = {
    "documentation": "Jeres dokumentation",
    "correction": "Hvad har I rettet?",
    "order": "Hvad har I rettet?",
    "hearing": "Jeres bemærkninger",
    "marked": "Hvorfor kan markeringen fjernes?",
}
HINTS = {
    "documentation": "Beskriv, hvad oplysningerne bygger på, og hvor dokumentet findes.",
    "correction": "Ret oplysningerne under Indberet, og skriv her, hvad I har rettet.",
    "order": "Ret oplysningerne under Indberet, og skriv her, hvad I har rettet.",
    "hearing": "Skriv, om I er enige, og om der er noget, styrelsen skal vide.",
    "marked": "Skriv, hvad der er rettet, siden tilbuddet blev markeret.",
}
