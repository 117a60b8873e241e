"""What a caller prefers: the language and the coding of an answer, as its headers weigh them (RFC 9110, 12.5)."""

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

DANISH = "da"
ENGLISH = "en"
MAX_LENGTH = 500


def weights(header: str) -> dict[str, float]:
    """Return the weight of each choice in ``header``, by its name in small letters."""
    found = {}
    for choice in header[:MAX_LENGTH].lower().split(","):
        name, _, parameters = choice.partition(";")
        found[name.strip()] = _weight(parameters)
    return found


def preferred_language(request: Request) -> str:
    """Return the language that is preferred of ours; Danish when neither is named."""
    named = {DANISH: 0.0, ENGLISH: 0.0}
    for name, weight in weights(request.headers.get("accept-language", "")).items():
        language = name.partition("-")[0]
        if language in named:
            named[language] = max(named[language], weight)
    return ENGLISH if named[ENGLISH] > named[DANISH] else DANISH


class CompressionMiddleware(GZipMiddleware):
    """Starlette's, which takes ``gzip;q=0`` for a wish."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not weights(Headers(scope=scope).get("accept-encoding", "")).get("gzip"):
            scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await super().__call__(scope, receive, send)


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
