# ruff: noqa: INP001  A program of its own: the image of the topics job has it beside devstack.
"""Give Kafka's external users their SCRAM-SHA-512 passwords: ``python scram.py kafka:9092``.

The official image cannot be told them when it formats its storage. The passwords are in the environment, as
``KAFKA_PASSWORD_<USER>``; the broker has the same ones for SASL PLAIN.
"""

import os
import sys

from confluent_kafka.admin import (  # type: ignore[attr-defined]  # It re-exports without saying so.
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)

from devstack.topics import PATIENCE, client, users

ITERATIONS = 8192
PREFIX = "KAFKA_PASSWORD_"


def passwords() -> dict[str, str]:
    """Return the users' passwords that are in the environment; ValueError when one is nobody's."""
    words = {f"{PREFIX}{user.replace('-', '_').upper()}": user for user in users()}
    given = {word: value for word, value in os.environ.items() if word.startswith(PREFIX)}
    if strangers := given.keys() - words.keys():
        raise ValueError(f"no user of Kafka belongs to {', '.join(sorted(strangers))}")
    return {words[word]: value for word, value in given.items()}


def main(bootstrap: str) -> int:
    """Set the passwords at the broker and return how many."""
    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS)
    wanted: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(user, info, password.encode()) for user, password in passwords().items()
    ]
    # The client must be kept: without it, the answers that are still under way are lost.
    admin = client(bootstrap)
    for done in admin.alter_user_scram_credentials(wanted, request_timeout=PATIENCE).values():
        done.result()
    return len(wanted)


if __name__ == "__main__":
    sys.stdout.write(f"{main(sys.argv[1])} users have their passwords\n")
