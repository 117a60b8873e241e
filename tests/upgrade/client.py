"""Ask the services the same as before: by their APIs as JSON, by the portal's pages as the text that people read."""

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

PORTAL = "portal"
# Fields that are different on every page and say nothing to anybody.
PASSING = {"csrf", "command"}
SAID_BY = {"input": ("name", "value"), "option": ("value",), "a": ("href",), "form": ("action",), "button": ("value",)}
STATES = ("checked", "selected", "disabled", "hidden", "aria-current")
SILENT = {"script", "style"}

Question = tuple[str | None, str, str]


class ServiceClient:
    """Asks the six services; ``token`` gives a caller's access token, ``clients`` are open ones by service."""

    def __init__(self, clients: Mapping[str, httpx2.AsyncClient], token: Callable[[str], str]) -> None:
        self._clients = clients
        self._token = token
        self._cookies: dict[str, str] = {}

    async def ask(self, question: Question) -> dict[str, Any]:
        """Return status, ETag and content of the answer to a GET of (caller or None, service, path)."""
        caller, service, path = question
        if service == PORTAL:
            return await self._page(caller, path)
        headers = {"Authorization": f"Bearer {self._token(caller)}"} if caller else {}
        answer = await self._clients[service].get(path, headers=headers)
        return {"status": answer.status_code, "etag": answer.headers.get("etag"), "body": _content(answer)}

    async def _page(self, persona: str | None, path: str) -> dict[str, Any]:
        headers = {"Accept": "text/html"}
        if persona:
            headers["Cookie"] = await self._cookie(persona)
        answer = await self._clients[PORTAL].get(path, headers=headers)
        return {"status": answer.status_code, "etag": None, "body": words_of(answer.text)}

    async def _cookie(self, persona: str) -> str:
        if persona not in self._cookies:
            self._cookies[persona] = await self._sign_in(persona)
        return self._cookies[persona]

    async def _sign_in(self, persona: str) -> str:
        portal = self._clients[PORTAL]
        sent = await portal.get("/login")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}
        provider = sent.headers["location"].partition("?")[0]
        async with httpx2.AsyncClient() as client:
            back = await client.post(provider, data={**asked, "persona": persona})
        way = urlsplit(back.headers["location"])
        entered = await portal.get(f"{way.path}?{way.query}", headers={"Cookie": _cookies_of(sent)})
        portal.cookies.clear()
        return _cookies_of(entered)


def _cookies_of(answer: httpx2.Response) -> str:
    return "; ".join(cookie.partition(";")[0] for cookie in answer.headers.get_list("set-cookie"))


def _content(answer: httpx2.Response) -> Any:
    kind = answer.headers.get("content-type", "")
    if "ndjson" in kind:
        return [httpx2.Response(200, content=line).json() for line in answer.content.splitlines() if line]
    return answer.json() if "json" in kind else answer.text


class _Words(HTMLParser):
    """Collects what a page says, one line for each run of text, link, or field of a form."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._text = ""
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where links lead and what forms hold."""
        self._silent += tag in SILENT
        values = dict(attrs)
        if tag not in SAID_BY or values.get("name") in PASSING:
            return
        said = [tag, *(f"{name}={values[name]}" for name in SAID_BY[tag] if values.get(name))]
        self._end_of_text()
        self.lines.append(" ".join([*said, *(name for name in STATES if name in values)]))

    def handle_endtag(self, tag: str) -> None:
        """End a line where a block ends."""
        self._silent -= tag in SILENT
        if tag not in {"span", "strong", "em", "a", "b"}:
            self._end_of_text()

    def handle_data(self, data: str) -> None:
        """Take text that people see."""
        if not self._silent:
            self._text += data

    def _end_of_text(self) -> None:
        words = re.sub(r"\s+", " ", self._text).strip()
        self._text = ""
        if words:
            self.lines.append(words)


def words_of(html: str) -> list[str]:
    """Return what the main part of a page says, however it is indented and marked up."""
    main = re.search(r"<main.*</main>", html, re.DOTALL)
    reader = _Words()
    reader.feed(main[0] if main else html)
    reader.close()
    return reader.lines
