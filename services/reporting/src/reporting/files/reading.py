"""What stands in a file that was sent: looked at in a process of its own."""

import hashlib

from reporting.file_processes import read_apart
from reporting.files.rules import Checked, UnusableFile

PDF_PROCESS = "reporting.files.pdf_process"
PDF = "application/pdf"


async def checked_pdf(field: str, content: bytes) -> Checked:
    """Return what is known of a PDF; UnusableFile where it cannot be used, in Danish."""
    if not content:
        raise UnusableFile(field, "missing", "Filen er tom. Vælg den igen.")
    found = await read_apart(PDF_PROCESS, content)
    if found is None:
        detail = "Det tager for lang tid at læse PDF-filen. Udskriv den til en ny PDF, og send den."
        raise UnusableFile(field, "file-too-large", detail)
    if "unread_pages" not in found:
        raise UnusableFile(field, found["code"], found["detail"])
    return Checked(content, digest_of(content), found["pages"], found["unread_pages"])


def digest_of(content: bytes) -> str:
    """Return what tells one content from another."""
    return hashlib.sha256(content).hexdigest()
