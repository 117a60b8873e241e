"""Which rows of the index hold a word, and how well they fit: names count most, then chosen terms. Pure."""

from collections.abc import Iterable, Iterator

from pyroaring import BitMap

from publication.search.criteria import DANISH_LETTERS, MIN_MISSPELT, MIN_PIECE, MIN_PREFIX
from publication.search.facets import keys_alike
from publication.search.index import SearchIndex
from publication.search.language.identifiers import LEADER, PERSON, people
from publication.search.language.spelling import changes, most_of
from publication.search.vocabulary import Names, Vocabulary
from publication.search.words import forms_of, spellings, without_danish_letters

NAME_WORD, NAME_PART, NAME_ALIKE = 1.0, 0.5, 0.4
TERM, TEXT_WORD = 0.3, 0.1


def word_rows(index: SearchIndex, word: str) -> BitMap:
    """Return the rows, also gone ones, that hold ``word``: in any form, inside a longer word, or misspelt in a name."""
    found = index.text.rows_of(_whole(index.text, word) | _inside(index.text, word))
    return found | name_rows(index, word, alike=True) | _person_rows(index, word)


def _person_rows(index: SearchIndex, word: str, kind: str = PERSON) -> BitMap:
    named = [index.identifiers.of(each) for each in people(word, kind)]
    return BitMap.intersection(*named) if named else BitMap()


def is_known(index: SearchIndex, word: str) -> bool:
    """Return whether a row that is public holds ``word`` as it is typed."""
    held = index.text.rows_of(_whole(index.text, word) | _inside(index.text, word)) | _person_rows(index, word)
    return bool(held & index.live)


def name_meant(index: SearchIndex, word: str) -> tuple[str, float] | None:
    """Return the word of a name that ``word`` was meant to be, and what the changes cost; None where none is near."""
    most = most_of(word)
    found = [
        (changes(word, each, most), each) for number in _misspelt(index, word) for each in index.titles.words_in(number)
    ]
    cost, meant = min(found, default=(most + 1, ""))
    return (meant, cost) if cost <= most else None


def name_rows(index: SearchIndex, word: str, *, alike: bool) -> BitMap:
    """Return the rows that hold ``word`` in their name; ``alike``: also misspelt."""
    titles = index.titles
    found = titles.rows_of(_whole(titles, word) | _inside(titles, word))
    return found | titles.rows_of(_misspelt(index, word)) if alike else found


def in_names(index: SearchIndex, words: Iterable[str]) -> BitMap:
    """Return the rows whose name holds each of ``words`` as a word."""
    found = [index.titles.rows_of(_whole(index.titles, word)) for word in words]
    return BitMap.intersection(*found) if found else BitMap()


def _whole(vocabulary: Vocabulary, word: str) -> frozenset[int]:
    return vocabulary.remember("whole", word, lambda: frozenset(_words(vocabulary, word)))


def _inside(vocabulary: Vocabulary, word: str) -> frozenset[int]:
    return vocabulary.remember("inside", word, lambda: frozenset(_pieces(vocabulary, word)))


def _words(vocabulary: Vocabulary, word: str) -> Iterator[int]:
    """Give the pieces that hold ``word`` as a word, in any of its forms."""
    for form in dict.fromkeys([*forms_of(word), without_danish_letters(word)]):
        yield from vocabulary.with_stem_of(form)
        if _is_short(form):
            yield from vocabulary.holding_word(form)
    if isinstance(vocabulary, Names):
        # In a text too much else begins with three letters that are a word.
        for each in spellings(word):
            if len(each) == MIN_PREFIX:
                yield from vocabulary.beginning_with(each)


def _pieces(vocabulary: Vocabulary, word: str) -> Iterator[int]:
    """Give the pieces that hold ``word`` anywhere; a short one would stand inside too many."""
    for form in forms_of(word):
        if not _is_short(form):
            yield from vocabulary.holding(form)


def _is_short(form: str) -> bool:
    return len(form) < MIN_PIECE and DANISH_LETTERS.fullmatch(form) is not None


def _misspelt(index: SearchIndex, word: str) -> dict[int, float]:
    if len(word) < MIN_MISSPELT:
        return {}
    return index.titles.remember("alike", word, lambda: index.titles.alike(word))


def weighed(index: SearchIndex, word: str) -> Iterator[tuple[BitMap, float]]:
    """Give what may be of worth in a row that holds ``word``, each with its weight."""
    titles = index.titles
    in_names = titles.rows_of(_whole(titles, word))
    yield in_names, NAME_WORD
    yield titles.rows_of(_inside(titles, word)) - in_names, NAME_PART
    for piece, likeness in _misspelt(index, word).items():
        yield titles.rows_of([piece]), NAME_ALIKE * likeness
    yield _person_rows(index, word), NAME_WORD
    yield _person_rows(index, word, LEADER), NAME_PART
    yield index.facets.of_any(keys_alike(word)), TERM
    yield index.text.rows_of(_whole(index.text, word)), TEXT_WORD
