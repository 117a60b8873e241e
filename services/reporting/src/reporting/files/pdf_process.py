"""Looks at a PDF in a process of its own: ``python -m reporting.files.pdf_process``.

A PDF is a program for a large parser, and comes from anywhere. This process takes the file on its standard input and
writes one JSON document: ``{"pages", "unread_pages"}``, or ``{"code", "detail", "pages"}`` where it cannot be used.
What it may cost is bounded by the operating system; once its libraries are there it can open nothing any more.
"""

import codecs
import io
import logging
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, BinaryIO

from reporting.bounded_process import Refused, answer, limit, open_nothing_more

MAX_PAGES = 100
MAX_OBJECTS = 20_000
MAX_DEPTH = 50
BEGIN, END = b"%PDF-", b"%%EOF"
PACKAGE, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BLANK = b"\r\n\t\f\0 "
# Less than this beside a picture is a stamp on a scan, and not the text of the page.
STAMP = 200
READABLE = 0.6
LOADED_LATE = ("pypdf.filters", "pypdf.xmp", "pypdf._codecs.core_font_metrics", "pypdf.generic._image_inline")
ENCODINGS = ("ascii", "charmap", "cp1252", "latin-1", "mac-roman", "utf-8", "utf-16", "utf-16-be", "utf-16-le")
ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/Launch", "/XFA", "/RichMediaContent", "/RichMediaSettings"})
ACTIVE_ACTIONS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
        "/GoToE",
        "/GoToR",
        "/Movie",
        "/Sound",
        "/Rendition",
        "/RichMediaExecute",
        "/Trans",
        "/GoTo3DView",
    }
)
ACTIVE_PARTS = frozenset({"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
EMBEDDING_KEYS = frozenset({"/EmbeddedFiles", "/EF", "/Collection"})
EMBEDDED = frozenset({"/EmbeddedFile", "/FileAttachment"})
# What is hidden from the list of objects still stands in the file.
RAW_ACTIVE = (b"/JavaScript", b"/Launch", b"/XFA")
RAW_EMBEDDED = (b"/EmbeddedFile", b"/FileAttachment")

FORMAT = "Filen er ikke en PDF. Gem dokumentet som PDF, og vælg den fil."
OFFICE = "Filen er et Word- eller Excel-dokument med et andet navn. Gem det som PDF, og vælg den fil."
DAMAGED = "PDF-filen er afbrudt eller ødelagt. Gem den igen, og send den på ny."
TAIL = "Der står mere i filen efter PDF-dokumentets slutning. Gem dokumentet som PDF igen."
PROTECTED = "PDF-filen er beskyttet med adgangskode. Gem den uden adgangskode, og send den igen."
ACTIVE = "PDF-filen indeholder et program eller en handling, der kan udføres. Udskriv den til en ny PDF, og send den."
ATTACHED = "PDF-filen har andre filer vedhæftet. Udskriv den til en ny PDF uden vedhæftninger, og send den."
LARGE = "PDF-filen er for stor at læse. En erklæring har højst {most} sider. Udskriv den til en ny PDF, og send den."
CPR = "PDF-filen ser ud til at indeholde et CPR-nummer {where}. Fjern det, og send filen igen."


def read(content: bytes) -> dict[str, Any]:
    """Return what is known of a PDF that can be used; Refused for every other."""
    _refuse_other_formats(content)
    # What was refused before costs no import.
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.errors import LimitReachedError  # noqa: PLC0415

    from contracts.cpr import holds_cpr  # noqa: PLC0415

    _load_the_rest()
    # What the library would warn of goes nowhere.
    logging.disable()
    open_nothing_more()
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise Refused("file-protected", PROTECTED)
        strings = list(_strings(reader))
        texts = _page_texts(reader)
        where = [number for number, (text, _) in enumerate(texts, 1) if holds_cpr(text)]
        if where or any(map(holds_cpr, strings)):
            raise _cpr(where)
        return {"pages": len(texts), "unread_pages": [n for n, (_, unread) in enumerate(texts, 1) if unread]}
    except (Refused, MemoryError, RecursionError):
        raise
    except LimitReachedError as error:
        raise _too_large() from error
    except Exception as error:
        # The library raises whatever a wrong part of a file leads to.
        raise Refused("file-damaged", DAMAGED) from error


def _load_the_rest() -> None:
    """Load what the libraries would load when a file needs it: then nothing can be opened any more."""
    for module in LOADED_LATE:
        import_module(module)
    for encoding in ENCODINGS:
        codecs.lookup(encoding)


def _refuse_other_formats(content: bytes) -> None:
    """Refuse what is no PDF from its first byte to its last: a file that is two things at once is neither."""
    if content.startswith((PACKAGE, OLE)):
        raise Refused("file-format", OFFICE)
    if not content.startswith(BEGIN):
        raise Refused("file-format", FORMAT)
    if END not in content:
        raise Refused("file-damaged", DAMAGED)
    if not content.rstrip(BLANK).endswith(END):
        raise Refused("file-format", TAIL)
    if any(each in content for each in RAW_ACTIVE):
        raise Refused("file-active", ACTIVE)
    if any(each in content for each in RAW_EMBEDDED):
        raise Refused("file-embedded", ATTACHED)


def _strings(reader: Any) -> Iterator[str]:
    """Yield every text outside the pages; Refused for an object that does something or holds a file."""
    from pypdf.generic import IndirectObject  # noqa: PLC0415

    known = [(number, generation) for generation, each in reader.xref.items() for number in each]
    known += [(number, 0) for number in reader.xref_objStm]
    if len(known) > MAX_OBJECTS:
        raise _too_large()
    for number, generation in known:
        yield from _walk(reader.get_object(IndirectObject(number, generation, reader)), 0)
    yield from _walk(reader.trailer, 0)


def _walk(value: Any, depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        raise Refused("file-damaged", DAMAGED)
    if isinstance(value, dict):
        _refuse_active(value)
        for each in value.values():
            yield from _walk(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _walk(each, depth + 1)
    elif type(value).__name__ == "TextStringObject" and not value.startswith("D:"):
        yield str(value)


def _refuse_active(part: Mapping[Any, Any]) -> None:
    kinds = {each for name in ("/Type", "/Subtype") if isinstance(each := part.get(name), str)}
    if part.keys() & ACTIVE_KEYS or part.get("/S") in ACTIVE_ACTIONS or kinds & ACTIVE_PARTS:
        raise Refused("file-active", ACTIVE)
    if part.keys() & EMBEDDING_KEYS or kinds & EMBEDDED:
        raise Refused("file-embedded", ATTACHED)


def _page_texts(reader: Any) -> list[tuple[str, bool]]:
    """Return the text of each page, and whether more is to be seen on it than could be read."""
    if int(reader.trailer["/Root"]["/Pages"].get("/Count", 0)) > MAX_PAGES or len(reader.pages) > MAX_PAGES:
        raise _too_large()
    found = [_page_text(page) for page in reader.pages]
    if not found:
        raise Refused("file-damaged", DAMAGED)
    return found


def _page_text(page: Any) -> tuple[str, bool]:
    text = page.extract_text() or ""
    plain = "".join(text.split())
    if not plain:
        contents = page.get_contents()
        return "", contents is not None and bool(contents.get_data().strip())
    readable = sum(each.isalnum() or each in ".,:;-()/%&§+'\"" for each in plain) / len(plain)
    return text, readable < READABLE or (len(plain) < STAMP and _has_picture(page))


def _has_picture(page: Any) -> bool:
    resources = page.get("/Resources")
    pictures = resources.get_object().get("/XObject") if resources else None
    parts = pictures.get_object().values() if pictures else ()
    return any(each.get_object().get("/Subtype") == "/Image" for each in parts)


def _cpr(pages: list[int]) -> Refused:
    numbers = [str(each) for each in pages]
    listed = " og ".join([", ".join(numbers[:-1]), numbers[-1]] if len(numbers) > 1 else numbers)
    where = f"på side {listed}" if pages else "i sine egenskaber, felter eller noter"
    return Refused("cpr-number", CPR.format(where=where), pages=pages)


def _too_large() -> Refused:
    return Refused("file-too-large", LARGE.format(most=MAX_PAGES))


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Look at one file and write what it is."""
    limit()
    answer(source, target, read, too_large=_too_large())


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
