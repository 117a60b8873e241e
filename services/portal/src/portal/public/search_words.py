"""A search in words: the chips that take parts of it away, one sentence, and what to try instead. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.vocabularies import vocabulary
from portal.formats import shown_day, shown_number
from portal.public.search_filters import FACETS, LABELS, UNKNOWN, USUAL_UNIT, label_of
from portal.public.search_page import Search

AUDIENCES = {"children": "børn og unge", "adults": "voksne"}
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Chip:
    """A part of the search in words, and the address of the search without it."""

    text: str
    href: str
    is_understood: bool = False


def chips(wish: Search, found: Json) -> list[Chip]:
    """Return what was chosen, and what the answer ``found`` says was understood of the text."""
    chosen = [
        Chip(f"{FACETS[name].title}: {label_of(name, value)}", wish.without(name, value))
        for name, values in wish.chosen.items()
        for value in values
    ]
    typed = [Chip(text, wish.without(name)) for name, text in _typed(wish, found) if name not in wish.errors]
    return [*chosen, *typed, *_understood(wish, found)]


def _typed(wish: Search, found: Json) -> list[tuple[str, str]]:
    """Return what was typed, in words."""
    typed = wish.typed
    words = {
        "near": f"Nær {_near(wish, found)}",
        "age": f"Alder: {typed['age']} år",
        "vacancies": _vacancies(typed["vacancies"]).capitalize(),
        "rate_max_kr": f"Højst {typed['rate_max_kr'].removesuffix('kr.').strip()} kr. {_unit(typed['rate_unit'])}",
        "rate_unit": "" if typed["rate_max_kr"] else f"Takster {_unit(typed['rate_unit'])}",
        "quality_min": f"Tilsynets vurdering mindst {typed['quality_min'].replace('.', ',')} af 5",
        "accessible": "Egnet til kørestol",
        "prison_approved": "Godkendt af kriminalforsorgen",
        "as_of": f"Som det så ud {shown_day(typed['as_of'])}",
    }
    return [(name, text) for name, text in words.items() if typed[name] and text]


def _understood(wish: Search, found: Json) -> Iterator[Chip]:
    for each in found.get("understood") or ():
        label = str(each.get("label") or each.get("text") or "")
        title = FACETS[each["as"]].title.lower() + " " if each.get("as") in FACETS else ""
        says = f"uden {_small(label)}" if each.get("excluded") else f"{title}{_small(label)}"
        yield Chip(f"Forstået som: {says}", wish.having("q", str(each.get("query_without") or "")), is_understood=True)


def sentence(wish: Search, found: Json) -> str:
    """Return what was found, as one sentence."""
    meant, total = _meant(wish, found), found.get("total") or 0
    count = "Ingen steder" if not total else f"{shown_number(total)} {'sted' if total == 1 else 'steder'}"
    parts = [count, *_for_whom(wish, meant), *_where(wish, found, meant)]
    if wish.typed["vacancies"] and "vacancies" not in wish.errors:
        parts.append(f"med {_vacancies(wish.typed['vacancies'])}")
    parts += [
        f"uden {_small(str(each.get('label')))}" for each in found.get("understood") or () if each.get("excluded")
    ]
    if wish.typed["q"] and not found.get("understood"):
        parts.append(f"med »{wish.typed['q']}«")
    text = " ".join(parts)
    return f"{text}, som det så ud {shown_day(wish.typed['as_of'])}" if wish.typed["as_of"] else text


def _meant(wish: Search, found: Json) -> dict[str, list[str]]:
    """Return the values of each filter, those that were chosen and those that were understood."""
    meant = {name: list(values) for name, values in wish.chosen.items()}
    for each in found.get("understood") or ():
        if each.get("as") in meant and not each.get("excluded") and each.get("value") not in meant[each["as"]]:
            meant[each["as"]].append(str(each.get("value")))
    return meant


def _for_whom(wish: Search, meant: Mapping[str, Sequence[str]]) -> Iterator[str]:
    groups = [_small(label_of("target_group", each)) for each in meant["target_group"]]
    audiences = [AUDIENCES[each] for each in meant["audience"] if each in AUDIENCES]
    age = wish.typed["age"] if "age" not in wish.errors else ""
    if not (groups or audiences or age):
        return
    yield f"for {_either(audiences) if audiences else 'personer'}"
    if age:
        yield f"på {age} år"
    if groups:
        yield f"med {_either(groups)}"


def _where(wish: Search, found: Json, meant: Mapping[str, Sequence[str]]) -> Iterator[str]:
    places = [label_of(name, each) for name in ("municipality", "region") for each in meant[name]]
    if places:
        yield f"i {_either([each for each in places if each != UNKNOWN] or places)}"
    if wish.typed["near"] and "near" not in wish.errors:
        yield f"nær {_near(wish, found)}"


def _near(wish: Search, found: Json) -> str:
    near = found.get("near") or {}
    return str(near.get("label") or wish.typed["near"])


def _vacancies(count: str) -> str:
    return "ledige pladser" if count == "1" else f"mindst {count} ledige pladser"


def _unit(unit: str) -> str:
    units = vocabulary("rate-units")
    return units.label(unit or USUAL_UNIT) if (unit or USUAL_UNIT) in units else ""


def _either(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} eller {texts[-1]}"


def _small(label: str) -> str:
    """Return a label inside of a sentence: what is written in capitals throughout stays so."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def suggested(found: Json) -> list[Chip]:
    """Return what to try where nothing was found; only parameters that this page knows are taken over."""
    offered = [(str(each.get("text") or ""), Search.of_query(str(each.get("query") or ""))) for each in _offers(found)]
    return [Chip(text, wish.address()) for text, wish in offered if text and wish.pairs()]


def _offers(found: Json) -> Sequence[Json]:
    return found.get("suggestions") or ()


def widened(wish: Search) -> list[Chip]:
    """Return the search without one part at a time, for where nothing was found and nothing else is suggested."""
    names = ["municipality", "region", "near", "vacancies", "rate_max_kr", "quality_min", "age", *FACETS]
    words = {"near": "Søg uden hensyn til afstand", "municipality": "Søg i hele landet", "region": "Søg i hele landet"}
    asked = {name for name, _ in wish.pairs()}
    return [
        Chip(words.get(name, f"Søg uden »{LABELS[name].lower()}«"), wish.without(name))
        for name in dict.fromkeys(names)
        if name in asked
    ]
