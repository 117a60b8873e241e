"""What a browser finds on a page."""

import html
import re

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
