"""A search in words: the chips that take parts of it away, one sentence, and what to try instead. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.vocabularies import vocabulary
from portal.formats import shown_day, shown_number
from portal.public.search_filters import FACETS, LABELS, USUAL_UNIT, label_of
from portal.public.search_page import Search

# Their labels are names.
PLACES = frozenset({"municipality", "region"})
# Their values say which filter they are of.
BARE = PLACES | {"sanction"}
# They have their own place in the sentence.
TOLD = PLACES | {"audience", "target_group"}
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
        Chip(f"{'' if name in BARE else f'{FACETS[name].title}: '}{label_of(name, value)}", wish.without(name, value))
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
    """Return a chip for each part of the text that was understood; one that may mean several things says all."""
    parts: dict[tuple[str, bool], list[Json]] = {}
    for each in _parts(found):
        parts.setdefault((str(each.get("text")), bool(each.get("excluded"))), []).append(each)
    for (_, excluded), options in parts.items():
        names = {str(each.get("as")) for each in options}
        title = f"{FACETS[names.pop()].title.lower()} " if len(names) == 1 and names <= FACETS.keys() - PLACES else ""
        labels = _either(list(dict.fromkeys(_label(each) for each in options)))
        says = f"uden {labels}" if excluded else f"{title}{labels}"
        without = wish.having("q", str(options[0].get("query_without") or ""))
        yield Chip(f"Forstået som: {says}", without, is_understood=True)


def _label(part: Json) -> str:
    """Return what a part of the text means, as it stands inside of a sentence."""
    label = str(part.get("label") or "")
    return label if part.get("as") in PLACES else _inside(label)


def _parts(found: Json) -> Sequence[Json]:
    return found.get("understood") or ()


def sentence(wish: Search, found: Json) -> str:
    """Return what was found, as one sentence; where publication has a notice, what was asked for did not hold."""
    total = found.get("total") or 0
    count = "Ingen steder" if not total else f"{shown_number(total)} {'sted' if total == 1 else 'steder'}"
    if notice := found.get("notice"):
        return f"{notice} {count}." if total else str(notice)
    meant = _meant(wish, found)
    parts = [count, *_for_whom(meant), *_where(wish, found, meant)]
    if wish.typed["vacancies"]:
        parts.append(f"med {_vacancies(wish.typed['vacancies'])}")
    elif meant["vacancies"]:
        parts.append(f"med {_inside(meant['vacancies'][0])}")
    if meant["rate_max"]:
        parts.append(f"til {_either(meant['rate_max'])}")
    parts += [f"uden {_label(each)}" for each in _parts(found) if each.get("excluded")]
    if wish.typed["q"] and not _parts(found):
        parts.append(f"med »{wish.typed['q']}«")
    others = [_small(each) for name in FACETS if name not in TOLD for each in meant[name]]
    text = " ".join(parts) + (f": {', '.join(others)}" if others else "")
    return f"{text}, som det så ud {shown_day(wish.typed['as_of'])}" if wish.typed["as_of"] else text


def _meant(wish: Search, found: Json) -> dict[str, list[str]]:
    """Return the labels of each filter, those of what was chosen and of what was understood."""
    meant = {name: [label_of(name, each) for each in values] for name, values in wish.chosen.items()}
    meant |= {"age": [f"{wish.typed['age']} år"] if wish.typed["age"] else []}
    meant |= {"vacancies": [], "rate_max": []}
    for each in _parts(found):
        labels = meant.get(str(each.get("as")))
        if labels is not None and not each.get("excluded") and each.get("label") not in labels:
            labels.append(str(each.get("label")))
    return meant


def _for_whom(meant: Mapping[str, Sequence[str]]) -> Iterator[str]:
    groups, audiences = ([_small(each) for each in meant[name]] for name in ("target_group", "audience"))
    if not (groups or audiences or meant["age"]):
        return
    yield f"for {_either(audiences) if audiences else 'personer'}"
    # What is understood of an age may be a word, as "unge", which says whom it is for already.
    if ages := [each for each in meant["age"] if each[:1].isdecimal()]:
        yield f"på {ages[0]}"
    if groups:
        yield f"med {_either(groups)}"


def _where(wish: Search, found: Json, meant: Mapping[str, Sequence[str]]) -> Iterator[str]:
    places = list(dict.fromkeys((*meant["municipality"], *meant["region"])))
    if places:
        yield f"inden for {_either(places)}"
    if wish.typed["near"]:
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


def _inside(label: str) -> str:
    """Return a label as it stands behind "med" or "uden"."""
    return _small(label).removeprefix("har ")


def _small(label: str) -> str:
    """Return a label inside of a sentence: what is written in capitals throughout stays so."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def suggested(found: Json) -> list[Chip]:
    """Return what to try where nothing was found; only parameters that this page knows are taken over."""
    offers: Sequence[Json] = found.get("suggestions") or ()
    offered = [(str(each.get("text") or ""), Search.of_query(str(each.get("query") or ""))) for each in offers]
    return [Chip(text, wish.address()) for text, wish in offered if text and wish.pairs()]


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
