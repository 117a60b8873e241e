"""Which addresses may be called, and how a call is signed. Pure."""

import base64
import hmac
from collections.abc import Iterable
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from chassis.errors import Conflict, FieldError, Invalid

PREFIX = "whsec_"
ATTEMPTS = 8
OFF_AFTER = 3
MOST_WEBHOOKS = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=2)


class TooManyWebhooks(Conflict):
    """The user has as many webhooks as one may have."""

    default_detail = f"Du kan højst have {MOST_WEBHOOKS} webhooks. Slet en først."


def checked_url(url: str, *, is_development: bool) -> str:
    """Return ``url`` if it may be called at all; Invalid where it may not."""
    schemes = {"https", "http"} if is_development else {"https"}
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_right = False
    if not is_right or "@" in parts.netloc or parts.fragment or not url.isascii() or not url.isprintable():
        raise Invalid(errors=[FieldError("/url", "invalid-format", "Skriv en adresse, der begynder med https://.")])
    return url


def is_public_address(address: str) -> bool:
    """Return whether an address of the network belongs to the open internet, also one of IPv4 inside IPv6."""
    parsed = ip_address(address.partition("%")[0])
    inner = (parsed.ipv4_mapped or parsed.sixtofour) if isinstance(parsed, IPv6Address) else None
    checked = inner or parsed
    # Deprecated, but networks of our own still have such addresses.
    if isinstance(checked, IPv6Address) and checked.is_site_local:
        return False
    return checked.is_global and not checked.is_multicast and not checked.is_reserved


def address_to_call(addresses: Iterable[str], *, is_development: bool) -> str | None:
    """Return the one of a host's addresses that is called; None when any of them lies in a network of our own."""
    found = list(addresses)
    if not found or (not is_development and not all(map(is_public_address, found))):
        return None
    return found[0]


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the header that proves who calls, as Standard Webhooks has it."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    content = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode()


def pause_after(attempts: int) -> timedelta | None:
    """Return how long a call waits after its n-th failure; None when it is given up."""
    if attempts >= ATTEMPTS:
        return None
    times: int = 4 ** (attempts - 1)
    return min(FIRST_PAUSE * times, LONGEST_PAUSE)
