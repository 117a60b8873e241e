"""Every phrase that the search understands, by its words: those of the vocabularies, of places, and everyday ones."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

from contracts.addresses import town_words
from contracts.reference import (
    find_legal_basis,
    find_municipality,
    legal_bases,
    municipalities,
    postal_districts,
    region,
    regions,
)
from contracts.vocabularies import vocabulary
from publication.search.facets import VOCABULARIES, label
from publication.search.language.meanings import AGE, Meaning, Option, joined
from publication.search.language.spelling import Speller
from publication.search.language.words_file import AgeWords, Area, EverydayWords, read_words
from publication.search.vocabulary import stem
from publication.search.words import STOP_WORDS, letters_of, tokens

# A shorter word is met in too many others when its ending goes.
MIN_STEM = 4
# A shorter word with an s behind it is another word: "sund" is not Sunds.
MIN_WITHOUT_S = 6
# Numbers below are the postcodes of single companies.
FIRST_TOWN = 1_000

Phrase = tuple[str, ...]


@dataclass(eq=False)
class Lexicon:
    """Phrases as tuples of words in their plain letters, each with what it means. It never changes once it is used.

    ``places`` are taken as they are, ``stems`` are the phrases of all others without their endings. ``ordinary_places``
    have names that are common words, too; ``capitals`` are words that mean something only when typed in capitals.
    ``weak`` are understood only where nothing else is. ``towns`` are the places of several words as addresses have
    them, whose words are written in many ways: Kbh NV, Nr. Snede. ``well_spelt`` mean nothing and are not mended.
    ``written`` is how single words are spelt.
    """

    phrases: dict[Phrase, Meaning] = field(default_factory=dict)
    weak: dict[Phrase, Meaning] = field(default_factory=dict)
    stems: dict[Phrase, Meaning] = field(default_factory=dict)
    places: dict[Phrase, Meaning] = field(default_factory=dict)
    ordinary_places: dict[Phrase, Meaning] = field(default_factory=dict)
    capitals: frozenset[str] = frozenset()
    filler: frozenset[str] = frozenset()
    filler_phrases: frozenset[Phrase] = frozenset()
    negations: frozenset[Phrase] = frozenset()
    affirmations: frozenset[Phrase] = frozenset()
    tails: frozenset[str] = frozenset()
    well_spelt: frozenset[str] = frozenset()
    towns: dict[Phrase, Phrase] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    longest: int = 1

    @cached_property
    def speller(self) -> Speller:
        """Return what knows every phrase of one word."""
        known = (phrase[0] for phrases in (self.phrases, self.places) for phrase in phrases if len(phrase) == 1)
        return Speller(known)


@cache
def own_lexicon() -> Lexicon:
    """Return the lexicon of our own everyday words."""
    return lexicon_of(read_words(None))


def lexicon(path: Path | None) -> Lexicon:
    """Return the lexicon with the everyday words of the file at ``path``, or ours; UnreadableWords else."""
    return lexicon_of(read_words(path)) if path else own_lexicon()


def lexicon_of(everyday: EverydayWords) -> Lexicon:
    """Return the lexicon with these everyday words."""
    weak: list[Entry] = []
    said = [*_vocabulary_terms(everyday, weak), *_bases(), *_everyday_terms(everyday)]
    areas = [each for area in everyday.areas for each in _area(area)]
    terms, places = _by_phrase(said), _by_phrase(_municipalities()) | _by_phrase(areas)
    filler = {phrase for each in everyday.filler if (phrase := tokens(each))}
    ordinary = {tokens(each) for each in everyday.ordinary}
    known = {*terms, *places, *(filler - ordinary)}
    towns = {phrase: meaning for phrase, meaning in _by_phrase(_towns()).items() if phrase not in known}
    towns = {phrase: each for phrase, each in towns.items() if not (len(phrase) == 1 and phrase[0] in STOP_WORDS)}
    everywhere = places | towns
    stems: dict[Phrase, list[Meaning]] = defaultdict(list)
    for phrase, meaning in terms.items():
        stems[stems_of(phrase)].append(meaning)
    return Lexicon(
        phrases=terms,
        weak=_by_phrase(weak),
        stems={phrase: joined(meanings) for phrase, meanings in stems.items()},
        places={phrase: each for phrase, each in everywhere.items() if phrase not in ordinary},
        ordinary_places={phrase: each for phrase, each in everywhere.items() if phrase in ordinary},
        capitals=frozenset(letters_of(each) for each in everyday.capitals),
        filler=frozenset(phrase[0] for phrase in filler if len(phrase) == 1),
        filler_phrases=frozenset(phrase for phrase in filler if len(phrase) > 1),
        negations=frozenset(tokens(each) for each in everyday.negations),
        affirmations=frozenset(tokens(each) for each in everyday.affirmations),
        tails=frozenset(letters_of(each) for each in everyday.tails),
        well_spelt=frozenset(letters_of(each) for each in everyday.well_spelt),
        towns={tuple(town_words(" ".join(phrase))): phrase for phrase in everywhere if len(phrase) > 1},
        written={
            phrase[0]: text
            for text, _ in reversed([*said, *_municipalities(), *areas, *_towns()])
            if len(phrase := tokens(text)) == 1
        },
        longest=max(map(len, (*terms, *everywhere))),
    )


def stems_of(phrase: Sequence[str]) -> Phrase:
    """Return the words of ``phrase`` without their endings."""
    return tuple(found if len(found := stem(word)) >= MIN_STEM else word for word in phrase)


def option_of(parameter: str, values: Sequence[str]) -> Option:
    """Return the option of these values of a facet, with their labels."""
    labels = dict.fromkeys(_short_label(parameter, each) for each in values)
    return Option(parameter, tuple(values), ",".join(values), " eller ".join(labels))


def _short_label(parameter: str, value: str) -> str:
    basis = find_legal_basis(value) if parameter == "legal_basis" else None
    if basis is None:
        return label(parameter, value)
    # What follows in the name are conditions of the law.
    paragraph = basis.paragraph.split(" (")[0]
    return f"{basis.name.split(' (')[0]} ({paragraph})"


def ages_option(first: int, last: int) -> Option:
    """Return the option of the ages from ``first`` to ``last``, in years."""
    ages = tuple(str(age) for age in range(first, last + 1))
    if first == last:
        return Option(AGE, ages, str(first), f"{first} år")
    return Option(AGE, ages, f"{first}-{last}", f"{first}–{last} år" if last < OLDEST else f"{first} år og ældre")


OLDEST = 120
Entry = tuple[str, Meaning]


def _by_phrase(entries: Iterable[Entry]) -> dict[Phrase, Meaning]:
    found: dict[Phrase, list[Meaning]] = defaultdict(list)
    for text, meaning in entries:
        if phrase := tokens(text):
            found[phrase].append(meaning)
    return {phrase: joined(meanings) for phrase, meanings in found.items()}


def _vocabulary_terms(everyday: EverydayWords, weak: list[Entry]) -> Iterator[Entry]:
    """Give what the vocabularies say; what is ignored beside other words goes to ``weak``."""
    ignored = {tokens(each) for each in everyday.ignored}
    others = {value: {tokens(each) for each in words} for value, words in everyday.said_of_others.items()}
    for facet, name in VOCABULARIES.items():
        for term in vocabulary(name).terms:
            if term.audiences == ("foster-families",) or term.id == "foster-families":
                continue
            meaning = Meaning((option_of(facet, [term.id]),))
            left_out = others.get(term.id, set())
            for text in (term.label, *term.synonyms):
                if tokens(text) in ignored:
                    weak.append((text, meaning))
                elif tokens(text) not in left_out and not _is_number(text):
                    yield text, meaning


def _is_number(text: str) -> bool:
    """Return whether ``text`` is a paragraph, "§ 85": without its sign the number may be that of a house."""
    return all(each.isdigit() for each in tokens(text))


def _bases() -> Iterator[Entry]:
    for basis in legal_bases():
        if not basis.is_plejefamilie:
            yield basis.name, Meaning((option_of("legal_basis", [basis.id]),))


def _everyday_terms(everyday: EverydayWords) -> Iterator[Entry]:
    for parameter, values in everyday.terms.items():
        for value, words in values.items():
            meaning = Meaning((option_of(parameter, [value]),))
            yield from ((word, meaning) for word in words)
    for several in everyday.several:
        options = [option_of(name, values) for name, values in several.means.items()]
        meaning = Meaning(tuple(_named(each, several.label) for each in options))
        yield from ((word, meaning) for word in several.words)
    for ages in everyday.ages:
        yield from _age(ages)


def _named(option: Option, name: str | None) -> Option:
    return replace(option, label=name) if name and len(option.values) > 1 else option


def _age(ages: AgeWords) -> Iterator[Entry]:
    meaning = Meaning((ages_option(ages.first, ages.last),))
    yield from ((word, meaning) for word in ages.words)


def _area(area: Area) -> Iterator[Entry]:
    if area.region:
        option = Option("region", (area.region,), area.region, region(area.region).name)
    elif len(area.codes) == 1:
        option = option_of("municipality", area.codes)
    else:
        option = Option("municipality", area.codes, ",".join(area.codes), area.label)
    yield from ((word, Meaning((option,))) for word in area.words)


def _municipalities() -> Iterator[Entry]:
    for each in municipalities():
        meaning = Meaning((option_of("municipality", [each.code]),))
        yield from ((text, meaning) for text in (each.name, each.full_name, f"{each.name} kommune"))
    for known in regions():
        yield known.name, Meaning((Option("region", (known.id,), known.id, known.name),))


def _towns() -> Iterator[Entry]:
    for district in postal_districts():
        if int(district.postcode) < FIRST_TOWN or not all(map(find_municipality, district.municipalities)):
            continue
        meaning = _town(district.name, district.municipalities)
        yield district.name, meaning
        *town, end = district.name.split()
        if town and len(end) <= 2:  # noqa: PLR2004  København NV, Nykøbing Sj: they are known by their first word, too.
            yield " ".join(town), meaning
        yield district.postcode, _town(f"{district.postcode} {district.name}", district.municipalities)


def _town(name: str, codes: Sequence[str]) -> Meaning:
    option = Option(
        "municipality", tuple(codes), ",".join(codes), name if len(codes) > 1 else label("municipality", codes[0])
    )
    return Meaning((option,), towns=tokens(name))
