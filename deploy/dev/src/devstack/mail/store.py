"""The caught mails, one JSON line each in a file, so that they are still there after a restart."""

import json
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

Mail = dict[str, Any]


class Store:
    """All mails, the newest last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_text().splitlines() if path.exists() else []
        self._mails: list[Mail] = [json.loads(line) for line in lines]

    def add(self, sender: str, recipients: list[str], content: bytes) -> None:
        """Keep a mail, once for each recipient."""
        message = message_from_bytes(content, _class=EmailMessage, policy=default)
        mails = [{"to": recipient, "from": sender, **described(message)} for recipient in recipients]
        with self._path.open("a") as file:
            file.writelines(f"{json.dumps(mail, ensure_ascii=False)}\n" for mail in mails)
        self._mails += mails

    def find(self, recipient: str | None = None) -> list[Mail]:
        """Return all mails, or those to one address."""
        if recipient is None:
            return list(self._mails)
        return [mail for mail in self._mails if mail["to"].casefold() == recipient.casefold()]

    def clear(self) -> None:
        """Forget all mails."""
        self._path.write_text("")
        self._mails.clear()


def described(message: EmailMessage) -> Mail:
    """Return what is in a mail; texts that are not there are null."""
    return {
        "subject": str(message.get("Subject", "")),
        "message_id": message.get("Message-ID"),
        "date": _date(message),
        "text": _text(message, "plain"),
        "html": _text(message, "html"),
        "headers": {name: str(value) for name, value in message.items()},
    }


def _date(message: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).isoformat()
    except ValueError:
        return None


def _text(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return None
    raw = part.get_payload(decode=True)
    # A wrong charset in a mail shall not hide the mail.
    return raw.decode(part.get_content_charset("utf-8"), errors="replace") if isinstance(raw, bytes) else None
