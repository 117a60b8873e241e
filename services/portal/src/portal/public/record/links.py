"""Which answers of people may lead somewhere: a telephone number, a mail address, a site with TLS. Pure."""

import re
from urllib.parse import urlsplit

from contracts.form import FieldType

_PHONE = re.compile(r"\+?[0-9][0-9 ]{2,19}")
# Without signs that mean something in an address of ours: a question mark would begin headers of the mail.
_EMAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9æøåÆØÅ.-]{3,190}")
DANISH_NUMBER = 8


def link_of(kind: FieldType, text: str) -> str:
    """Return the address that an answer leads to; empty where it is none that is safe to follow."""
    match kind:
        case FieldType.PHONE:
            return _phone(text)
        case FieldType.EMAIL:
            return f"mailto:{text}" if _EMAIL.fullmatch(text) else ""
        case FieldType.URL:
            return text if _is_site(text) else ""
        case _:
            return ""


def _phone(text: str) -> str:
    if not _PHONE.fullmatch(text):
        return ""
    digits = text.replace(" ", "")
    return f"tel:+45{digits}" if len(digits) == DANISH_NUMBER and not digits.startswith("+") else f"tel:{digits}"


def _is_site(text: str) -> bool:
    try:
        parts = urlsplit(text)
        named = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False
    return (
        named and text.startswith("https://") and text.isprintable() and not any(sign in " \"'<>\\`" for sign in text)
    )
