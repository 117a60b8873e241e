"""What a form sends: fields by name, checked for encoding and size before anything reads them."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from chassis.errors import BadRequest
from chassis.ids import uuid7

COMMAND = "command"
MOST_FIELDS = 20_000
COMMAND_LENGTH = 36


class FormData:
    """The fields of a form. A name may come several times; ``text`` takes the last one."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        self._fields = fields

    @classmethod
    def of(cls, pairs: Any) -> "FormData":
        """Return the fields of name and value pairs."""
        fields: dict[str, list[str]] = {}
        for name, value in pairs:
            fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
        return cls(fields)

    def text(self, name: str) -> str:
        """Return the value of ``name`` without blanks around it, or an empty text."""
        values = self._fields.get(name)
        return values[-1].strip() if values else ""

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
    def command(self) -> str:
        """Return the key that makes sending the form twice one command."""
        key = self.text(COMMAND)
        return key if key.isascii() and len(key) == COMMAND_LENGTH else uuid7()


def parse(body: bytes) -> FormData:
    """Read the body of a form; BadRequest when it is not what a browser sends."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS, separator="&"
        )
    except ValueError as error:
        raise BadRequest("Formularen kan ikke læses.") from error
    return FormData.of((name, value) for name, value in pairs if "\0" not in name)
