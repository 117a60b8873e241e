"""The words of the public pages: our own, or those that an operator put into a folder (R2).

A file is read again when it has changed. What cannot be read is told in the log, and what stood there before stays.
"""

import logging
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from portal.public.texts.documents import Contacts, Explanations, News, NewsItem, TextPage
from web.validation import OF_TYPES

log = logging.getLogger(__name__)

MODELS: Final[dict[str, type[BaseModel]]] = {
    "news": News,
    "contacts": Contacts,
    "forklaringer": Explanations,
    **dict.fromkeys(
        (
            "klage",
            "magtanvendelse",
            "whistleblow",
            "privatliv",
            "tilgaengelighed",
            "plejefamilier",
            "egne-oplysninger",
        ),
        TextPage,
    ),
}
LARGEST_FILE = 200_000
WRONG_FORM = "Værdien har ikke den rigtige form."


class UnreadableText(Exception):
    """A file of words cannot be used; ``reasons`` say where and why, one sentence each."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def parse(name: str, written: str) -> BaseModel:
    """Return the document that a file holds; UnreadableText when it holds none."""
    try:
        return MODELS[name].model_validate(yaml.safe_load(written))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"linje {mark.line + 1}: " if mark else ""
        raise UnreadableText([f"{where}filen er ikke gyldig YAML"]) from error
    except ValidationError as error:
        lines = Lines.of(written)
        reasons = [
            f"linje {lines.line(each['loc'])}, {_place(each['loc'])}: {_detail(each)}" for each in error.errors()
        ]
        raise UnreadableText(reasons) from error
    except (ValueError, RecursionError) as error:
        # A day that no calendar has, and the like.
        raise UnreadableText(["filen har en værdi, der ikke findes, eller for mange niveauer"]) from error


def _detail(error: ErrorDetails) -> str:
    """Return in Danish what is wrong with a value."""
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        return str(context["error"])
    _, sentence = OF_TYPES.get(error["type"], ("", WRONG_FORM))
    return sentence.format(**context)


class Lines:
    """The lines on which the values of a file of YAML stand."""

    def __init__(self, root: yaml.Node | None) -> None:
        self._root = root

    @classmethod
    def of(cls, written: str) -> "Lines":
        """Return the lines of a file that is YAML."""
        return cls(yaml.compose(written, Loader=yaml.SafeLoader))

    def line(self, location: Sequence[int | str]) -> int:
        """Return the line of a value; of what it is missing in, where it is missing."""
        node, line = self._root, 1
        for part in location:
            if isinstance(node, yaml.MappingNode):
                key, node = next((pair for pair in node.value if pair[0].value == str(part)), (None, None))
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                key = node = node.value[part]
            else:
                break
            line = key.start_mark.line + 1 if key else line
        return line


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(each + 1 if isinstance(each, int) else each) for each in location) or "filen"


def read(path: Path) -> BaseModel:
    """Return the document of a file, whose name without its ending says what it is; UnreadableText else."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableText([f"filen er større end {LARGEST_FILE // 1000} kB"])
        return parse(path.stem, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableText([f"filen kan ikke læses ({type(error).__name__})"]) from error


class Texts:
    """The documents by name; those of ``folder`` take the place of ours."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        own = files("portal.public.texts")
        self._own = {name: parse(name, own.joinpath(f"{name}.yaml").read_text(encoding="utf-8")) for name in MODELS}
        self._read: dict[str, tuple[int, BaseModel]] = {}

    def news(self) -> list[NewsItem]:
        """Return the news, newest first."""
        found: News = self._current("news")  # type: ignore[assignment]
        return sorted(found.root, key=lambda item: item.date, reverse=True)

    def contacts(self) -> Contacts:
        """Return whom to contact."""
        return self._current("contacts")  # type: ignore[return-value]

    def explanations(self) -> Explanations:
        """Return what the words on the page of a tilbud mean."""
        return self._current("forklaringer")  # type: ignore[return-value]

    def page(self, name: str) -> TextPage:
        """Return a page of words."""
        return self._current(name)  # type: ignore[return-value]

    def _current(self, name: str) -> BaseModel:
        path = self._folder / f"{name}.yaml" if self._folder else None
        try:
            written_at = path.stat().st_mtime_ns if path and path.is_file() else None
        except OSError:
            written_at = None
        if path is None or written_at is None:
            self._read.pop(name, None)
            return self._own[name]
        changed_at, before = self._read.get(name, (-1, self._own[name]))
        if written_at != changed_at:
            try:
                before = read(path)
            except UnreadableText as refusal:
                log.warning("text not used", extra={"file": path.name, "reasons": len(refusal.reasons)})
            self._read[name] = (written_at, before)
        return before
