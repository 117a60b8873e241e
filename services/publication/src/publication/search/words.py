"""The Danish of the search: words of a query, their other forms, and the order of names."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product

from contracts.characters import BLANK, INVISIBLE

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
PIECE = re.compile(r"[^\W_]+")
_ID = re.compile(r"\bcrv[\s-]*(\d+)\b")
MAX_WORDS = 12

# What is so common that it says nothing; PostgreSQL's Danish dictionary leaves these out as well.
_STOP_WORDS = (
    "af alle alt anden at blev blive bliver da de dem den denne der deres det dette dig din disse dog du efter eller",
    "en end er et for fra ham han hans har havde have hende hendes her hos hun hvad hvis hvor i ikke ind jeg jer jo",
    "kunne man mange med meget men mig min mine mit mod ned noget nogle nu når og også om op os over på selv sig sin",
    "sine sit skal skulle som sådan thi til ud under var vi vil ville vor være været",
)

# Stemming does not bring these together: the vowel changes.
_FORMS = (
    ("barn", "børn", "barnet", "børnene"),
    ("mand", "mænd", "manden", "mændene"),
    ("forælder", "forældre", "mor", "far"),
    ("ung", "unge", "ungdom"),
    ("bror", "brødre"),
    ("datter", "døtre"),
    ("nat", "nætter"),
    ("hånd", "hænder"),
    ("tand", "tænder"),
    ("ko", "køer"),
    ("gård", "gårde"),
    ("ø", "øer"),
)
_LETTERS = {"aa": "å", "ä": "æ", "ö": "ø", "ü": "y", "ð": "d", "þ": "th", "ß": "ss"}
# What is made of a letter and a mark, and stays itself or becomes a Danish letter when all other marks go.
_COMPOSED = {"a\u030a": "å", "a\u0308": "ä", "o\u0308": "ö"}
_SPELT = {"å": "å", "ä": "æ", "ö": "ø", "ð": "d", "þ": "th", "ł": "l", "đ": "d", "ı": "i"}
# How two letters are written without a Danish keyboard. In a text they may be what they are, as in "beboerne".
_DIGRAPHS = {"oe": "ø", "ae": "æ"}
_DIGRAPH = re.compile("(oe|ae)")
MAX_DIGRAPHS = 3
# In the code order of characters these three stand behind z, in the Danish order.
_BEHIND_Z = {"æ": "{", "ø": "|", "å": "}"}


def words_of(query: str) -> dict[str, str]:
    """Return the words of ``query`` that mean something, folded, each with how it was typed; all when none does."""
    found = {word: typed for part in with_ids(query).split() for word, typed in _folded_words(part)}
    found = dict(list(found.items())[:MAX_WORDS])
    meaning = {word: typed for word, typed in found.items() if word not in STOP_WORDS}
    return meaning or found


def _folded_words(part: str) -> Iterator[tuple[str, str]]:
    """Give the words of ``part`` as a text has them when it is folded: 2½ is two words, marks separate none."""
    folded, typed = _WORD.findall(fold(part)), _WORD.findall(part)
    return zip(folded, typed if len(typed) == len(folded) else [part] * len(folded), strict=True)


def with_ids(query: str) -> str:
    """Return ``query`` in its plain form, with the ids of tilbud in it spelt as they are."""
    return _ID.sub(r"crv-\1", plain(query))


def plain(text: str) -> str:
    """Return ``text`` in lower case with composed letters, without what cannot be seen."""
    composed = unicodedata.normalize("NFC", INVISIBLE.sub("", text))
    return BLANK.sub(" ", composed).lower().strip()


def fold(text: str) -> str:
    """Return how ``text`` is searched: small Danish letters without accents, aa as å, and nothing that is not seen.

    Each character is looked at by itself: to order marks costs the square of their number.
    """
    text = text.lower()
    for written, letter in _COMPOSED.items():
        text = text.replace(written, letter)
    return text.translate(_FOLDED).replace("aa", "å")


class _FoldedCharacters(dict[int, str]):
    """What each character, by its code, becomes when it is folded; found out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in _SPELT:
            folded = _SPELT[character]
        elif BLANK.match(character):
            folded = " "
        elif INVISIBLE.match(character):
            folded = ""
        else:
            parts = unicodedata.normalize("NFKD", character).casefold()
            folded = "".join(_SPELT.get(part, part) for part in parts if not unicodedata.combining(part))
        return self.setdefault(code, folded)


_FOLDED = _FoldedCharacters()
STOP_WORDS = frozenset(fold(word) for line in _STOP_WORDS for word in line.split())


def spellings(word: str) -> tuple[str, ...]:
    """Return ``word`` and how it is written where its oe is an ø and its ae an æ; a common word is meant as such.

    Each of the first digraphs may be either, as in "Noelshøj"; those of a word with more are all meant as letters too.
    """
    parts = _DIGRAPH.split(word, maxsplit=MAX_DIGRAPHS)
    readings = product(*((part, _DIGRAPHS[part]) if part in _DIGRAPHS else (part,) for part in parts))
    all_letters = _DIGRAPH.sub(lambda digraph: _DIGRAPHS[digraph[0]], word)
    found = dict.fromkeys(["".join(reading) for reading in readings] + [all_letters])
    common = [each for each in found if each in _forms()]
    return tuple(common or found)


def forms_of(word: str) -> tuple[str, ...]:
    """Return ``word``, its other spellings, and the forms of each that stemming does not find."""
    return tuple(dict.fromkeys(form for each in spellings(word) for form in _forms().get(each, (each,))))


def letters_of(text: str) -> str:
    """Return the letters and digits of ``text``, folded, its oe and ae as ø and æ: the same however it is written."""
    folded = "".join(each for each in fold(text) if each.isalnum())
    return _DIGRAPH.sub(lambda digraph: _DIGRAPHS[digraph[0]], folded)


def name_letters(name: str) -> str:
    """Return the letters and digits of a name, its "&" as "og": the same however somebody types it."""
    return letters_of(name.replace("&", " og "))


def tokens(text: str) -> tuple[str, ...]:
    """Return the ``letters_of`` each piece of ``text`` between signs."""
    return tuple(letters for piece in PIECE.findall(text) if (letters := letters_of(piece)))


def without_danish_letters(word: str) -> str:
    """Return how a text without a Danish keyboard would have ``word``."""
    for digraph, letter in _DIGRAPHS.items():
        word = word.replace(letter, digraph)
    return word


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    groups = [tuple(fold(word) for word in group) for group in _FORMS]
    return {word: (word, *(each for each in group if each != word)) for group in groups for word in group}


def sort_key(name: str) -> str:
    """Return what puts ``name`` in Danish order when it is compared by character codes: aa sorts as å."""
    text = plain(name)
    for written, sorted_as in _LETTERS.items():
        text = text.replace(written, sorted_as)
    return "".join(_sorted_as(letter) for letter in text)


def _sorted_as(letter: str) -> str:
    if letter in _BEHIND_Z:
        return _BEHIND_Z[letter]
    return unicodedata.normalize("NFD", letter)[0]


def searchable_text(parts: Iterable[str]) -> str:
    """Return ``parts`` as one searchable text: folded, each once."""
    return fold(" \n".join(dict.fromkeys(part for part in parts if part)))
