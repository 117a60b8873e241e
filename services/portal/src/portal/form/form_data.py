"""What a form sends: fields by name, checked for encoding and size before anything reads them."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from chassis.ids import uuid7
from contracts.text import is_blank
from web.errors import BadRequest, TooLarge

COMMAND = "command"
MOST_FIELDS = 20_000
COMMAND_LENGTH = 36


class FormData:
    """The fields of a form. A name may come several times; ``text`` takes the last one.

    What is in a form that ``is_unconfirmed`` is shown to its writer once more, and nothing is done with it.
    """

    def __init__(self, fields: Mapping[str, list[str]], *, is_unconfirmed: bool = False) -> None:
        self._fields = fields
        self.is_unconfirmed = is_unconfirmed

    @classmethod
    def of(cls, pairs: Any) -> "FormData":
        """Return the fields of name and value pairs."""
        fields: dict[str, list[str]] = {}
        for name, value in pairs:
            fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
        return cls(fields)

    def text(self, name: str) -> str:
        """Return the value of ``name`` without blanks around it; an empty text where nothing in it is seen."""
        values = self._fields.get(name)
        return "" if not values or is_blank(values[-1]) else values[-1].strip()

    def typed(self, name: str) -> str:
        """Return the value of ``name`` as it was typed, to be shown again."""
        values = self._fields.get(name)
        return values[-1] if values else ""

    def texts(self, name: str) -> list[str]:
        """Return every value of ``name`` that is not blank, each once."""
        return list(dict.fromkeys(value.strip() for value in self._fields.get(name, []) if value.strip()))

    def all(self, name: str) -> list[str]:
        """Return every value of ``name`` as it was sent."""
        return list(self._fields.get(name, []))

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return every name with every value."""
        return [(name, value) for name, values in self._fields.items() for value in values]

    def encoded(self) -> str:
        """Return the fields as a browser sends them."""
        return urlencode(self.pairs)

    def without(self, names: Collection[str]) -> "FormData":
        """Return the other fields."""
        return FormData({name: values for name, values in self._fields.items() if name not in names})

    def with_answers_of(self, other: "FormData", pointers: Collection[str]) -> "FormData":
        """Return the fields with those of ``other`` at these pointers, and below them."""

        def is_there(name: str) -> bool:
            return any(name == each or name.startswith((f"{each}/", f"{each}#")) for each in pointers)

        own = [pair for pair in self.pairs if not is_there(pair[0])]
        return FormData.of([*own, *(pair for pair in other.pairs if is_there(pair[0]))])

    def unconfirmed(self) -> "FormData":
        """Return the same fields, to be shown only."""
        return FormData(self._fields, is_unconfirmed=True)

    @property
    def command(self) -> str:
        """Return the key that makes sending the form twice one command."""
        key = self.text(COMMAND)
        return key if key.isascii() and len(key) == COMMAND_LENGTH else uuid7()


def parse(body: bytes) -> FormData:
    """Read the body of a form; BadRequest when it is not what a browser sends, TooLarge when it has too many fields."""
    if body.count(b"&") >= MOST_FIELDS:
        raise TooLarge("Formularen har for mange felter.")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", separator="&")
    except ValueError as error:
        raise BadRequest("Formularen kan ikke læses.") from error
    return FormData.of((name, value) for name, value in pairs if "\0" not in name)
