"""PDF files as people have them, and as nobody should."""

import io
import zlib
from collections.abc import Mapping, Sequence

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

STATEMENT = "Den uafhængige revisors erklæring om taksten for 2027. Taksten er beregnet efter reglerne."


def pdf(*pages: str, about: Mapping[str, str] | None = None, password: str = "") -> bytes:
    """Return a PDF with these texts, a page each; an empty text is a blank page."""
    writer = writer_of(*(pages or (STATEMENT,)))
    if about:
        writer.add_metadata({f"/{name}": value for name, value in about.items()})
    if password:
        writer.encrypt(password)
    return written(writer)


def writer_of(*pages: str) -> PdfWriter:
    """Return what writes a PDF with these texts."""
    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(595, 842)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): _font()})
        _draw(page, b"BT /F1 12 Tf 50 700 Td (" + text.encode("cp1252") + b") Tj ET" if text else b"")
    return writer


def scan(stamp: str = "", *, pages: int = 1) -> bytes:
    """Return a PDF whose pages are pictures, with a line of text beside it where there is a ``stamp``."""
    writer = PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(595, 842)
        picture = DecodedStreamObject()
        picture.set_data(bytes(64))
        kind = {"/Type": "/XObject", "/Subtype": "/Image", "/ColorSpace": "/DeviceGray"}
        picture.update({NameObject(name): NameObject(value) for name, value in kind.items()})
        for name in ("/Width", "/Height", "/BitsPerComponent"):
            picture[NameObject(name)] = FloatObject(8)
        shown = DictionaryObject({NameObject("/Im1"): writer._add_object(picture)})
        resources = {NameObject("/XObject"): shown, NameObject("/Font"): _font()}
        page[NameObject("/Resources")] = DictionaryObject(resources)
        line = b"BT /F1 8 Tf 50 20 Td (" + stamp.encode("cp1252") + b") Tj ET" if stamp else b""
        _draw(page, b"q 595 0 0 842 0 0 cm /Im1 Do Q " + line)
    return written(writer)


def with_root(name: str, value: str) -> bytes:
    """Return a PDF whose catalogue has an action that runs when it is opened: ``/S`` is ``name``."""
    writer = writer_of(STATEMENT)
    action = DictionaryObject({NameObject("/S"): NameObject(name), NameObject("/F"): TextStringObject(value)})
    writer._root_object[NameObject("/OpenAction")] = action
    return written(writer)


def with_script() -> bytes:
    """Return a PDF with JavaScript whose name is spelt so that no search for it finds it."""
    return with_root("/Launch", "x").replace(b"/Launch", b"/J#61vaScript")


def with_attachment() -> bytes:
    """Return a PDF that carries another file."""
    writer = writer_of(STATEMENT)
    writer.add_attachment("regnskab.xml", b"<x/>")
    return written(writer)


def with_note(text: str) -> bytes:
    """Return a PDF with a note on its page, outside of the page's own text."""
    writer = writer_of(STATEMENT)
    note = {NameObject("/Subtype"): NameObject("/Text"), NameObject("/Contents"): TextStringObject(text)}
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(DictionaryObject(note))])
    return written(writer)


def bomb() -> bytes:
    """Return a small PDF whose page unpacks to half a gigabyte."""
    packed = zlib.compressobj(9)
    data = b"".join(packed.compress(bytes(1024 * 1024)) for _ in range(500)) + packed.flush()
    head = b"<</Length %d/Filter/FlateDecode>>stream\n" % len(data)
    return assembled(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
            head + data + b"\nendstream",
        ]
    )


def many_pages(claimed: int, real: int) -> bytes:
    """Return a PDF that claims a number of pages and has another."""
    kids = b"3 0 R " * real
    pages = b"<</Type/Pages/Count %d/Kids[%s]>>" % (claimed, kids)
    return assembled([b"<</Type/Catalog/Pages 2 0 R>>", pages, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"])


def assembled(objects: Sequence[bytes]) -> bytes:
    """Return a PDF of these objects, as they are."""
    content, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return content + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def written(writer: PdfWriter) -> bytes:
    """Return the file."""
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _draw(page: DictionaryObject, commands: bytes) -> None:
    stream = DecodedStreamObject()
    stream.set_data(commands)
    page[NameObject("/Contents")] = stream


def _font() -> DictionaryObject:
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
    names = {NameObject(name): NameObject(value) for name, value in font.items()}
    return DictionaryObject({NameObject("/F1"): DictionaryObject(names)})
