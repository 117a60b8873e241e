"""A real mail server for tests: it keeps what it takes, and can refuse, hang up or be away."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP


class Mailbox:
    """What came in, as ``email`` reads it and as bytes.

    ``answers`` gives the next replies to a recipient, an empty list takes everything.
    """

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.mails: list[tuple[str, EmailMessage]] = []
        self.on_the_wire: list[bytes] = []
        self.answers: list[str] = []
        self.after_data: list[str] = []
        self.on_mail: Callable[[str], Awaitable[None]] | None = None
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, hostname="localhost"), "127.0.0.1", self.port)

    async def stop(self) -> None:
        """Be away."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a mail."""
        message = message_from_bytes(envelope.content, _class=EmailMessage, policy=default)
        if self.on_mail is not None:
            for address in envelope.rcpt_tos:
                await self.on_mail(address)
        self.on_the_wire.append(envelope.original_content)
        self.mails += [(address, message) for address in envelope.rcpt_tos]
        return self.after_data.pop(0) if self.after_data else "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails to ``address``."""
        return [message for recipient, message in self.mails if recipient == address]


def lines_of(mail: EmailMessage) -> list[str]:
    """Return the text part of a mail, line by line."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).splitlines()
