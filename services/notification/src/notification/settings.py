"""What the processes of this service need to know beyond the shared settings."""

from pathlib import Path
from typing import ClassVar

from pydantic import SecretStr

from chassis.settings import Settings
from notification.email_address import SenderAddress


class NotificationSettings(Settings):
    """``mail_from`` is the sender's bare address, without a name; its domain also ends every Message-ID.

    ``portal_url`` is where the links in mails lead. Without ``smtp_username`` no login is tried; TLS is used when
    the server offers it, and always with ``smtp_tls``. ``return_mail_dir`` is the Maildir that a mail server delivers
    to what comes back for ``mail_from``. ``publication_url`` is the address of the search; without it no search can be
    saved.
    """

    service: ClassVar[str] = "notification"

    smtp_host: str
    smtp_port: int = 25
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: bool = False
    mail_from: SenderAddress
    portal_url: str
    publication_url: str = ""
    return_mail_dir: Path | None = None
