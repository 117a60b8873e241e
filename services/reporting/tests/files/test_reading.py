"""What a PDF is, found out in a process of its own, whatever somebody sends."""

import asyncio
import sys

import pytest

from reporting.bounded_process import CPU_SECONDS
from reporting.file_processes import WALL_SECONDS
from reporting.files.reading import checked_pdf
from reporting.files.rules import UnusableFile
from services.reporting.tests.files.pdfs import (
    STATEMENT,
    assembled,
    bomb,
    many_pages,
    pdf,
    scan,
    with_attachment,
    with_note,
    with_root,
    with_script,
)

CPR = "Lederen har nummer 010190-1234."
ENDLESS = assembled([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[2 0 R]>>"])
DEEP = b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 50_000 + b"]" * 50_000 + b">>"
USELESS = {
    "nothing": (b"", "missing"),
    "a Word document called .pdf": (b"PK\x03\x04" + bytes(100), "file-format"),
    "a web page": (b"<html><script>alert(1)</script></html>", "file-format"),
    "a PDF behind something else": (b"GIF89a" + pdf(), "file-format"),
    "something else behind a PDF": (pdf() + b"<script>alert(1)</script>", "file-format"),
    "cut off": (pdf()[:-200], "file-damaged"),
    "noise": (b"%PDF-1.7\n" + bytes(range(256)) * 500 + b"\n%%EOF", "file-damaged"),
    "no pages": (many_pages(0, 0), "file-damaged"),
    "pages in a circle": (ENDLESS, "file-damaged"),
    "deep": (assembled([DEEP, b"<</Type/Pages/Count 0/Kids[]>>"]), "file-damaged"),
    "with a password": (pdf(password="hemmelig"), "file-protected"),
    "a program": (with_script(), "file-active"),
    "starts a program": (with_root("/Launch", "cmd.exe"), "file-active"),
    "sends a form": (with_root("/SubmitForm", "https://example.com"), "file-active"),
    "carries a file": (with_attachment(), "file-embedded"),
    "a bomb": (bomb(), "file-too-large"),
    "a million pages, it says": (many_pages(1_000_000, 1), "file-too-large"),
    "a page too many": (pdf(*["x"] * 101), "file-too-large"),
    "CPR in its text": (pdf(STATEMENT, CPR), "cpr-number"),
    "CPR in its properties": (pdf(about={"Author": CPR}), "cpr-number"),
    "CPR in a note": (with_note(CPR), "cpr-number"),
}


@pytest.mark.parametrize(("content", "code"), USELESS.values(), ids=USELESS)
async def test_l4_what_cannot_be_used_is_refused_with_a_reason(content: bytes, code: str) -> None:
    with pytest.raises(UnusableFile) as refused:
        await checked_pdf("rate_statement", content)
    assert [(each.pointer, each.code) for each in refused.value.errors] == [("/rate_statement", code)]
    assert "010190" not in refused.value.detail


async def test_l4_a_cpr_number_is_told_with_its_pages() -> None:
    with pytest.raises(UnusableFile) as refused:
        await checked_pdf("rate_statement", pdf(STATEMENT, CPR, "", CPR))
    assert "på side 2 og 4" in refused.value.detail


@pytest.mark.parametrize(
    ("content", "unread"),
    [
        (pdf(STATEMENT, "", "CVR-nr. 12 34 56 78, 31. december 2026, 1.234.567 kr."), []),
        (scan(pages=2), [1, 2]),
        (scan("Dokumentnoegle: ABCDE-12345"), [1]),
        (scan(STATEMENT * 4), []),
    ],
    ids=["text", "scanned", "scanned with a stamp", "text with a logo"],
)
async def test_l4_pages_whose_text_cannot_be_read_are_told(content: bytes, unread: list[int]) -> None:
    assert (await checked_pdf("rate_statement", content)).unread_pages == unread


async def test_the_process_ends_by_its_bounds_and_opens_nothing() -> None:
    script = (
        "import socket; from reporting.files import pdf_process; from reporting.bounded_process import limit; limit();"
        f"pdf_process.read({pdf()!r}); socket.socket()"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-I", "-c", script, stderr=asyncio.subprocess.PIPE)
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert b"Too many open files" in errors
    assert CPU_SECONDS < WALL_SECONDS
