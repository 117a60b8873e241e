"""What the page of one public tilbud shows. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from contracts.form import FieldType, FormDefinition, form
from portal import formats
from portal.public.record.answers import Answer, Block, Reading, blocks
from portal.public.record.links import link_of
from portal.public.record.parts import (
    Json,
    Part,
    confirmed_on,
    counted,
    package_words,
    parts_of,
    place_of,
    rate_words,
)
from portal.public.record.summary import quality_of, score_words, summary
from portal.public.record.themes import AUTHORITIES, Theme, fields_below, themes_of
from portal.public.texts.documents import Explanations


@dataclass(frozen=True)
class Section:
    """One theme with its answers."""

    id: str
    title: str
    blocks: list[Block]
    is_open: bool


@dataclass(frozen=True)
class Places:
    """Who a department is for, what is free there, and what it costs; without a name where it is the whole tilbud."""

    id: str
    name: str
    who: list[str]
    place: str
    places: str
    vacancies: str
    confirmed_on: str
    is_unapproved: bool
    waiting: str
    rates: list[str]


@dataclass(frozen=True)
class Department:
    """One department with its own themes."""

    id: str
    name: str
    sections: list[Section]


@dataclass(frozen=True)
class RecordView:
    """The page's content; ``ways`` are the addresses to call, to write to, and of the website, empty for none."""

    summary: list[str]
    places: list[Places]
    quality: str
    ways: dict[str, str]
    address: str
    is_audited: bool
    departments: list[Department]
    sections: list[Section]


def view_of(tilbud: Json, words: Explanations, day: date) -> RecordView:
    """Return what the page shows of a public record as of ``day``."""
    definition = form(tilbud["primary_legal_basis"], day, tilbud["legal_bases"])
    parts = parts_of(tilbud)
    contact, mean = tilbud["steps"].get("contact", {}), quality_of(tilbud)
    return RecordView(
        summary=summary(tilbud, words, day),
        places=[_places(tilbud, part) for part in parts],
        quality=score_words(mean) if mean is not None else "",
        ways=_ways(contact),
        address="" if tilbud["address_hidden"] else place_of(contact.get("address") or {}),
        is_audited=bool(tilbud["steps"].get("budget", {}).get("rate_audited")),
        departments=[
            Department(part.id, part.name, _sections(tilbud, definition, part, is_whole=False))
            for part in parts
            if part.id
        ],
        sections=_sections(tilbud, definition, Part("", "", {}, tilbud["steps"]), is_whole=True),
    )


def _ways(contact: Json) -> dict[str, str]:
    kinds = {"phone": FieldType.PHONE, "email": FieldType.EMAIL, "website": FieldType.URL}
    return {name: link_of(kind, str(contact.get(name) or "")) for name, kind in kinds.items()}


def _places(tilbud: Json, part: Part) -> Places:
    data, pointer = part.answers("places"), f"{part.pointer}/places/vacancies"
    free, waiting = data.get("vacancies"), data.get("waiting_time_weeks")
    places = data.get("approved_places")
    occupancy = part.answers("staffing").get("occupancy_percent")
    rates = [rate_words(row, occupancy) for row in part.answers("interventions").get("interventions") or []]
    return Places(
        id=part.id,
        name=part.name,
        who=[package_words(each) for each in part.answers("target-groups").get("packages") or []],
        place=place_of(part.row.get("address") or {}),
        places="" if places is None else counted(places, "plads", "pladser"),
        vacancies="" if free is None else counted(free, "ledig plads", "ledige pladser") if free else "Ingen ledige",
        confirmed_on=confirmed_on(tilbud, pointer) if free is not None else "",
        is_unapproved=pointer in tilbud["not_approved_yet"],
        waiting="" if waiting is None else counted(waiting, "uge", "uger") if waiting else "Ingen",
        rates=list(dict.fromkeys(filter(None, rates))),
    )


def _sections(tilbud: Json, definition: FormDefinition, part: Part, *, is_whole: bool) -> list[Section]:
    packages = part.answers("target-groups").get("packages") or []
    reading = Reading(
        packages={str(each.get("id")): package_words(each) for each in packages},
        occupancy=part.answers("staffing").get("occupancy_percent"),
        not_approved=frozenset(tilbud["not_approved_yet"]),
    )
    found = [_section(theme, definition, part, reading) for theme in themes_of(definition)]
    if is_whole:
        found = [_for_authorities(each, tilbud) if each.id == AUTHORITIES else each for each in found]
    else:
        found = [_with_building(each, definition, part, reading) if each.id == "bolig" else each for each in found]
    return [each for each in found if each.blocks]


def _section(theme: Theme, definition: FormDefinition, part: Part, reading: Reading) -> Section:
    content = []
    # In the order of the theme; what only one field of was moved here comes last.
    order = {step: place for place, step in enumerate(theme.steps)}
    for step in sorted(definition.steps, key=lambda each: order.get(each.id, len(order))):
        wanted = fields_below(theme, step)
        fields = [field for field in step.fields if field.id in wanted]
        content += blocks(fields, part.answers(step.id), f"{part.pointer}/{step.id}", reading)
    return Section(theme.id, theme.title, content, theme.is_open)


def _with_building(section: Section, definition: FormDefinition, part: Part, reading: Reading) -> Section:
    """Add what the step of departments says of a department's building."""
    rows = definition.step("departments").field("departments").fields
    fields = [field for field in rows if field.id not in {"id", "name", "p_number"}]
    return Section(
        section.id, section.title, [*blocks(fields, part.row, "", reading), *section.blocks], section.is_open
    )


def _for_authorities(section: Section, tilbud: Json) -> Section:
    """Add the numbers by which authorities know a tilbud and its departments."""
    numbers = [Answer("Tilbuds-id", tilbud["id"]), *_p_numbers(parts_of(tilbud))]
    return Section(section.id, section.title, [Block("", tuple(numbers)), *section.blocks], section.is_open)


def _p_numbers(parts: list[Part]) -> Iterator[Answer]:
    for part in parts:
        if part.row.get("p_number"):
            yield Answer(f"P-nummer, {part.name}", str(part.row["p_number"]))


def explained_themes(tilbud: Json, words: Explanations) -> Mapping[str, str]:
    """Return what the themes of the latest tilsyn mean, by their labels."""
    shown = [row["theme"] for row in (tilbud["tilsyn"] or {}).get("themes") or []]
    return {formats.label("quality-themes", each): words.themes[each] for each in shown if each in words.themes}
