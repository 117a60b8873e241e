"""Public records side by side: what a case worker compares, row by row, in words (R87, P13, L1, L4, L12). Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from contracts.sanctions import is_overdue
from contracts.tilsyn import mean_quality
from portal import formats
from portal.form.display import NOT_ANSWERED
from portal.public.record.parts import Json, answers_of, confirmed_on, counted, joined, package_words, rate_words

MOST = 5
FEWEST = 2


@dataclass(frozen=True)
class ComparedRow:
    """One row: for each tilbud its lines, none where it did not answer. ``group`` is the heading it stands below."""

    group: str
    title: str
    cells: tuple[tuple[str, ...], ...]

    @property
    def differs(self) -> bool:
        """Return whether the tilbud answer differently; the order of their lines says nothing."""
        return len({tuple(sorted(cell)) for cell in self.cells}) > 1


@dataclass(frozen=True)
class _Source:
    group: str
    title: str
    lines: Callable[[Json], Iterator[str]]


def compare(records: Sequence[Json], day: date) -> list[ComparedRow]:
    """Return the rows of two or more public records as of ``day``; what none of them answers is left out."""
    sanctions = _Source("Tilsyn", "Sanktioner", partial(_sanctions, day))
    rows = [
        ComparedRow(each.group, each.title, tuple(tuple(dict.fromkeys(each.lines(record))) for record in records))
        for each in (*_SOURCES, sanctions, _FRESHNESS)
    ]
    return [row for row in rows if any(row.cells)]


def as_table(names: Sequence[str], rows: Sequence[ComparedRow]) -> list[list[str]]:
    """Return a heading, and for each row its group, its title, whether it differs, and its cells."""
    head = ["Emne", "Oplysning", "Forskellig", *names]
    body = [
        [row.group, row.title, "Ja" if row.differs else "Nej", *("\n".join(cell) or NOT_ANSWERED for cell in row.cells)]
        for row in rows
    ]
    return [head, *body]


def _legal_bases(tilbud: Json) -> Iterator[str]:
    yield from map(formats.legal_basis_name, tilbud["legal_bases"])


def _operator(tilbud: Json) -> Iterator[str]:
    yield f"{tilbud['operator_name']} ({formats.label('operator-kinds', tilbud['operator_kind']).lower()})"


def _municipality(tilbud: Json) -> Iterator[str]:
    yield formats.municipality_name(tilbud["municipality"])


def _housing(tilbud: Json) -> Iterator[str]:
    rows = tilbud["steps"].get("departments", {}).get("departments", [])
    found = [row["housing_form"] for row in rows if row.get("housing_form")]
    for term in dict.fromkeys([*found, *tilbud["steps"].get("supplementary", {}).get("housing_forms", [])]):
        yield formats.label("housing-forms", term)


def _accessibility(tilbud: Json) -> Iterator[str]:
    rows = tilbud["steps"].get("departments", {}).get("departments", [])
    for row in rows:
        if row.get("accessibility"):
            name = f"{row['name']}: " if len(rows) > 1 else ""
            yield name + joined("accessibility", row["accessibility"])
    if own := tilbud["steps"].get("supplementary", {}).get("accessibility"):
        yield joined("accessibility", own)


def _packages(tilbud: Json) -> Iterator[tuple[str, Json]]:
    for name, _, data in answers_of(tilbud, "target-groups"):
        for package in data.get("packages") or []:
            yield name, package


def _target_groups(tilbud: Json) -> Iterator[str]:
    for name, package in _packages(tilbud):
        yield name + package_words(package)


def _exclusions(tilbud: Json) -> Iterator[str]:
    for name, _, data in answers_of(tilbud, "target-groups"):
        if data.get("exclusions"):
            yield f"{name}{data['exclusions']}"


def _interventions(tilbud: Json) -> Iterator[tuple[str, Json]]:
    for name, _, data in answers_of(tilbud, "interventions"):
        for row in data.get("interventions") or []:
            yield name, row


def _services(tilbud: Json) -> Iterator[str]:
    for _, row in _interventions(tilbud):
        for term in row.get("services") or []:
            yield formats.label("services", term)


def _methods(tilbud: Json) -> Iterator[str]:
    for row in tilbud["steps"].get("methods", {}).get("methods") or []:
        yield row.get("name") or formats.label("methods", row.get("method"))


def _approaches(tilbud: Json) -> Iterator[str]:
    for row in tilbud["steps"].get("approaches", {}).get("approaches") or []:
        yield row.get("name") or formats.label("approaches", row.get("approach"))


def _places(tilbud: Json) -> Iterator[str]:
    for name, _, data in answers_of(tilbud, "places"):
        if data.get("approved_places") is not None:
            yield name + counted(data["approved_places"], "plads", "pladser")


def _vacancies(tilbud: Json) -> Iterator[str]:
    for name, pointer, data in answers_of(tilbud, "places"):
        if data.get("vacancies") is not None:
            confirmed = _confirmed(tilbud, f"{pointer}/vacancies")
            yield name + counted(data["vacancies"], "ledig plads", "ledige pladser") + confirmed


def _confirmed(tilbud: Json, pointer: str) -> str:
    day = confirmed_on(tilbud, pointer)
    unseen = ", ikke godkendt endnu" if pointer in tilbud["not_approved_yet"] else ""
    return (f" (bekræftet {day})" if day else "") + unseen


def _waiting(tilbud: Json) -> Iterator[str]:
    for name, _, data in answers_of(tilbud, "places"):
        if data.get("waiting_time_weeks") is not None:
            yield name + counted(data["waiting_time_weeks"], "uge", "uger")


def _rates(tilbud: Json) -> Iterator[str]:
    occupancy = {name: data.get("occupancy_percent") for name, _, data in answers_of(tilbud, "staffing")}
    for name, row in _interventions(tilbud):
        if rate := rate_words(row, occupancy.get(name)):
            yield f"{name}{row.get('name', '')}: {rate}"


def _payments(tilbud: Json) -> Iterator[str]:
    for name, row in _interventions(tilbud):
        if row.get("user_payment_oere") is not None:
            covers = f" ({row['user_payment_for']})" if row.get("user_payment_for") else ""
            yield f"{name}{formats.shown_money(row['user_payment_oere'])} om måneden{covers}"


def _night_staff(tilbud: Json) -> Iterator[str]:
    for name, _, data in answers_of(tilbud, "staffing"):
        if data.get("night_staff"):
            yield name + formats.label("night-staff", data["night_staff"])


def _authority(tilbud: Json) -> Iterator[str]:
    yield tilbud["authority"]["name"]


def _decision(tilbud: Json) -> Iterator[str]:
    if tilsyn := tilbud["tilsyn"]:
        decision = formats.label("tilsyn-decisions", tilsyn["decision"])
        yield f"{decision}, {formats.shown_date(tilsyn['decided_on'])}"


def _quality(tilbud: Json) -> Iterator[str]:
    scores = {row["theme"]: row["score"] for row in _themes(tilbud)}
    mean = mean_quality(scores)
    if mean is not None:
        yield f"{_score(mean)} i gennemsnit"
    for theme, score in scores.items():
        yield f"{formats.label('quality-themes', theme)}: {_score(score)}"


def _themes(tilbud: Json) -> list[Json]:
    tilsyn = tilbud["tilsyn"] or {}
    return [row for row in tilsyn.get("themes") or [] if row.get("score") is not None]


def _score(score: float) -> str:
    return formats.shown_number(round(float(score), 1))


def _sanctions(day: date, tilbud: Json) -> Iterator[str]:
    """Each sanction by its kind, with its dates (R88)."""
    if period := tilbud["intensified"]:
        yield f"Skærpet tilsyn {_period(period)}"
    for period in tilbud.get("announced") or []:
        yield f"Skærpet tilsyn er varslet {_period(period)}"
    for kind, rows in (("Påbud", tilbud["orders"]), ("Vilkår", tilbud["conditions"])):
        for row in rows:
            deadline = row.get("deadline")
            passed = " (overskredet)" if deadline and is_overdue(date.fromisoformat(deadline), day) else ""
            yield f"{kind}: {row['text']}" + (f" Frist {formats.shown_date(deadline)}{passed}" if deadline else "")
    marking = tilbud.get("marking")
    if marking:
        since = formats.shown_date(marking["since"])
        yield f"Markeret af Social- og Boligstyrelsen {since}: oplysninger er ikke rettet"
    if not (marking or tilbud["intensified"] or tilbud.get("announced") or tilbud["orders"] or tilbud["conditions"]):
        yield "Ingen"


def _period(period: Json) -> str:
    return f"{formats.shown_date(period['from'])}–{formats.shown_date(period['until'])}"


def _freshness(tilbud: Json) -> Iterator[str]:
    yield formats.shown_date(tilbud["confirmed_at"])


_SOURCES = (
    _Source("Om tilbuddet", "Tilbudstype", _legal_bases),
    _Source("Om tilbuddet", "Driftsherre", _operator),
    _Source("Om tilbuddet", "Kommune", _municipality),
    _Source("Om tilbuddet", "Boform", _housing),
    _Source("Om tilbuddet", "Tilgængelighed", _accessibility),
    _Source("Hvem er det for?", "Målgruppe og alder", _target_groups),
    _Source("Hvem er det for?", "Ikke for", _exclusions),
    _Source("Hjælpen", "Ydelser", _services),
    _Source("Hjælpen", "Metoder", _methods),
    _Source("Hjælpen", "Faglige tilgange", _approaches),
    _Source("Hjælpen", "Nattevagt", _night_staff),
    _Source("Pladser", "Godkendte pladser", _places),
    _Source("Pladser", "Ledige pladser", _vacancies),
    _Source("Pladser", "Ventetid", _waiting),
    _Source("Pris", "Takst", _rates),
    _Source("Pris", "Brugerbetaling", _payments),
    _Source("Tilsyn", "Myndighed", _authority),
    _Source("Tilsyn", "Seneste afgørelse", _decision),
    _Source("Tilsyn", "Kvalitet (1-5)", _quality),
)
_FRESHNESS = _Source("Oplysningerne", "Noget er senest bekræftet", _freshness)
