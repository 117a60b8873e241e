"""The files that browsers load: DKFDS and htmx from their npm packages, and the portal's own stylesheets.

Every address holds a digest of the content, so that browsers may keep a file for a year.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

# What the pages use below TP_ASSETS_DIR, which is laid out like npm's node_modules.
HTMX = "htmx.org/dist/htmx.min.js"
# What browsers do not load: a page draws from it.
ATLAS = "world-atlas/countries-10m.json"
NEEDED = (
    HTMX,
    ATLAS,
    "dkfds/dist/css/dkfds.min.css",
    "dkfds/dist/fonts/IBMPlexSans/complete/woff2/*.woff2",
    "dkfds/dist/img/all-svg-icons.svg",
    "dkfds/dist/img/svg-icons/*.svg",
)
OWN = Path(__file__).parent / "static"
DIGEST_LENGTH = 16


class MissingAssets(Exception):
    """The assets folder lacks something that the pages load."""


class ImmutableFiles(StaticFiles):
    """Static files that never change at their address."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """Return a file that every cache may keep."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, with the header that keeps browsers from guessing its type."""
        response = await super().get_response(path, scope)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


class Assets:
    """Where each asset is served."""

    def __init__(self, modules: Path) -> None:
        found = {pattern: _files(modules, pattern) for pattern in NEEDED}
        files = [file for pattern in NEEDED if pattern.startswith("dkfds/") for file in found[pattern]]
        self._roots = {
            "dkfds": (modules / "dkfds/dist", _digest(files)),
            "htmx": (modules / "htmx.org/dist", _digest(found[HTMX])),
            "portal": (OWN, _digest(sorted(OWN.iterdir()))),
        }

    def mount(self, app: FastAPI) -> None:
        """Serve every asset below ``/assets``."""
        for name, (folder, digest) in self._roots.items():
            app.mount(f"/assets/{name}-{digest}", ImmutableFiles(directory=folder), name=name)

    def url(self, name: str, path: str) -> str:
        """Return the address of the file ``path`` of the collection ``name``."""
        return f"/assets/{name}-{self._roots[name][1]}/{path}"


def _files(folder: Path, pattern: str) -> list[Path]:
    found = sorted(folder.glob(pattern))
    if not found:
        raise MissingAssets(f"{folder} has no {pattern}")
    return found


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:DIGEST_LENGTH]
