"""The gate for text: the one place that says what a text is when it enters, whatever the entrance.

A form step, a request, an event of an outside party and a file all get the same verdict and store the same value:
composed letters (NFC), line breaks and blanks of one sort, nothing invisible, trimmed. What cannot be shown is refused
with its place and its name, never with what stands around it. The cost follows the length of the text.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from contracts.characters import (
    BLANK,
    BULLET,
    LINE_BREAK,
    MOST_MARKS,
    OFFICE_BULLET,
    is_showable,
    name_of,
    without_invisible,
)
from contracts.cpr import holds_cpr

_ODD = re.compile("[^ -~\xa1-\xac\xae-\u02ff\n]")


class RefusedText(ValueError):
    """A text that must not enter. ``code`` is stable, ``detail`` a Danish sentence that repeats nothing of the text."""

    def __init__(self, code: str, detail: str) -> None:
        """Refuse with ``code`` and ``detail``."""
        super().__init__(detail)
        self.code = code
        self.detail = detail


def clean(text: str, *, several_lines: bool = False) -> str:
    """The text as it is stored, searched, shown and compared; empty when nothing can be seen of it.

    Line breaks of every sort become `\\n` where several lines are allowed, blanks where not. RefusedText for a
    control character, half a surrogate pair and the like.
    """
    if _ODD.search(text):
        text = _without_oddities(text, several_lines=several_lines)
    elif not several_lines:
        text = text.replace("\n", " ")
    text = text.strip(" \n")
    return text if _is_seen(text) else ""


def cleaned(text: str, limit: int, *, several_lines: bool = False) -> str:
    """The text as it is stored; RefusedText also when it is blank, longer than `limit` or holds a CPR number."""
    stored = clean(text, several_lines=several_lines)
    if not stored:
        raise RefusedText("missing", "Feltet skal udfyldes.")
    if len(stored) > limit:
        raise RefusedText("too-long", f"Teksten må højst være {limit} tegn.")
    if holds_cpr(stored):
        raise RefusedText("cpr-number", "Teksten ser ud til at indeholde et CPR-nummer. Fjern det.")
    return stored


def is_blank(text: str) -> bool:
    """Whether a text says nothing: it is empty, or nothing in it is seen."""
    try:
        return not clean(text, several_lines=True)
    except RefusedText:
        return False


@dataclass(frozen=True, eq=False)
class Gate:
    """Lets a Pydantic model store the value that `check` returns, and answer with the code of what it refuses.

    Stands in `Annotated[str, …]`; `schema` is what the documents say of the value.
    """

    check: Callable[[str], str]
    schema: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Return the schema of a text that is checked."""
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return what the documents say."""
        return {"type": "string", **self.schema}

    def _checked(self, text: str) -> str:
        try:
            return self.check(text)
        except RefusedText as refused:
            raise PydanticCustomError(refused.code, "{detail}", {"detail": refused.detail}) from None


def up_to(limit: int, *, several_lines: bool = True) -> Gate:
    """The gate of a text of at most `limit` characters, for instance `Annotated[str, up_to(500)]`."""
    schema = {"minLength": 1, "maxLength": limit}
    return Gate(lambda text: cleaned(text, limit, several_lines=several_lines), schema)


def _none_when_blank(value: object) -> object:
    if not isinstance(value, str):
        return value
    return None if is_blank(value) else value


def _without_oddities(text: str, *, several_lines: bool) -> str:
    text = LINE_BREAK.sub("\n" if several_lines else " ", text)
    text = BLANK.sub(" ", text).replace(OFFICE_BULLET, BULLET)
    text = without_invisible(text)
    _refuse_unshowable(text)
    return unicodedata.normalize("NFC", text)


def _refuse_unshowable(text: str) -> None:
    marks = 0
    for index, character in enumerate(text):
        if not is_showable(character) and character != "\n":
            detail = f"{_place(text, index)} kan ikke vises: {name_of(character)}. Slet det."
            raise RefusedText("control-character", detail)
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks > MOST_MARKS:
            detail = f"{_place(text, index)} er et af for mange tegn oven i hinanden: {name_of(character)}."
            raise RefusedText("control-character", detail)


def _place(text: str, index: int) -> str:
    lines = text[:index].split("\n")
    number = f"Tegn nummer {len(lines[-1]) + 1}"
    return f"{number} i linje {len(lines)}" if "\n" in text else number


def _is_seen(text: str) -> bool:
    """Whether anything stands in the text but blanks and marks without a letter."""
    return any(not character.isspace() and unicodedata.category(character)[0] != "M" for character in text)


# For `Annotated[LongText | None, BLANK_IS_NONE]`: a blank text says that there is no answer.
BLANK_IS_NONE = BeforeValidator(_none_when_blank)

Line = Annotated[str, up_to(200, several_lines=False)]
TilbudName = Line
Street = Line
PersonName = Line
City = Line
LongText = Annotated[str, up_to(4_000)]
TilsynText = Annotated[str, up_to(20_000)]
# Words to look for: cleaned like what they are compared with, and blank for no question.
SearchText = Annotated[str, Gate(clean, {"maxLength": 200})]
OptionalLongText = Annotated[LongText | None, BLANK_IS_NONE]
