"""What a tilbud is known by beside its name: numbers, addresses on the net, people; in rows and queries alike."""

import re
from collections.abc import Iterator

from publication.search.words import tokens

NUMBER, MAIL, SITE, PERSON, LEADER = "number", "mail", "site", "person", "leader"
# The code of Denmark before a telephone number.
_ABROAD = re.compile(r"^(?:\+|00)45")
_NUMBERS = re.compile(r"(?:(?:\+|00)45[\s.-]*)?(?<![\d.-])\d(?:[\s.-]?\d){7,9}(?!\d)")
_MAILS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SITES = re.compile(r"(?<![\w@.-])(?:https?://)?((?:[\w-]+\.)+[a-zæøå]{2,})(?![\w@])", re.IGNORECASE)
# So many words make a whole name: then it is meant, whatever the words mean by themselves.
WHOLE_NAME = 2


def identifier(kind: str, value: object) -> str | None:
    """Return how a value of one kind is written in a row; None where there is none."""
    if not isinstance(value, str) or not value.strip():
        return None
    if kind == NUMBER:
        digits = re.sub(r"[^0-9]", "", _ABROAD.sub("", value.strip()))
        return f"{NUMBER}:{digits}" if digits else None
    text = value.strip().lower()
    if kind == SITE:
        text = re.sub(r"^https?://", "", text).rpartition("@")[2].split("/")[0].split(":")[0].removeprefix("www.")
    return f"{kind}:{text}"


def people(name: object, kind: str = PERSON) -> list[str]:
    """Return how the words of somebody's name are written in a row; ``LEADER`` are people as well."""
    return [f"{kind}:{word}" for word in tokens(name)] if isinstance(name, str) else []


def identifiers_in(query: str) -> list[str]:
    """Return the numbers and addresses of ``query`` as rows have them."""
    return list(dict.fromkeys(each for each in _all_in(query) if each))


def _all_in(query: str) -> Iterator[str | None]:
    for match in _NUMBERS.finditer(query):
        yield identifier(NUMBER, match[0])
    for match in _MAILS.finditer(query):
        yield identifier(MAIL, match[0])
    for match in _SITES.finditer(query):
        yield identifier(SITE, match[1])
