"""How fast each user may write to the broker and read from it.

No Python client of Kafka can set quotas (confluent-kafka 2.16, aiokafka 0.14), and Kafka's own program needs a Java
process for each user, so the one request of the protocol that does it is written here: AlterClientQuotas, version 0,
behind SaslHandshake and SaslAuthenticate where the listener asks for a login.
"""

import socket
import struct
from collections.abc import Mapping

# Key and version of each request.
SASL_HANDSHAKE = (17, 1)
SASL_AUTHENTICATE = (36, 0)
ALTER_CLIENT_QUOTAS = (49, 0)
# Where another value would take the quota away.
KEEP = 0
TIMEOUT_SECONDS = 30.0

Quotas = Mapping[str, float]


class QuotasRefused(Exception):
    """The broker did not take the quotas; the text says why."""


def set_quotas(bootstrap: str, quotas: Mapping[str | None, Quotas], *, login: tuple[str, str] | None = None) -> None:
    """Set quotas of users by name, bytes a second by Kafka's names of them; None is everybody who has none.

    ``login`` is a name and a password for SASL PLAIN. QuotasRefused when the broker refuses it or a quota.
    """
    host, _, port = bootstrap.rpartition(":")
    entries = b"".join(_entry(user, values) for user, values in quotas.items())
    with socket.create_connection((host, int(port)), TIMEOUT_SECONDS) as connection:
        if login:
            _sign_in(connection, *login)
        _refuse_errors(_call(connection, ALTER_CLIENT_QUOTAS, struct.pack(">i", len(quotas)) + entries + b"\0"))


def _sign_in(connection: socket.socket, user: str, password: str) -> None:
    proof = f"\0{user}\0{password}".encode()
    for request, body in (
        (SASL_HANDSHAKE, _text("PLAIN")),
        (SASL_AUTHENTICATE, struct.pack(">i", len(proof)) + proof),
    ):
        (code,) = struct.unpack_from(">h", _call(connection, request, body))
        if code:
            raise QuotasRefused(f"{code} the login is refused")


def _entry(user: str | None, values: Quotas) -> bytes:
    entity = struct.pack(">i", 1) + _text("user") + _text(user)
    operations = b"".join(_text(key) + struct.pack(">db", value, KEEP) for key, value in values.items())
    return entity + struct.pack(">i", len(values)) + operations


def _text(text: str | None) -> bytes:
    if text is None:
        return struct.pack(">h", -1)
    raw = text.encode()
    return struct.pack(">h", len(raw)) + raw


def _call(connection: socket.socket, request: tuple[int, int], body: bytes) -> bytes:
    """Send one request and return the body of its answer, which begins behind the correlation id."""
    message = struct.pack(">hhi", *request, 1) + _text("devstack") + body
    connection.sendall(struct.pack(">i", len(message)) + message)
    with connection.makefile("rb") as answer:
        (size,) = struct.unpack(">i", answer.read(4))
        return answer.read(size)[4:]


def _refuse_errors(answer: bytes) -> None:
    """Raise QuotasRefused for the first entry with an error; each begins with its code and its message."""
    _, entries = struct.unpack_from(">ii", answer)
    place = 8
    for _ in range(entries):
        code, length = struct.unpack_from(">hh", answer, place)
        place += 4
        message = answer[place : place + max(0, length)].decode()
        if code:
            raise QuotasRefused(f"{code} {message}")
        place = _behind_entity(answer, place + max(0, length))


def _behind_entity(answer: bytes, place: int) -> int:
    (parts,) = struct.unpack_from(">i", answer, place)
    place += 4
    for _ in range(2 * parts):
        (length,) = struct.unpack_from(">h", answer, place)
        place += 2 + max(0, length)
    return place
