"""A query whose words are misspelt, as it was meant: by the words of the language and those of the register. Pure."""

from publication.search.index import SearchIndex
from publication.search.language.lexicon import Lexicon
from publication.search.language.sentence import Reading, read
from publication.search.scores import is_known, name_meant
from publication.search.words import PIECE, letters_of


def repaired(reading: Reading, lexicon: Lexicon, index: SearchIndex | None) -> Reading | None:
    """Return the reading with each word that nothing holds as the word that it was meant to be; None where none was.

    Without an ``index`` only the words of the language are known.
    """
    if reading.identifiers:
        return None
    query, unknown = reading.query, {letters_of(word) for word in reading.rest} - lexicon.well_spelt
    for match in reversed(list(PIECE.finditer(query))):
        word = letters_of(match[0])
        if word in unknown and not (index and is_known(index, word)):
            meant = _meant(word, lexicon, index)
            if meant:
                query = f"{query[: match.start()]}{meant}{query[match.end() :]}"
    return read(query, lexicon) if query != reading.query else None


def _meant(word: str, lexicon: Lexicon, index: SearchIndex | None) -> str | None:
    term = lexicon.speller.nearest(word)
    name = name_meant(index, word) if index else None
    if term and (name is None or term[1] <= name[1]):
        return lexicon.written.get(term[0], term[0])
    return name[0] if name else None
