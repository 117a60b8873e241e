"""A tilbud in a few plain sentences, from its structured answers alone. What is not answered is left out. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from contracts import reference
from contracts.sanctions import is_overdue
from contracts.tilsyn import mean_quality
from contracts.vocabularies import vocabulary
from portal import formats
from portal.public.record.parts import Json, Part, answers_of, counted, parts_of
from portal.public.texts.documents import Explanations

ADULT, TEENAGER, LAST_YOUNG = 18, 13, 23
MOST_GROUPS = 3
LONGEST_NAME = 60
# A person is not "med" these; and where everyday language has a word of its own.
NOT_WITH = frozenset(
    {
        *("homelessness", "abuse", "violence", "sexual-abuse", "other-abuse", "crime", "crime-against-persons"),
        *("other-crime", "prostitution", "neglect", "unaccompanied-minor", "social-isolation"),
    }
)
EVERYDAY = {"autism": "autisme", "mental-difficulties": "psykiske vanskeligheder"}
DECIDED = {
    "approved": "{who} fører tilsyn og godkendte tilbuddet {day}.",
    "approved-with-conditions": "{who} fører tilsyn og godkendte tilbuddet med vilkår {day}.",
}


def summary(tilbud: Json, words: Explanations, day: date) -> list[str]:
    """Return the sentences about a public record as of ``day``."""
    return [
        _introduction(tilbud, words),
        *_places(tilbud),
        *_vacancies(tilbud),
        *_price(tilbud),
        *_decision(tilbud),
        *_sanctions(tilbud, day),
    ]


def _introduction(tilbud: Json, words: Explanations) -> str:
    known = words.legal_bases.get(tilbud["primary_legal_basis"])
    kind = known.plain if known else "et socialt tilbud"
    packages = [row for _, _, data in answers_of(tilbud, "target-groups") for row in data.get("packages") or []]
    who = _who(tilbud, packages)
    groups = _ranked_groups(packages)
    # A long name stands in the heading right above, and once is enough.
    subject = tilbud["name"] if len(tilbud["name"]) <= LONGEST_NAME else "Dette"
    sentence = f"{subject} er {kind}{_where(tilbud)}{f' for {who}' if who else ''}"
    if groups and NOT_WITH.isdisjoint(groups[: MOST_GROUPS + 1]):
        return f"{sentence} med {_named(groups)}."
    return f"{sentence}. Målgrupperne er {_named(groups)}." if groups else f"{sentence}."


def _where(tilbud: Json) -> str:
    """Return the town and the kommune; of several towns, or of a secret address, the kommune alone."""
    kommune = formats.municipality_in_full(tilbud["municipality"])
    own = tilbud["steps"].get("contact", {}).get("address", {}).get("city")
    rows = [part.row.get("address") or {} for part in parts_of(tilbud)]
    towns = {town for town in (own, *(row.get("city") for row in rows)) if town}
    if len(towns) == 1 and not tilbud["address_hidden"]:
        [town] = towns
        is_same = town == formats.municipality_name(tilbud["municipality"])
        return f" i {town}" if is_same or not kommune else f" i {town} i {kommune}"
    return f" i {kommune}" if kommune else ""


def _who(tilbud: Json, packages: Sequence[Json]) -> str:
    """Return the audience; its ages only where they are the same for every target group."""
    spans = {
        (each["age_from"], each["age_to"])
        for each in packages
        if each.get("age_from") is not None and each.get("age_to") is not None
    }
    if not spans:
        basis = reference.find_legal_basis(tilbud["primary_legal_basis"])
        return formats.label("audiences", basis.audience).lower() if basis else ""
    first, last = min(each[0] for each in spans), max(each[1] for each in spans)
    who = _audience(first, last)
    if len(spans) > 1 or len(packages) > sum(each.get("age_to") is not None for each in packages):
        return who
    return f"{who} på {first} år" if first == last else f"{who} fra {first} til {last} år"


def _audience(first: int, last: int) -> str:
    if first >= ADULT:
        return "voksne"
    if last <= LAST_YOUNG:
        return "unge" if first >= TEENAGER else "børn og unge"
    return "unge og voksne" if first >= TEENAGER else "børn, unge og voksne"


def _ranked_groups(packages: Sequence[Json]) -> list[str]:
    """Return the target groups, those with the most places first; a wide one not where a narrower one says more."""
    places: dict[str, int] = {}
    for package in packages:
        for group in package.get("target_groups") or []:
            places[group] = places.get(group, 0) + (package.get("places") or 0)
    wide = {ancestor for group in places for ancestor in _ancestors(group)}
    named = [group for group in places if group not in wide]
    return sorted(named, key=lambda group: (group.startswith("other-"), -places[group]))


def _ancestors(group: str) -> Iterator[str]:
    known = vocabulary("target-groups")
    while group in known and (parent := known.term(group).parent):
        yield parent
        group = parent


def _named(groups: Sequence[str]) -> str:
    if len(groups) <= MOST_GROUPS + 1:
        return formats.listed([_everyday(each) for each in groups])
    shown = [_everyday(each) for each in groups[:MOST_GROUPS]]
    return formats.listed([*shown, f"{len(groups) - MOST_GROUPS} andre målgrupper"])


def _everyday(group: str) -> str:
    label = formats.label("target-groups", group)
    return EVERYDAY.get(group, label[:1].lower() + label[1:])


def _all_answered(parts: Sequence[Part], name: str) -> list[int] | None:
    found = [part.answers("places").get(name) for part in parts]
    return None if None in found else [each for each in found if each is not None]


def _places(tilbud: Json) -> Iterator[str]:
    parts = parts_of(tilbud)
    places = _all_answered(parts, "approved_places")
    if places:
        spread = f" fordelt på {len(parts)} afdelinger" if len(parts) > 1 else ""
        yield f"Der er {counted(sum(places), 'plads', 'pladser')}{spread}."


def _vacancies(tilbud: Json) -> Iterator[str]:
    parts = parts_of(tilbud)
    free = _all_answered(parts, "vacancies")
    if free is None:
        some = any(part.answers("places").get("vacancies") is not None for part in parts)
        yield f"Ledige pladser er ikke oplyst{' for alle afdelinger' if some else ''}."
    elif not sum(free):
        yield "Ingen pladser er ledige nu."
    else:
        yield f"{counted(sum(free), 'plads er ledig', 'pladser er ledige')} nu."


def _price(tilbud: Json) -> Iterator[str]:
    """Tell the span of rates only where all of them have the same unit and year."""
    rows = [row for _, _, data in answers_of(tilbud, "interventions") for row in data.get("interventions") or []]
    rates = [row["rate_oere"] for row in rows if row.get("rate_oere") is not None]
    units = {(row.get("rate_unit"), row.get("rate_year")) for row in rows if row.get("rate_oere") is not None}
    if not rates:
        yield "Prisen er ikke oplyst."
        return
    if len(units) > 1:
        yield "Prisen afhænger af, hvilken hjælp man får."
        return
    [(unit, year)] = units
    low, high = formats.shown_money(min(rates)), formats.shown_money(max(rates))
    span = f"er {low}" if low == high else f"er fra {low} til {high}"
    yield f"Prisen {span} {formats.label('rate-units', unit)}{f' i {year}' if year else ''}."


def _decision(tilbud: Json) -> Iterator[str]:
    tilsyn = tilbud["tilsyn"]
    if tilsyn and tilsyn["decision"] in DECIDED:
        yield DECIDED[tilsyn["decision"]].format(
            who=tilbud["authority"]["name"], day=f"den {formats.long_date(tilsyn['decided_on'])}"
        )
    if (mean := quality_of(tilbud)) is not None:
        yield f"Kvaliteten er vurderet til {score_words(mean)} ud af 5."


def quality_of(tilbud: Json) -> float | None:
    """Return the mean of the theme scores of the latest tilsyn (L12)."""
    themes: Sequence[Mapping[str, float | None]] = (tilbud["tilsyn"] or {}).get("themes") or []
    return mean_quality({str(row["theme"]): row.get("score") for row in themes})


def score_words(score: float) -> str:
    """Return a score with one decimal."""
    return formats.shown_number(round(float(score), 1))


def _sanctions(tilbud: Json, day: date) -> Iterator[str]:
    if period := tilbud["intensified"]:
        yield f"Tilbuddet er under skærpet tilsyn til og med den {formats.long_date(period['until'])}."
    counts = [counted(len(tilbud["orders"]), "påbud", "påbud")] if tilbud["orders"] else []
    counts += [counted(len(tilbud["conditions"]), "vilkår", "vilkår")] if tilbud["conditions"] else []
    if counts:
        deadlines = [row["deadline"] for row in (*tilbud["orders"], *tilbud["conditions"]) if row.get("deadline")]
        late = sum(is_overdue(date.fromisoformat(each), day) for each in deadlines)
        passed = "" if not late else f", og {counted(late, 'frist', 'frister')} er overskredet"
        yield f"Tilbuddet har {formats.listed(counts)}{passed}."
