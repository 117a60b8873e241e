"""One place that was found, in the words of its card and of its row in the table. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.sanctions import SanctionKind
from contracts.vocabularies import vocabulary
from portal.formats import label, legal_basis_name, municipality_name, shown_day, shown_money, shown_number
from portal.public.search_filters import SANCTIONS

MOST_GROUPS = 6
NEAREST_KM, WHOLE_KM = 1, 10
# Nobody writes an age like this for a limit.
NO_LIMIT = 99
NOT_TOLD = "Ikke oplyst"
NO_WAITING = "Ingen"
NOT_APPROVED = "ikke godkendt endnu"
Item = Mapping[str, Any]


@dataclass(frozen=True)
class Card:
    """A department, or a tilbud without departments. ``anchor`` is unique on the page; each text stands for itself.

    A text is empty where there is nothing to say, except those of free places, which say that it is not told; ``free``
    is their number alone.
    """

    tilbud_id: str
    anchor: str
    href: str
    name: str
    kind: str
    ages: str
    target_groups: str
    municipality: str
    place: str
    distance: str
    free: str
    vacancies: str
    vacancies_confirmed: str
    vacancies_mark: str
    has_vacancies: bool
    waiting: str
    waiting_mark: str
    rate: str
    rate_basis: str
    housing: str
    quality: str
    warnings: Sequence[str]
    reasons: str


def card_of(item: Item) -> Card:
    """Return the card of an item of publication's search."""
    department = item.get("department_id")
    anchor = f"{item['tilbud_id']}-{department}" if department else item["tilbud_id"]
    vacancies = item.get("vacancies")
    return Card(
        tilbud_id=item["tilbud_id"],
        anchor=f"sted-{anchor}",
        href=f"/tilbud/{item['tilbud_id']}{f'#afdeling-{department}' if department else ''}",
        name=", ".join(each for each in (item["name"], item.get("department_name")) if each),
        kind=legal_basis_name(item.get("primary_legal_basis")),
        ages=_ages(item),
        target_groups=_target_groups(item.get("target_groups") or []),
        municipality=municipality_name(item.get("municipality")),
        place=_place(item),
        distance=_distance(item.get("distance_km"), approximate=bool(item.get("distance_approximate"))),
        free=NOT_TOLD if vacancies is None else shown_number(vacancies),
        vacancies=_vacancies(vacancies),
        vacancies_confirmed="" if vacancies is None else shown_day(item.get("vacancies_confirmed_at")),
        vacancies_mark=_mark(item, "vacancies"),
        has_vacancies=bool(vacancies),
        waiting=_waiting(item.get("waiting_time_weeks")),
        waiting_mark=_mark(item, "waiting_time_weeks"),
        rate=_rate(item),
        rate_basis=_rate_basis(item),
        housing=", ".join(label("housing-forms", each) for each in item.get("housing_forms") or []),
        quality=_quality(item.get("quality")),
        warnings=list(_warnings(item)),
        reasons=_reasons(item.get("matched") or []),
    )


def _ages(item: Item) -> str:
    youngest, oldest = item.get("age_from"), item.get("age_to")
    if youngest is None or oldest is None:
        return ""
    if oldest >= NO_LIMIT:
        return f"fra {youngest} år"
    return f"{youngest} år" if youngest == oldest else f"{youngest}–{oldest} år"


def _target_groups(groups: Sequence[str]) -> str:
    known = [label("target-groups", each) for each in groups if each in vocabulary("target-groups")]
    shown, rest = known[:MOST_GROUPS], len(known) - MOST_GROUPS
    return ", ".join(shown) + (f" og {rest} {'anden' if rest == 1 else 'andre'}" if rest > 0 else "")


def _place(item: Item) -> str:
    municipality, city = municipality_name(item.get("municipality")), item.get("city")
    if city == municipality:
        return municipality
    return ", ".join(each for each in (city, f"{municipality} Kommune" if municipality else "") if each)


def _distance(km: float | None, *, approximate: bool) -> str:
    if km is None:
        return ""
    if km < NEAREST_KM:
        return "under 1 km"
    shown = shown_number(round(km)) if approximate or km >= WHOLE_KM else shown_number(round(km, 1))
    return f"{'ca. ' if approximate else ''}{shown} km"


def _vacancies(count: int | None) -> str:
    if count is None:
        return "Ledige pladser er ikke oplyst"
    return (
        "Ingen ledige pladser"
        if count == 0
        else "1 ledig plads"
        if count == 1
        else f"{shown_number(count)} ledige pladser"
    )


def _waiting(weeks: int | None) -> str:
    if weeks is None:
        return ""
    return NO_WAITING if weeks == 0 else "1 uge" if weeks == 1 else f"{weeks} uger"


def _rate(item: Item) -> str:
    oere = item.get("rate_oere")
    return "" if oere is None else f"{shown_money(oere)} {label('rate-units', item.get('rate_unit'))}".strip()


def _rate_basis(item: Item) -> str:
    """Return the year of the rate, and the share of places in use that it is computed with."""
    if item.get("rate_oere") is None:
        return ""
    percent = item.get("rate_occupancy_percent")
    occupancy = "" if percent is None else f"belægning {shown_number(percent)} %"
    return ", ".join(each for each in (str(item.get("rate_year") or ""), occupancy) if each)


def _quality(mean: float | None) -> str:
    return "" if mean is None else f"{mean:.1f} af 5".replace(".", ",")


def _warnings(item: Item) -> Iterator[str]:
    since = {SanctionKind.INTENSIFIED: item.get("intensified_since")}
    for kind in item.get("sanction_kinds") or ():
        if kind in SANCTIONS:
            yield f"{SANCTIONS[kind]} siden {shown_day(since[kind])}" if since.get(kind) else SANCTIONS[kind]
    if marked := item.get("marked_since"):
        yield f"Markeret af Social- og Boligstyrelsen siden {shown_day(marked)}: oplysninger er ikke rettet"
    if starts := item.get("intensified_from"):
        yield f"Varslet: skærpet tilsyn fra {shown_day(starts)}"


def _mark(item: Item, name: str) -> str:
    pointers = item.get("not_approved_yet")
    told = isinstance(pointers, list) and any(str(each).endswith(f"/{name}") for each in pointers)
    return NOT_APPROVED if told else ""


def _reasons(matched: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(dict.fromkeys(each["label"] for each in matched if each.get("label")))
