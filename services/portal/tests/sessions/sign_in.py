"""Signing in at the real identity provider, as a browser without JavaScript does."""

from urllib.parse import parse_qs, urlsplit

import httpx2

PORTAL = "http://portal.test"


async def to_callback(client: httpx2.AsyncClient, persona: str, path: str = "/login") -> str:
    """Walk from the portal to the provider and return the address that it sends the browser back to."""
    sent = await client.get(path)
    assert sent.status_code == 303
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}
    provider = sent.headers["location"].partition("/authorize")[0]
    async with httpx2.AsyncClient() as outside:
        back = await outside.post(f"{provider}/authorize", data={**asked, "persona": persona})
    return back.headers["location"].removeprefix(PORTAL)


async def sign_in(client: httpx2.AsyncClient, persona: str, path: str = "/login") -> httpx2.Response:
    """Sign in and return the page that one comes to."""
    entered = await client.get(await to_callback(client, persona, path))
    assert entered.status_code == 303, entered.text
    return await client.get(entered.headers["location"])
