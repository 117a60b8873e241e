# ruff: noqa: INP001  A program of its own: the image of the topics job has it beside devstack.
"""Give Kafka's users their SCRAM-SHA-512 passwords: ``python scram.py kafka:9092``.

The official image cannot be told them when it formats its storage. The passwords are in the environment, as
``KAFKA_PASSWORD_<USER>``; the broker has the same ones for SASL PLAIN.
"""

import os
import sys

from contracts.topics import SERVICES
from devstack.topics import ADMIN_PASSWORD, ensure_passwords, users

PREFIX = "KAFKA_PASSWORD_"


def passwords() -> dict[str, str]:
    """Return the users' passwords that are in the environment; ValueError when one is nobody's."""
    words = {f"{PREFIX}{user.replace('-', '_').upper()}": user for user in (*users(), *SERVICES)}
    given = {word: value for word, value in os.environ.items() if word.startswith(PREFIX) and word != ADMIN_PASSWORD}
    if strangers := given.keys() - words.keys():
        raise ValueError(f"no user of Kafka belongs to {', '.join(sorted(strangers))}")
    return {words[word]: value for word, value in given.items()}


if __name__ == "__main__":
    sys.stdout.write(f"{ensure_passwords(sys.argv[1], passwords())} users have their passwords\n")
