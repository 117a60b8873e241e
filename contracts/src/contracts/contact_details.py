"""E-mail addresses, telephone numbers and websites: how they are written, and what of them can be reached."""

import re
from typing import Annotated
from urllib.parse import urlsplit

import idna

from contracts.cpr import holds_cpr, holds_dashed_cpr
from contracts.text import Gate, RefusedText, clean

# RFC 5321, 4.5.3.1, and 63 octets for a label of a domain.
_LONGEST_LOCAL_PART, _LONGEST_ADDRESS, _LONGEST_DOMAIN, _LONGEST_LABEL = 64, 254, 253, 63
_LONGEST_WEBSITE, _LONGEST_PHONE = 500, 20

_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_ENCODED = "xn--"
_DENMARK, _DANISH_DIGITS = "+45", 8
_PHONE = re.compile(r"(?:[0-9]{2} ?){4}|\+[1-9][0-9]{0,2}(?: ?[0-9]){6,12}")
_WEBSITE = re.compile(r"[^\s\"'<>\\^`{|}]+")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_HIGHEST_PORT = 65_535


def email(text: str) -> str:
    """The address to store: its domain in small letters, as people write it. RefusedText when no mail can reach it."""
    address = clean(text)
    _refuse_unanswered(address)
    local_part, at, domain = address.rpartition("@")
    if not at or "@" in local_part:
        raise _bad_email("E-mailadressen skal have ét @.")
    if not local_part.isascii():
        raise _bad_email("E-mailadressen må før @ kun have a-z, tal og almindelige tegn: æ, ø og å kan ikke få post.")
    if not _LOCAL_PART.fullmatch(local_part) or len(local_part) > _LONGEST_LOCAL_PART:
        raise _bad_email("Det, der står før @ i e-mailadressen, er ikke gyldigt.")
    stored = f"{local_part}@{_domain(domain, _bad_email('E-mailadressens domæne efter @ er ikke gyldigt.'))}"
    if len(delivery_address(stored)) > _LONGEST_ADDRESS:
        raise RefusedText("too-long", f"E-mailadressen må højst være {_LONGEST_ADDRESS} tegn.")
    _refuse_cpr(holds_cpr(stored))
    return stored


def delivery_address(address: str) -> str:
    """The same address as a mail server takes it: ASCII, with the domain in punycode (IDNA 2008, ß stays ß).

    ``address`` is one that `email` gave; ValueError for another that has no such form.
    """
    local_part, _, domain = address.rpartition("@")
    return f"{local_part}@{_ascii_domain(domain)}"


def phone(text: str) -> str:
    """The telephone number to store, in one form: eight digits for a Danish one, else a plus and digits, no blanks."""
    number = re.sub(" +", " ", clean(text))
    _refuse_unanswered(number)
    if len(number) > _LONGEST_PHONE or not _PHONE.fullmatch(number):
        raise RefusedText("invalid-format", "Telefonnummeret skal være otte cifre, eller + og landekode.")
    _refuse_cpr(holds_dashed_cpr(number))
    digits = number.replace(" ", "")
    return digits.removeprefix(_DENMARK) if len(digits) == len(_DENMARK) + _DANISH_DIGITS else digits


def website(text: str) -> str:
    """The address of a website to store. RefusedText when it is not plainly http or https and a domain."""
    address = clean(text)
    _refuse_unanswered(address)
    if len(address) > _LONGEST_WEBSITE:
        raise RefusedText("too-long", f"Adressen må højst være {_LONGEST_WEBSITE} tegn.")
    if not _is_website(address):
        detail = "Adressen skal begynde med http:// eller https:// og have et domæne, uden brugernavn foran."
        raise RefusedText("invalid-format", detail)
    _refuse_cpr(holds_cpr(address))
    return address


def _is_website(address: str) -> bool:
    scheme, separator, rest = address.partition("://")
    if scheme.lower() not in ("http", "https") or not separator or not _WEBSITE.fullmatch(rest):
        return False
    try:
        place = urlsplit(address).netloc
    except ValueError:
        return False
    host, colon, port = place.partition(":")
    if colon and not (_PORT.fullmatch(port) and int(port) <= _HIGHEST_PORT):
        return False
    try:
        _domain(host, RefusedText("invalid-format", ""))
    except RefusedText:
        return False
    return True


def _domain(domain: str, refusal: RefusedText) -> str:
    """The domain in small letters, as people write it; ``refusal`` is raised when there can be none of that name."""
    try:
        encoded = _ascii_domain(domain.lower())
        return ".".join(map(_shown_label, encoded.split(".")))
    except ValueError:
        raise refusal from None


def _ascii_domain(domain: str) -> str:
    labels = [_ascii_label(each) for each in domain.split(".")]
    encoded = ".".join(labels)
    if len(labels) == 1 or len(encoded) > _LONGEST_DOMAIN or labels[-1].isdigit() or len(labels[-1]) == 1:
        raise ValueError("no domain of the internet")
    return encoded


def _ascii_label(label: str) -> str:
    if len(label) > _LONGEST_LABEL:
        raise ValueError("the label is too long")
    if label.isascii() and not label.startswith(_ENCODED):
        if not _LABEL.fullmatch(label):
            raise ValueError("the label has other characters than letters, digits and hyphens inside")
        return label
    return idna.alabel(label).decode("ascii")


def _shown_label(label: str) -> str:
    return idna.ulabel(label) if label.startswith(_ENCODED) else label


def _bad_email(detail: str) -> RefusedText:
    return RefusedText("invalid-format", detail)


def _refuse_unanswered(text: str) -> None:
    if not text:
        raise RefusedText("missing", "Feltet skal udfyldes.")


def _refuse_cpr(found: bool) -> None:  # noqa: FBT001
    if found:
        raise RefusedText("cpr-number", "Teksten ser ud til at indeholde et CPR-nummer. Fjern det.")


# What the documents say is a little wider than the rules: a pattern cannot say them.
_EMAIL_SCHEMA = {"pattern": r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "maxLength": _LONGEST_ADDRESS}

Email = Annotated[str, Gate(email, _EMAIL_SCHEMA)]
Phone = Annotated[str, Gate(phone, {"pattern": r"^\+?[0-9 ]{8,20}$"})]
Website = Annotated[str, Gate(website, {"minLength": 10, "maxLength": _LONGEST_WEBSITE})]
