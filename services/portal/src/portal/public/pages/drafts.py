"""The words of the public pages that an operator is about to use, as they will look (R2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from starlette.responses import Response

from portal.public.texts.check import preview
from portal.public.texts.documents import News, TextPage
from portal.public.texts.loading import MODELS, UnreadableText, read
from portal.rendering import page, page_router
from portal.sessions.access import Operator
from portal.settings import PortalSettings

router = page_router()

# A folder in ``texts_dir``: what lies there is shown to nobody else.
DRAFTS = "kladde"


@dataclass(frozen=True)
class Draft:
    """A file that is not used yet: what it holds, or why it cannot be used."""

    name: str
    words: TextPage | None = None
    news: News | None = None
    lines: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@router.get("/tekster/kladder")
async def show_drafts(request: Request, _: Operator) -> Response:
    """Show each draft as people will read it, or what is wrong in which line."""
    settings: PortalSettings = request.app.state.settings
    folder = settings.texts_dir / DRAFTS if settings.texts_dir else None
    return page(request, "public/text-drafts.html", folder=folder, drafts=list(_drafts(folder)) if folder else [])


def _drafts(folder: Path) -> Iterator[Draft]:
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in MODELS:
            yield Draft(path.name, reasons=(f"Filen bruges ikke. Den kan hedde {', '.join(MODELS)}.",))
            continue
        try:
            document = read(path)
        except UnreadableText as refusal:
            yield Draft(path.name, reasons=tuple(refusal.reasons))
            continue
        match document:
            case TextPage():
                yield Draft(path.name, words=document)
            case News():
                yield Draft(path.name, news=document)
            case _:
                yield Draft(path.name, lines=tuple(preview(document)))
