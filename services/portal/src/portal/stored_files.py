"""Files that belong to an answer: what pages say of them, and the answer with which one is saved."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from contracts.form import FieldType, Step
from portal import formats
from portal.clients import ServiceClient, segment
from portal.form.controls import StoredFile

PDF = "application/pdf"
KILOBYTE = 1024
# Whatever a program makes of it: it is saved, and runs nowhere.
SAFELY = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store"}


def files_at(tilbud_id: str) -> str:
    """Return the address under which the reporters of a tilbud fetch its files."""
    return f"/indberet/tilbud/{tilbud_id}/filer"


def file_field(step: Step) -> str | None:
    """Return the field of a step that takes a file; a form of ours has one at most."""
    return next((field.id for field in step.fields if field.type is FieldType.FILE), None)


def stored_file(tilbud_id: str, file: Mapping[str, Any]) -> StoredFile:
    """Return where a file is fetched, and what is said of it."""
    pages = "1 side" if file["pages"] == 1 else f"{file['pages']} sider"
    size = max(1, file["size"] // KILOBYTE)
    received = formats.shown_time(file["received_at"])
    words = f"PDF, {pages}, {size} kB, sendt {received} af {file['received_by']['name']}"
    if file["confirmed_by"]:
        words += f". Scannet; {file['confirmed_by']['name']} har bekræftet, at der ikke står CPR-numre i den"
    return StoredFile(f"{files_at(tilbud_id)}/{file['id']}", words)


async def fetch_file(services: ServiceClient, tilbud_id: str, file_id: str) -> Response:
    """Return a file as an answer that a browser saves."""
    path = f"/v1/tilbud/{segment(tilbud_id)}/files/{segment(file_id)}"
    content = await services.download("reporting", path, PDF)
    name = f"erklaering-{tilbud_id}.pdf"
    return Response(
        content, media_type=PDF, headers={"Content-Disposition": f'attachment; filename="{name}"', **SAFELY}
    )
