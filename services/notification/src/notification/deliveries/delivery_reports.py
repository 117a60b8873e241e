"""What a mail server says of a mail that it could not deliver after all (RFC 3464). Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Any, TypeAlias

# What comes back holds the mail itself; more than this is none of ours.
LONGEST_REPORT = 1_000_000
MOST_PARTS = 50
_MESSAGE_ID = re.compile(r"<[0-9a-f]{40}@[A-Za-z0-9.-]{1,255}>")
_STATUS = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
# Of RFC 3463 and its registry: no such mailbox, domain or syntax, moved away, no mail taken, disabled. Others tell of
# the sender, the content, or a rule of the server, and can be over tomorrow.
_OF_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})


# Before Python 3.13 the class takes no parameters when it runs.
Part: TypeAlias = "Message[Any, Any]"


@dataclass(frozen=True)
class DeliveryReport:
    """The mail with ``message_id`` did not arrive; ``is_of_address``: no mail will, to this address."""

    message_id: str
    is_of_address: bool


def is_of_address(answer: str) -> bool:
    """Return whether a mail server says, by an enhanced status code, that no mail reaches the address."""
    found = _STATUS.search(answer)
    return found is not None and found[0] in _OF_ADDRESS


def read_report(content: bytes) -> DeliveryReport | None:
    """Return what a mail reports; None for any other mail, and for a report that is not final.

    A delay, a full mailbox (4.x.x) and an answer of a person on holiday say nothing.
    """
    message = message_from_bytes(content[:LONGEST_REPORT], policy=compat32)
    if message.get_content_type() != "multipart/report":
        return None
    parts = list(_parts(message))
    statuses = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    fields = [group for part in statuses for group in _groups(part) if group.get("Action")]
    failed = [
        _STATUS.search(str(group.get("Status", "")))
        for group in fields
        if str(group.get("Action")).strip().lower() == "failed"
    ]
    codes = [found[0] for found in failed if found]
    identity = next((found for part in parts if (found := _returned_id(part))), None)
    if not codes or identity is None:
        return None
    return DeliveryReport(identity, any(map(is_of_address, codes)))


def _parts(message: "Part") -> "Iterator[Part]":
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            return
        yield part


def _groups(part: "Part") -> "list[Part]":
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _returned_id(part: "Part") -> str | None:
    """Return the Message-ID of the mail that came back, whole or its headers only."""
    kind = part.get_content_type()
    if kind == "text/rfc822-headers":
        returned: Any = message_from_bytes(part.get_payload(decode=True) or b"", policy=compat32)  # type: ignore[arg-type]
    elif kind == "message/rfc822":
        returned = next(iter(_groups(part)), None)
    else:
        return None
    found = _MESSAGE_ID.search(str(returned.get("Message-ID", ""))) if returned is not None else None
    return found[0] if found else None
