"""What the portal needs to know beside the settings that every service has."""

from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import SecretStr

from chassis.settings import Settings


class PortalSettings(Settings):
    """``assets_dir`` is laid out like npm's node_modules; ``assets.NEEDED`` says what is used of it.

    ``session_key`` is any long random text. ``texts_dir`` may hold news, contacts and pages of words instead of ours.
    ``publication_public_url`` is the address of publication for everybody, where it is another than ours to it.
    """

    service: ClassVar[str] = "portal"

    portal_url: str
    reporting_url: str
    jurisdiction_url: str
    approval_url: str
    publication_url: str
    publication_public_url: str = ""
    notification_url: str
    oidc_client_id: str = "portal"
    oidc_client_secret: SecretStr
    session_key: SecretStr
    assets_dir: Path
    texts_dir: Path | None = None

    @property
    def secure(self) -> bool:
        """Return whether cookies travel over TLS only; in development there is none."""
        return self.environment == "production"

    @property
    def identity_origin(self) -> str:
        """Return scheme, host and port of the identity provider, as a content security policy names it."""
        parts = urlsplit(self.identity_issuer)
        return f"{parts.scheme}://{parts.netloc}"
