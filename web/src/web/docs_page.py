"""What a service offers: its OpenAPI document, and ``/docs``, a page made of it without scripts and other sites."""

from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse

from web.auth import public

HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body {{ font: 1rem/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere }}
table {{ border-collapse: collapse }} td, th {{ text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top }}
</style></head><body><main><h1>{title}</h1>
<p>The machine-readable description is <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
{operations}</main></body></html>
"""


def docs_router() -> APIRouter:
    """Return the routes of the document and of the page."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(public)])

    @router.get("/openapi.json")
    async def show_openapi(request: Request) -> JSONResponse:
        return JSONResponse(request.app.openapi())

    @router.get("/docs")
    async def show_docs(request: Request) -> HTMLResponse:
        return HTMLResponse(_page(request.app.openapi()), headers=HEADERS)

    return router


def _page(document: dict[str, Any]) -> str:
    operations = "\n".join(
        _operation(f"{method.upper()} {path}", operation)
        for path, methods in document.get("paths", {}).items()
        for method, operation in methods.items()
        if isinstance(operation, dict)
    )
    return PAGE.format(title=escape(document["info"]["title"]), operations=operations)


def _operation(name: str, operation: dict[str, Any]) -> str:
    rows = "".join(f"<tr><th>{escape(what)}</th><td>{escape(text)}</td></tr>" for what, text in _rows(operation))
    description = escape(operation.get("description") or operation.get("summary", ""))
    return f"<section><h2><code>{escape(name)}</code></h2><p>{description}</p><table>{rows}</table></section>"


def _rows(operation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for parameter in operation.get("parameters", []):
        needed = ", required" if parameter.get("required") else ""
        yield f"{parameter['name']} ({parameter['in']}{needed})", parameter.get("description", "")
    for media_type in operation.get("requestBody", {}).get("content", {}):
        yield "body", media_type
    for status, answer in operation.get("responses", {}).items():
        yield status, answer.get("description", "")
