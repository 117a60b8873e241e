"""The OpenAPI document of a service: what FastAPI knows of its routes, and what holds for every service.

Errors are one component, every answer names its headers, every operation says which sign-in it asks for. The document
holds no address of one deployment: `/openapi.json` is the same wherever a service runs.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from types import MappingProxyType
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from web.auth import needs_token
from web.problems import MEDIA_TYPE, SCHEMA
from web.routes import calls_of

Operation = dict[str, Any]


class ServiceInfo(NamedTuple):
    """What a service says of itself as a whole.

    ``tags`` are the groups of its operations: the first is that of all that name none. ``examples`` has the body of an
    operation by its id. ``identity`` is where the tokens that it takes come from.
    """

    description: str = ""
    tags: Mapping[str, str] = MappingProxyType({"operations": "Everything that the service offers."})
    examples: Mapping[str, Any] = MappingProxyType({})
    contact: Mapping[str, str] = MappingProxyType({})
    license: Mapping[str, str] = MappingProxyType({"name": "EUPL-1.2"})
    identity: str = ""


NOTHING_SAID = ServiceInfo()
# Its own errors, in place of which all answer problems.
OF_FASTAPI = ("HTTPValidationError", "ValidationError")
PROBLEM = {"$ref": "#/components/schemas/Problem"}
JSON = "application/json"
TOKEN, SESSION = "token", "session"
# What functions are called after methods of HTTP, clients call after what they do.
VERBS = {"post": "create", "put": "save", "show": "get", "read": "get"}
SERVERS = [{"url": "/", "description": "Where this document was read."}]

MEANINGS = {
    400: "The request cannot be read.",
    401: "There is no valid access token.",
    403: "The caller has no right to this.",
    404: "There is no such thing, or the caller may not know of it.",
    405: "The address has no such method.",
    409: "The state of things does not allow it.",
    410: "It was there and is not any more.",
    412: "The `If-Match` is not the current ETag.",
    413: "The body is too large, also when unpacked.",
    415: "The body is of a type or a coding that is not read.",
    422: "Something in the request is not valid; `errors` say what and where.",
    428: "The request needs a condition such as `If-Match`.",
    429: "Too many requests; `Retry-After` says when to go on.",
    500: "A fault of the service.",
    503: "The service cannot answer now, and nothing has happened; `Retry-After` says when to try again.",
}
_NUMBER, _TEXT = {"type": "integer"}, {"type": "string"}
HEADERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "ETag": ("The state that was read or made; a change of it needs it as `If-Match`.", _TEXT),
    "Location": ("The address of what was made.", _TEXT),
    "Retry-After": ("Seconds to wait before the next try.", _NUMBER),
    "WWW-Authenticate": ("`Bearer`, with `error` where a token was not valid.", _TEXT),
    "Content-Language": ("The language of `title` and `detail`.", _TEXT),
    "RateLimit-Limit": ("How many requests may follow one another at once; absent where nothing limits them.", _NUMBER),
    "RateLimit-Remaining": ("How many of them are left.", _NUMBER),
    "RateLimit-Reset": ("Seconds until all of them are back.", _NUMBER),
}
_OF_ALL = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
_OF_ERROR = {"401": ("WWW-Authenticate",), "429": ("Retry-After",), "503": ("Retry-After",)}


def operation_id(route: APIRoute) -> str:
    """Return what clients that are made from the document call an operation: `list_cases` is `listCases`."""
    first, *others = route.name.split("_")
    return VERBS.get(first, first) + "".join(part.capitalize() for part in others)


def page_id(route: APIRoute) -> str:
    """Return the id of a page, which no client calls: its address."""
    words = re.findall(r"\w+", " ".join([*sorted(route.methods or ()), route.path_format])) or ["root"]
    return "-".join(words).lower()


def headers(*names: str) -> dict[str, Any]:
    """Return what the document says of an answer with these headers."""
    return {"headers": {name: _header(name) for name in names}}


def _header(name: str) -> dict[str, Any]:
    description, schema = HEADERS[name]
    return {"description": description, "schema": dict(schema)}


class DescribedApp(FastAPI):
    """An app with a complete OpenAPI document; the groups of its operations are described in ``about``."""

    def __init__(self, *, about: ServiceInfo, pages: bool, **options: Any) -> None:
        self._about = about
        self._pages = pages
        super().__init__(
            description=about.description,
            contact=dict(about.contact),
            license_info=dict(about.license),
            openapi_tags=[{"name": name, "description": text} for name, text in about.tags.items()],
            servers=SERVERS,
            generate_unique_id_function=page_id if pages else operation_id,
            **options,
        )

    def openapi(self) -> dict[str, Any]:
        """Return the document, made once."""
        if not self.openapi_schema:
            self.openapi_schema = self._completed(deepcopy(super().openapi()))
        return self.openapi_schema

    def _completed(self, document: dict[str, Any]) -> dict[str, Any]:
        usual_tag = next(iter(self._about.tags))
        _move_named_schemas(document)
        for path, method, route, operation in _operations(self, document):
            operation.setdefault("tags", [usual_tag])
            scheme = _scheme_of(tuple(calls_of(route.dependant)), pages=self._pages)
            operation["security"] = [{scheme: []}] if scheme else []
            if operation["operationId"] in self._about.examples:
                operation["requestBody"]["content"][JSON]["example"] = self._about.examples[operation["operationId"]]
            if not self._pages:
                _complete_answers(method, operation, document["paths"][path], secured=bool(scheme))
        _add_components(document, _SCHEMES | {TOKEN: _oauth(self._about.identity)})
        return document


def _move_named_schemas(document: dict[str, Any]) -> None:
    """Let the bodies that routes describe themselves be components too: those with a title, also inside a list."""
    named: dict[str, Any] = {}
    for operation in (each for path in document["paths"].values() for each in path.values()):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            for holder, name in ((content, "schema"), (content["schema"], "items")):
                schema = holder.get(name, {})
                if schema.get("type") == "object" and "title" in schema:
                    named[schema["title"]] = schema
                    holder[name] = {"$ref": f"#/components/schemas/{schema['title']}"}
    if named:
        document.setdefault("components", {}).setdefault("schemas", {}).update(named)


def _add_components(document: dict[str, Any], schemes: Mapping[str, Any]) -> None:
    """Let the components be what the operations refer to, and nothing else."""
    text = json.dumps(document["paths"])
    components = document.setdefault("components", {})
    for unused in OF_FASTAPI:
        components.get("schemas", {}).pop(unused, None)
    if PROBLEM["$ref"] in text:
        components.setdefault("schemas", {})["Problem"] = SCHEMA
    used = {
        "headers": {name: _header(name) for name in HEADERS if f'#/components/headers/{name}"' in text},
        "securitySchemes": {name: scheme for name, scheme in schemes.items() if f'"{name}": []' in text},
    }
    components.update({name: found for name, found in used.items() if found})


def _operations(app: FastAPI, document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, Operation]]:
    for route in iter_route_contexts(app.routes):
        if not isinstance(route.original_route, APIRoute):
            continue
        for method in route.methods or ():
            path = re.sub(r":\w+}", "}", str(route.path))
            operation = document["paths"].get(path, {}).get(method.lower())
            if operation is not None:
                yield path, method, route, operation


def _scheme_of(calls: Sequence[Any], *, pages: bool) -> str | None:
    if pages:
        return SESSION if any(map(_needs_session, calls)) else None
    return TOKEN if any(map(needs_token, calls)) else None


def _needs_session(call: Any) -> bool:
    # Pages that are open to all show more to who is signed in.
    return hasattr(call, "access") and not getattr(call, "open_to_all", False)


def _oauth(identity: str) -> dict[str, Any]:
    description = (
        "Access tokens of the identity provider, as `Authorization: Bearer`. Systems use client credentials, people "
        "sign in. The addresses in force stand in the provider's `/.well-known/openid-configuration`."
    )
    endpoints = {"tokenUrl": f"{identity}/token", "scopes": {}}
    flows = {
        "clientCredentials": endpoints,
        "authorizationCode": {"authorizationUrl": f"{identity}/authorize", **endpoints},
    }
    return {"type": "oauth2", "description": description, "flows": flows}


_SCHEMES = {SESSION: {"type": "apiKey", "in": "cookie", "name": "session", "description": "The session of a browser."}}


def _complete_answers(method: str, operation: Operation, same_path: Mapping[str, Operation], *, secured: bool) -> None:
    """Let the answers be those that can come: with the errors of any route, and the headers of every answer."""
    answers = operation["responses"]
    reads_state = method == "GET" and _has_etag(operation, same_path.values())
    for status in (*_common_errors(operation, secured=secured), *((304, 412) if reads_state else ())):
        answers.setdefault(str(status), {"description": "The state is the one that the caller has."})
    for status in _impossible_errors(operation, reads_state=reads_state):
        answers.pop(str(status), None)
    for status, answer in answers.items():
        if status.startswith(("4", "5")):
            answer["description"] = MEANINGS.get(int(status), "An error.")
            more = _more_members(answer)
            answer["content"] = {MEDIA_TYPE: {"schema": {"allOf": [PROBLEM, more]} if more else PROBLEM}}
        own = (*_OF_ALL, *_headers_of(method, status, operation, reads_state=reads_state))
        references = {name: {"$ref": f"#/components/headers/{name}"} for name in own}
        # What a route says of its own headers goes before.
        answer["headers"] = references | answer.get("headers", {})
    operation["responses"] = dict(sorted(answers.items()))


def _more_members(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a route says of further members of its problem; empty where it is like any other."""
    own: Mapping[str, Any] = answer.get("content", {}).get(MEDIA_TYPE, {}).get("schema", SCHEMA)
    return {} if own == SCHEMA else own


def _common_errors(operation: Operation, *, secured: bool) -> Iterator[int]:
    yield from (400, 429, 503)
    if secured:
        yield from (401, 403)
    if "requestBody" in operation:
        yield from (413, 415, 422)
    if operation.get("parameters"):
        yield 422


def _impossible_errors(operation: Operation, *, reads_state: bool) -> Iterator[int]:
    """Yield what a router says of all its routes although this one cannot answer it."""
    if "requestBody" not in operation:
        yield from (413, 415)
    if not _is_conditional(operation):
        yield 428
        if not reads_state:
            yield 412


def _headers_of(method: str, status: str, operation: Operation, *, reads_state: bool) -> Iterator[str]:
    if status.startswith(("4", "5")):
        yield from ("Content-Language", *_OF_ERROR.get(status, ()))
    elif method == "POST" and status in {"201", "202"}:
        yield "Location"
    elif method == "GET" and status == "202":
        yield "Retry-After"
    elif status in {"200", "304"} and (reads_state or _is_conditional(operation)):
        yield "ETag"


def _has_etag(operation: Operation, same_path: Iterable[Operation]) -> bool:
    """Return whether what is answered can be asked for, or changed, under a condition."""
    said = operation["responses"]
    return "304" in said or "ETag" in said.get("200", {}).get("headers", {}) or any(map(_is_conditional, same_path))


def _is_conditional(operation: Operation) -> bool:
    return any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", ()))
