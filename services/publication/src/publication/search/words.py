"""The Danish of the search: words of a query, their other forms, and the order of names."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
MAX_WORDS = 12

# What is so common that it says nothing; PostgreSQL's Danish dictionary leaves these out as well.
_STOP_WORDS = (
    "af alle alt anden at blev blive bliver da de dem den denne der deres det dette dig din disse dog du efter eller",
    "en end er et for fra ham han hans har havde have hende hendes her hos hun hvad hvis hvor i ikke ind jeg jer jo",
    "kunne man mange med meget men mig min mine mit mod ned noget nogle nu når og også om op os over på selv sig sin",
    "sine sit skal skulle som sådan thi til ud under var vi vil ville vor være været",
)
STOP_WORDS = frozenset(word for line in _STOP_WORDS for word in line.split())

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
# In the code order of characters these three stand behind z, in the Danish order.
_BEHIND_Z = {"æ": "{", "ø": "|", "å": "}"}


def words_of(query: str) -> list[str]:
    """Return the words of ``query`` that mean something, in lower case; all of them when none does."""
    found = list(dict.fromkeys(_WORD.findall(fold(query))))[:MAX_WORDS]
    meaning = [word for word in found if word not in STOP_WORDS]
    return meaning or found


def fold(text: str) -> str:
    """Return ``text`` in lower case with each letter in its one composed form."""
    return unicodedata.normalize("NFC", text).lower()


def forms_of(word: str) -> tuple[str, ...]:
    """Return ``word`` and the forms of it that stemming does not find."""
    return _forms().get(word, (word,))


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    return {word: (word, *(each for each in group if each != word)) for group in _FORMS for word in group}


def sort_key(name: str) -> str:
    """Return what puts ``name`` in Danish order when it is compared by character codes: aa sorts as å."""
    text = fold(name)
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
