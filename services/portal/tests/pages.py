"""What a browser finds on a page."""

import html
import re
from html.parser import HTMLParser

import httpx2


def hidden_value(text: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, name
    return found[1].replace("&#34;", '"')


async def csrf_token(client: httpx2.AsyncClient, path: str) -> str:
    """Return the token that the form of a page sends back."""
    return hidden_value((await client.get(path)).text, "csrf")


def text_of(page: str) -> str:
    """Return what a page says, without its tags."""
    return html.unescape(re.sub(r"<[^>]*>", "", page))


class _Form(HTMLParser):
    """What a browser would send of the last form of a page that nobody touched."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._area = self._select = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "form":
            self.fields = []
        elif tag == "input" and name and (found.get("type") not in {"radio", "checkbox"} or "checked" in found):
            self.fields.append((name, value))
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in found:
            self.fields.append((self._select, value))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.fields.append((self._area, self._text.removeprefix("\n")))


def submitted_by(page: httpx2.Response) -> list[tuple[str, str]]:
    """Return what a browser would send of the last form of a page that nobody touched."""
    form = _Form()
    form.feed(page.text)
    return form.fields
