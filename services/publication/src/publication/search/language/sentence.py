"""How a query is read: which of its words mean values of the search's parameters, and which are only looked for."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

from contracts.addresses import town_words
from contracts.characters import BLANK, INVISIBLE
from publication.search.language.amounts import UnclearRate, amounts_in, is_measured, money_in, unclear_in
from publication.search.language.identifiers import WHOLE_NAME, identifiers_in, people
from publication.search.language.lexicon import MIN_WITHOUT_S, Lexicon, Phrase, stems_of
from publication.search.language.meanings import AGE, PERSONS, PLACE, RATE_MAX, Meaning
from publication.search.language.numbers import numbers_in
from publication.search.vocabulary import stem
from publication.search.words import PIECE, STOP_WORDS, letters_of, words_of

# Behind these a place is meant.
_BEFORE_PLACES = frozenset(map(letters_of, ("i", "ved", "nær", "omkring", "på", "fra", "kommune", "by", "til")))
# A negation reaches over these to what it takes away.
_BETWEEN = (
    "for med et en noget nogen nogle aktivt har også af om dem de der er som må have være samtidigt samtidig"
    " pladser tilbud beboere borgere brugere personer mennesker folk"
)
_AFTER_NEGATIONS = frozenset(map(letters_of, _BETWEEN.split()))
# An alkoholfrit bosted is none for alcoholics, and has no vacancies by that.
_FREE_OF = frozenset({"fri", "frit", "frie"})
_AND = frozenset(map(letters_of, ("og", "eller", "samt", "hverken")))
# The shortest known word that another one is recognised by.
MIN_HEAD = 4
MIN_TAIL = 3


class Token(NamedTuple):
    """A piece of a query between signs: where it stands, and its plain letters."""

    start: int
    end: int
    letters: str


@dataclass(frozen=True)
class Understood:
    """A part of a query, ``start`` to ``end``, that means something; ``excluded``: what is not wanted.

    ``since`` is where the small words before it begin, which say nothing without it.
    """

    start: int
    end: int
    meaning: Meaning
    excluded: bool = False
    since: int = 0


@dataclass(frozen=True)
class Reading:
    """A query as it is understood. ``silent`` are the parts of it, from and to, that say nothing.

    ``unclear`` are the highest rates in it of which nobody knows what they are paid for.
    """

    query: str
    understood: tuple[Understood, ...] = ()
    silent: tuple[tuple[int, int], ...] = ()
    unclear: tuple[UnclearRate, ...] = ()

    @cached_property
    def rest(self) -> dict[str, str]:
        """Return the other words, which are only looked for: folded, each with how it was typed."""
        parts = [(each.start, each.end) for each in self.understood]
        words = {
            word: typed for word, typed in words_of(self._but(parts, self.silent)).items() if word not in STOP_WORDS
        }
        return words if words or parts else words_of(self.query)

    @cached_property
    def all_words(self) -> list[str]:
        """Return every word of the query that means something, folded: a name may hold them all."""
        return list(words_of(self.query))

    def _but(self, *spans: Iterable[tuple[int, int]]) -> str:
        left = self.query
        for start, end in chain(*spans):
            left = left[:start] + " " * (end - start) + left[end:]
        return left

    @property
    def wanted(self) -> list[Meaning]:
        """Return what is wanted."""
        return [each.meaning for each in self.understood if not each.excluded]

    @property
    def unwanted(self) -> list[Meaning]:
        """Return what is not wanted."""
        return [each.meaning for each in self.understood if each.excluded]

    @cached_property
    def subjects(self) -> dict[tuple[str, ...], list[Meaning]]:
        """Return the wanted meanings by subject, without those that another one of their subject says more closely."""
        found: dict[tuple[str, ...], list[Meaning]] = {}
        for each in self.wanted:
            found.setdefault(each.subject, []).append(each)
        return {subject: _closest(meanings) for subject, meanings in found.items()}

    @cached_property
    def identifiers(self) -> list[str]:
        """Return the numbers and addresses that are asked for, as rows have them."""
        return identifiers_in(self.query)

    @cached_property
    def people(self) -> list[str]:
        """Return the words that may be somebody's name, as rows have them: all of them, or else none.

        One word that means something else is not taken for a name.
        """
        words = people(self._but(self.silent))
        return words if len(words) >= WHOLE_NAME or not self.understood else []

    @cached_property
    def ages(self) -> list[int]:
        """Return the ages that are wanted, in years; none where it is also said in a word for whom."""
        options = [option for each in self.wanted for option in each.options]
        if any(option.parameter == "audience" for option in options):
            return []
        return [age for option in options for age in option.ages]

    def text_of(self, part: Understood) -> str:
        """Return how a part was typed."""
        return self.query[part.start : part.end]

    def without(self, part: Understood) -> str:
        """Return the query without that part; nothing where the rest says nothing, as "i nærheden af" does."""
        others = [each for each in self.understood if (each.start, each.end) != (part.start, part.end)]
        if not others and words_of(self._but([(part.start, part.end)], self.silent)).keys() <= STOP_WORDS:
            return ""
        left = f"{self.query[: part.since]} {self.query[part.end :]}"
        return _SPACES.sub(" ", _LOOSE_ENDS.sub("", left)).strip()


_SPACES = re.compile(r"\s+")
_LOOSE_ENDS = re.compile(r"^(?:[\s,;.]|(?:og|eller|samt|i|på|ved|med|til|for|af|fra)\b)+|[\s,;]+$", re.IGNORECASE)


def seen(query: str) -> str:
    """Return ``query`` in composed letters, without what cannot be seen."""
    return BLANK.sub(" ", unicodedata.normalize("NFC", INVISIBLE.sub("", query))).strip()


@lru_cache(500)
def read(query: str, lexicon: Lexicon) -> Reading:
    """Return how ``query``, which is as ``seen`` gives it, is understood.

    One search reads its words, and those of the searches that it suggests, several times.
    """
    tokens = [Token(*match.span(), letters) for match in PIECE.finditer(query) if (letters := letters_of(match[0]))]
    if len(tokens) > MAX_TOKENS:
        return Reading(query)
    reading = _Reader(query, tokens, lexicon).reading()
    if reading.understood:
        return reading
    weak = _Reader(query, tokens, lexicon, takes_weak=True).reading()
    return reading if weak.rest else weak


MAX_TOKENS = 60


class _Reader:
    def __init__(self, query: str, tokens: Sequence[Token], lexicon: Lexicon, *, takes_weak: bool = False) -> None:
        self._query, self._tokens, self._lexicon, self._takes_weak = query, tokens, lexicon, takes_weak
        self._numbers = [*amounts_in(query), *numbers_in(query)]
        self._unclear = tuple(unclear_in(query))
        self._unused = [*((each.start, each.end) for each in self._unclear), *money_in(query)]

    def reading(self) -> Reading:
        found = self._with_negations(list(self._parts()))
        worded: list[Understood] = []
        if any(part.meaning.exact_age and not part.excluded for part in found):
            # Seventeen years say more than young.
            worded = [each for each in found if each.meaning.subject == (PERSONS,) and not each.excluded]
        kept = tuple(each for each in found if each not in worded)
        silent = (*self._silent(), *self._unused, *((each.start, each.end) for each in worded))
        return Reading(self._query, kept, silent, self._unclear)

    def _silent(self) -> Iterator[tuple[int, int]]:
        lexicon = self._lexicon
        phrases = lexicon.filler_phrases | lexicon.negations | {(word,) for word in lexicon.filler}
        for at in range(len(self._tokens)):
            for count in range(1, min(3, len(self._tokens) - at) + 1):
                if tuple(each.letters for each in self._tokens[at : at + count]) in phrases:
                    yield self._tokens[at].start, self._tokens[at + count - 1].end

    def _parts(self) -> Iterator[Understood]:
        at = 0
        while at < len(self._tokens):
            parts, at = self._part(at)
            yield from parts

    def _part(self, at: int) -> tuple[list[Understood], int]:
        """Return what begins at a token, if anything, and the token behind it."""
        start = self._tokens[at].start
        for number in self._numbers:
            # A sign may stand before the first token of a number.
            if number.start <= start < number.end and self._query[number.start : start].strip("§ \t") == "":
                return [Understood(number.start, number.end, number.meaning)], self._behind(number.end)
        for since, end in self._unused:
            if since <= start < end:
                return [], self._behind(end)
        for count in range(min(self._lexicon.longest, len(self._tokens) - at), 0, -1):
            words = tuple(each.letters for each in self._tokens[at : at + count])
            if words in self._lexicon.filler_phrases:
                return [], at + count
            if meanings := self._meanings(words, at):
                end = self._tokens[at + count - 1].end
                return [Understood(start, end, meaning) for meaning in meanings], at + count
        return [], at + 1

    def _behind(self, end: int) -> int:
        """Return the number of the first token that stands behind a part of the query."""
        return next((n for n, each in enumerate(self._tokens) if each.start >= end), len(self._tokens))

    def _meanings(self, words: Phrase, at: int) -> list[Meaning]:
        """Return what a phrase means: nothing, one thing, or what each part of a compound does."""
        lexicon, is_word = self._lexicon, len(words) == 1
        if is_word and words[0] in lexicon.capitals and not self._is_capital(at):
            place = _place(words, lexicon) or self._ordinary_place(words, at)
            return [place] if place else []
        known = self._known(words, at)
        if known is not None:
            return [known]
        if is_word and (words[0] in lexicon.filler or words[0] in STOP_WORDS):
            return []
        stems = stems_of(words)
        if stems in lexicon.stems:
            return [lexicon.stems[stems]]
        return self._compound(words[0]) if is_word else []

    def _known(self, words: Phrase, at: int) -> Meaning | None:
        """Return what a phrase means as it stands."""
        lexicon = self._lexicon
        found = lexicon.phrases.get(words) or (None if self._is_amount(at) else _place(words, lexicon))
        if found is None and self._takes_weak:
            found = lexicon.weak.get(words)
        return found or self._ordinary_place(words, at)

    def _ordinary_place(self, words: Phrase, at: int) -> Meaning | None:
        if len(self._tokens) == 1 or self._is_behind(at):
            return self._lexicon.ordinary_places.get(words)
        return None

    def _is_amount(self, at: int) -> bool:
        """Return whether a token is a number that may look like a postcode and is none: 1200 kr, 17½."""
        token = self._tokens[at]
        is_typed = self._query[token.start : token.end] == token.letters
        return token.letters.isdigit() and (is_measured(self._query, token.end) or not is_typed)

    def _is_capital(self, at: int) -> bool:
        token = self._tokens[at]
        return self._query[token.start : token.end].isupper()

    def _is_behind(self, at: int) -> bool:
        return at > 0 and self._tokens[at - 1].letters in _BEFORE_PLACES

    def _compound(self, word: str) -> list[Meaning]:
        """Return what a word means that is made of known ones: autismebotilbud, alkoholramt."""
        for at in range(len(word) - MIN_TAIL, MIN_HEAD - 1, -1):
            head, tail = self._head(word[:at]), word[at:]
            if head is not None and tail in _FREE_OF:
                return []
            if head is not None:
                second = self._lexicon.phrases.get((tail,)) or self._lexicon.stems.get((stem(tail),))
                if second is not None:
                    return [head] if second.covered & head.covered else [head, second]
                if tail in self._lexicon.tails or stem(tail) in self._tail_stems:
                    return [head]
        return []

    @cached_property
    def _tail_stems(self) -> frozenset[str]:
        return frozenset(map(stem, self._lexicon.tails))

    def _head(self, head: str) -> Meaning | None:
        phrases = self._lexicon.phrases
        for each in (head, head.removesuffix("s"), head.removesuffix("e")):
            meaning = phrases.get((each,))
            if meaning is not None and len(each) >= MIN_HEAD and each not in self._lexicon.filler:
                return meaning
        return None

    def _with_negations(self, parts: list[Understood]) -> list[Understood]:
        """Mark what stands behind a negation, and what an "og" or "eller" joins to it."""
        result: list[Understood] = []
        for part in parts:
            before = [each.letters for each in self._tokens_before(part, result)]
            # A negation before a highest rate is of something else, or a part of it: "ikke over 2.000 kr.".
            negated = RATE_MAX not in part.meaning.subject and self._is_negated(before, part.meaning)
            joins = bool(result and result[-1].excluded and before and all(each in _AND for each in before))
            same = bool(result) and result[-1].meaning.subject == part.meaning.subject
            since = self._since(part, result)
            result.append(Understood(part.start, part.end, part.meaning, negated or (joins and same), since))
        return result

    def _tokens_before(self, part: Understood, found: Sequence[Understood]) -> list[Token]:
        since = found[-1].end if found else 0
        return [each for each in self._tokens if since <= each.start < part.start]

    def _since(self, part: Understood, found: Sequence[Understood]) -> int:
        small = STOP_WORDS | {word for negation in self._lexicon.negations for word in negation}
        since = part.start
        for token in reversed(self._tokens_before(part, found)):
            if token.letters not in small:
                break
            since = token.start
        return since

    def _is_negated(self, before: Sequence[str], meaning: Meaning) -> bool:
        """Return whether the words before a part end with a negation, and with nothing else that has a meaning."""
        for at in range(len(before) - 1, -1, -1):
            for negation in self._lexicon.negations:
                if tuple(before[at : at + len(negation)]) == negation:
                    between = before[at + len(negation) :]
                    reaches = all(each in _AFTER_NEGATIONS for each in between)
                    return (reaches or _leads_to(between, meaning)) and not self._affirms(before, at)
        return False

    def _affirms(self, before: Sequence[str], at: int) -> bool:
        """Return whether the negation at ``at`` is a part of words that take nothing away."""
        return any(
            tuple(before[start : start + len(phrase)]) == phrase
            for phrase in self._lexicon.affirmations
            for start in range(max(0, at - len(phrase) + 1), at + 1)
        )


def _leads_to(between: Sequence[str], meaning: Meaning) -> bool:
    """Return whether one small word joins a negation to what is meant: ikke til misbrugere, ikke i Odense."""
    joins = {letters_of("på"), "til", *({"i"} if meaning.subject == (PLACE,) else ())}
    return len(between) == 1 and between[0] in joins


@lru_cache(10_000)
def _place(words: Phrase, lexicon: Lexicon) -> Meaning | None:
    """Return which place a phrase names, also with an s too many or too few: Aalborgs, Vesthimmerland."""
    *first, last = words
    forms = [(*first, last), (*first, last.removesuffix("s"))]
    if len(last) >= MIN_WITHOUT_S:
        forms.append((*first, f"{last}s"))
    if first and (town := lexicon.towns.get(tuple(town_words(" ".join(words))))):
        forms.append(town)
    return next((lexicon.places[form] for form in forms if form in lexicon.places), None)


def _closest(meanings: Sequence[Meaning]) -> list[Meaning]:
    """Leave out what another one says more closely: Nordjylland beside Aalborg, misbrug beside alkohol."""
    return [
        each
        for each in meanings
        if AGE in each.subject or PERSONS in each.subject or not any(other.covered < each.covered for other in meanings)
    ]
