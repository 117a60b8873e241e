"""The keys of the vault: a port, and the two places that keys come from here."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reporting.settings import ReportingSettings

KEY_BYTES = 32
ID_DIGITS = 12

log = structlog.get_logger(__name__)


class UnusableKeys(ValueError):
    """Keys cannot be read, or are none; the text says where and never shows one."""


@dataclass(frozen=True)
class Key:
    """One AES-256 key; its id is a digest of it, so that nobody has to number keys."""

    secret: bytes

    @cached_property
    def id(self) -> str:
        """Return the first twelve hexadecimal digits of the SHA-256 digest; a random key cannot be found from them."""
        return hashlib.sha256(self.secret).hexdigest()[:ID_DIGITS]

    @cached_property
    def cipher(self) -> AESGCM:
        """Return the cipher under this key."""
        return AESGCM(self.secret)


# The first key encrypts; all of them decrypt.
KeyRing = tuple[Key, ...]


class KeySource(Protocol):
    """Where keys come from. An adapter to a key management service implements this (``docs/operate.md``)."""

    def ring(self) -> KeyRing:
        """Return the keys as they are now, the one that encrypts first.

        It is called for every number, so an adapter answers from memory, and goes on with what it knows while its
        service is silent.
        """
        ...


@dataclass(frozen=True)
class FixedKeys:
    """Keys that stay as they were when the process started."""

    known: KeyRing

    def ring(self) -> KeyRing:
        """Return the keys."""
        return self.known


class KeyFile:
    """Keys in a file, one in base64 on each line, the one that encrypts first; ``older`` only decrypt.

    The file is read again as soon as it is another one, so that keys change while the process runs. While it cannot
    be read the keys that are known go on.
    """

    def __init__(self, path: Path, older: KeyRing = ()) -> None:
        self._path = path
        self._older = older
        self._version = self._stamp()
        self._known = self._read()

    def ring(self) -> KeyRing:
        """Return the keys that the file holds now."""
        try:
            version = self._stamp()
            if version != self._version:
                self._known = self._read()
                self._version = version
                log.info("cpr keys read", keys=[key.id for key in self._known])
        except UnusableKeys as error:
            log.warning("cpr keys not read", error=str(error))
        return self._known

    def _stamp(self) -> tuple[int, int, int]:
        try:
            found = self._path.stat()
        except OSError as error:
            raise UnusableKeys(f"{self._path} cannot be read: {error.strerror}") from None
        return found.st_mtime_ns, found.st_ino, found.st_size

    def _read(self) -> KeyRing:
        try:
            lines = self._path.read_text("ascii").split()
        except (OSError, UnicodeDecodeError):
            raise UnusableKeys(f"{self._path} cannot be read") from None
        if not lines:
            raise UnusableKeys(f"{self._path} holds no key")
        read = [read_key(line, f"line {number} of {self._path}") for number, line in enumerate(lines, 1)]
        return tuple(dict.fromkeys([*read, *self._older]))


def key_source(settings: ReportingSettings) -> KeySource:
    """Return where this process has its keys from; :class:`UnusableKeys` when it could not open a number with them."""
    given: KeyRing = ()
    if settings.cpr_key is not None:
        given = (read_key(settings.cpr_key.get_secret_value(), "TP_CPR_KEY"),)
    return KeyFile(settings.cpr_key_file, given) if settings.cpr_key_file else FixedKeys(given)


def read_key(text: str, place: str) -> Key:
    """Return the key that ``text`` is in base64."""
    try:
        secret = base64.b64decode(text, validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise UnusableKeys(f"{place} is not {KEY_BYTES} bytes in base64")
    return Key(secret)
