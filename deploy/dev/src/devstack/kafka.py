"""A Kafka broker in KRaft mode, run from Maven's jars as a detached process.

Listeners, all on loopback: inner (no login, super user), external (SASL PLAIN and SCRAM-SHA-512, ACLs) and
controller.
"""

import base64
import os
import shutil
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from devstack.paths import LOCAL, ROOT
from devstack.ports import answers
from devstack.processes import Managed, StartError

HEAP = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-Xss512k")
QUICK = ("-Xshare:auto", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def jars() -> Path:
    """Return the folder of the broker's jars: ``TP_KAFKA_LIBS``, else what ``make up`` copied."""
    return Path(os.environ.get("TP_KAFKA_LIBS") or LOCAL / "kafka" / "libs")


class KafkaPorts(NamedTuple):
    """The ports of a broker's listeners."""

    inner: int
    external: int
    controller: int


@dataclass(frozen=True)
class Kafka:
    """One broker: where its files are, its ports, and its external users with their passwords."""

    home: Path
    ports: KafkaPorts
    users: Mapping[str, str]
    run: Path
    logs: Path

    @property
    def process(self) -> Managed:
        """Return the broker's process."""
        return Managed("kafka", ("kafka.Kafka", str(self.properties)), self.run, self.logs)

    @property
    def properties(self) -> Path:
        """Return the file with the broker's settings."""
        return self.home / "server.properties"

    @property
    def bootstrap(self) -> str:
        """Return the address of the inner listener."""
        return f"127.0.0.1:{self.ports.inner}"

    @property
    def external_bootstrap(self) -> str:
        """Return the address of the listener for outside parties."""
        return f"127.0.0.1:{self.ports.external}"

    def start(self) -> None:
        """Start the broker, formatting a new folder first, and wait until both listeners answer."""
        self.launch()
        self.process.wait_ready(self.ready)

    def launch(self) -> None:
        """Start the broker without waiting for it."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._write_properties()
        if not (self.home / "data" / "meta.properties").exists():
            self._format()
        log_settings = f"-Dlog4j2.configurationFile={ROOT / 'deploy' / 'kafka' / 'log4j2.properties'}"
        java = ["java", *HEAP, log_settings, "-cp", f"{jars()}/*", "kafka.Kafka", str(self.properties)]
        self.process.start(java, cwd=self.home)

    def stop(self) -> bool:
        """Stop the broker; return whether it ran."""
        return self.process.stop()

    def ready(self) -> bool:
        """Return whether both listeners answer."""
        return answers(self.ports.inner) and answers(self.ports.external)

    def _write_properties(self) -> None:
        template = (ROOT / "deploy" / "kafka" / "server.properties").read_text()
        text = template
        for word, value in self._words().items():
            text = text.replace("{" + word + "}", value)
        self.properties.write_text(text)
        self.properties.chmod(0o600)

    def _words(self) -> dict[str, str]:
        return {
            "inner_port": str(self.ports.inner),
            "external_port": str(self.ports.external),
            "controller_port": str(self.ports.controller),
            "data": str(self.home / "data"),
            "plain_users": _plain_users(self.users),
        }

    def _format(self) -> None:
        if not any(jars().glob("kafka_2.13-*.jar")):
            raise StartError(f"The broker's jars are not in {jars()}: run make up")
        shutil.rmtree(self.home / "data", ignore_errors=True)
        scram = [f"SCRAM-SHA-512=[name={user},password={password}]" for user, password in self.users.items()]
        command = ["java", *QUICK, "-cp", f"{jars()}/*", "kafka.tools.StorageTool", "format"]
        # One word: an id may begin with a dash.
        command += [f"--cluster-id={_cluster_id()}", "-c", str(self.properties)]
        command += [word for entry in scram for word in ("--add-scram", entry)]
        done = subprocess.run(command, text=True, capture_output=True, check=False)
        if done.returncode != 0:
            raise StartError(f"Kafka's folder {self.home} cannot be formatted: {done.stderr or done.stdout}")


def _plain_users(users: Mapping[str, str]) -> str:
    entries = "".join(f' user_{user}="{password}"' for user, password in users.items())
    return f"org.apache.kafka.common.security.plain.PlainLoginModule required{entries};"


def _cluster_id() -> str:
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
