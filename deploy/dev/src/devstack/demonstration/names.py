"""Names as providers really give them, with every sign that such names hold; they are put together by chance."""

from random import Random

from devstack.demonstration.seeded_choices import chance, deal, weighted

FIRST = (
    "Sol",
    "Mose",
    "Skov",
    "Eng",
    "Birke",
    "Ege",
    "Kilde",
    "Bakke",
    "Strand",
    "Hav",
    "Lærke",
    "Rose",
    "Lynge",
    "Ny",
    "Å",
    "Ørne",
    "Ære",
    "Ahorn",
    "Bøge",
    "Elme",
    "Fjord",
    "Hede",
    "Klit",
    "Kløver",
    "Måge",
    "Pile",
    "Ravn",
    "Svane",
    "Tjørne",
    "Vinter",
)
LAST = (
    "gården",
    "huset",
    "bo",
    "lund",
    "vang",
    "høj",
    "dal",
    "toften",
    "parken",
    "kollegiet",
    "hjemmet",
    "sø",
    "reden",
    "glimt",
    "krogen",
    "bakken",
)
GIVEN = (
    "Anna", "Bent", "Camilla", "Dorte", "Erik", "Freja", "Gitte", "Hans", "Inger", "Jørgen", "Kåre", "Lærke", "Mads",
    "Nadja", "Ole", "Pernille", "Rasmus", "Søren", "Tove", "Ülkü", "Zoë", "Ægir", "Øyvind", "Åse", "André", "Désirée",
    "Anne-Marie", "Jean-Paul", "Müge", "Thor",
)  # fmt: skip
FAMILY = (
    "Aagaard", "Bjerre", "Clausen", "D’Angelo", "Eskildsen", "Friis", "Grøn", "Høj", "Iversen", "Juhl-Madsen", "Krogh",
    "Lauritsen", "Müller", "Nørgaard", "O'Connor", "Poulsen", "Quist", "Rosé", "Sørensen", "Toft", "Uldall",
    "Vestergård", "Winther", "Yilmaz", "Zachariassen", "Ærø", "Østergård", "Ågesen",
)  # fmt: skip
LONG_FOR_ALL = (
    "Den selvejende institution {name}, døgn- og aflastningstilbud for børn, unge og voksne med betydelig og varigt "
    "nedsat fysisk og psykisk funktionsevne, afdelingerne {other} og {third}"
)
LONG_FOR_SOME = (
    "Specialområde for senhjerneskade, autisme og udviklingshæmning – botilbud, dagbeskæftigelse, efterværn og støtte "
    "i egen bolig: {name}, {other} og {third} (indgang ved porten)"
)
# How a plain name is written by those who run a tilbud; each row is for one sign that pages and searches must stand.
PATTERNS: dict[str, tuple[str, ...]] = {
    "plain": ("{name}",),
    "kind": (
        "Bostedet {name}",
        "Botilbuddet {name}",
        "Opholdsstedet {name}",
        "Værestedet {name}",
        "{name} Bofællesskab",
    ),
    "accent": ("Café {name}", "Atelié {name}", "Allé-huset {name}", "Idéværkstedet {name}", "Pension Chérie, {name}"),
    "umlaut": ("Müllers Gård {name}", "Grünehus {name}", "Lübkerhjemmet {name}", "Björkhaga {name}", "{name} på Rügen"),
    "ampersand": ("{name} Krop & Sind", "{name} Bo & Støtte", "Job & Fritid {name}", "Dag & Døgn, {name}"),
    "apostrophe": ("Mor's Hus {name}", "Mor’s Hus {name}", "Villa d'Or {name}, hva' nu?", "Ta' fat! {name}"),
    "quotes": ('Botilbuddet "{name}"', "Bostedet “{name}”", "»{name}«", "„{name}“", "Stedet '{name}'"),
    "slash": ("{name} Nord/Syd", "{name} dag/døgn", "{name} v/Søen", "{name} § 107/108", "{name} A/B"),
    "brackets": (
        "{name} (afdeling for unge)",
        "{name} [midlertidig adresse]",
        "{name} (tidl. {other})",
        "{name} (18+)",
    ),
    "digits": ("{name} {number}", "Hus {number}, {name}", "{number}'eren {name}", "2{number} {name}"),
    "hyphen": ("Bo-{name}-Vest", "{name} – et hjem for unge", "{name} — hele livet", "Nord-Syd {name}"),
    "dots": ("Sct. Jørgens {name}", "{name} m.m.", "{lower}.nu", "St. {name} …", "H.C.A. {name}"),
    "capitals": ("CSU {name}", "{name} STU-NORD", "{upper}", "ADHD-{name}", "{name} AKTIV"),
    "company": ("{name} ApS", "{name} A/S", "{name} I/S", "{name} ApS/I/S", "{name} & Søn I/S", "Fonden {name} S/I"),
    "figures": ("100 % {name}", "Villa 2½ {name}", "§ 104: {name}"),
    "marks": ("{name} @ havnen", "{name}; hold 2", "{name}_bo", "{name}+"),
    "ascii": ("Aa-{ascii}", "{ascii}"),
    "long": (LONG_FOR_ALL, LONG_FOR_SOME),
    "short": ("Ø", "Bo", "Ly", "K2", "Åen", "Nu", "Hus", "Q"),
}
COMMON = {"plain": 5, "kind": 4}
WRITINGS = weighted({writing: COMMON.get(writing, 1) for writing in PATTERNS})
IN_ASCII = {"å": "aa", "Å": "Aa", "ø": "oe", "Ø": "Oe", "æ": "ae", "Æ": "Ae"}
DEPARTMENTS = (
    ("Afdeling Nord", "Afdeling Syd", "Afdeling Øst", "Afdeling Vest", "Afdeling Midt", "Afdeling Ø (nat)"),
    ("Hus 1", "Hus 2", "Hus 3", "Hus 4 og 5", "Hus 6 A", "Hus 7, 1. sal"),
    ("Blå Gruppe", "Grøn Gruppe", "Rød Gruppe", "Gul Gruppe", "Hvid Gruppe", "Team Æ/Ø/Å"),
    ("Lærken", "Mågen & Ternen", "Ørnen", "Svalen", "Ræven", "Räven's Hule"),
    ("Døgn", "Dag", "Aflastning", "Akut 24-7", "Udslusning (træningsboliger)", "Efterværn"),
    ("Villaen", "Laden", "Pavillonen", "“Skuret”", "Café Perlé", "IT-VÆRKSTEDET"),
)


def name(index: int) -> str:
    """Return the name of the tilbud with that place in the country."""
    draw = chance(index, "name")
    plain = root(draw)
    writing = deal("writing", WRITINGS, index)
    # About so many before this one were written the same way, so that each pattern of it has its turn.
    before = index * COMMON.get(writing, 1) // len(WRITINGS)
    return deal(writing, PATTERNS[writing], before).format(
        name=plain,
        upper=plain.upper(),
        lower=plain.lower(),
        ascii="".join(IN_ASCII.get(letter, letter) for letter in plain),
        number=draw.randint(2, 49),
        other=root(draw),
        third=root(draw),
    )


def root(draw: Random) -> str:
    """Return a plain name, as most providers have one."""
    return f"{draw.choice(FIRST)}{draw.choice(LAST)}"


def person(*place: object) -> str:
    """Return the name of somebody who is not there."""
    draw = chance(*place, "person")
    return f"{draw.choice(GIVEN)} {draw.choice(FAMILY)}"


def department_names(index: int) -> tuple[str, ...]:
    """Return what that tilbud calls its departments; it has as many of them as it needs."""
    return deal("department names", DEPARTMENTS, index)
