"""Reading docker-compose.yml with the real compose program, and the Dockerfile; no container engine is needed."""

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = Path(sys.prefix) / "bin" / "docker-compose"


def run(command: Sequence[str | Path], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a program in the checkout and return how it went."""
    return subprocess.run(  # noqa: S603 - the tests choose the programs
        list(map(str, command)), check=False, text=True, capture_output=True, cwd=ROOT, **options
    )


@dataclass(frozen=True)
class Compose:
    """The file after compose has filled in the variables, and the secrets that it was given."""

    services: dict[str, Any]
    networks: dict[str, Any]
    secrets: Mapping[str, str]

    def environment(self, name: str) -> dict[str, str]:
        """Return the variables of one container."""
        return dict(self.services[name].get("environment") or {})


@dataclass(frozen=True)
class Stage:
    """One stage of the Dockerfile: what it builds on and its instructions, in order."""

    name: str
    parent: str
    instructions: tuple[tuple[str, str], ...]

    def all(self, word: str) -> list[str]:
        """Return what stands behind every instruction ``word``."""
        return [rest for found, rest in self.instructions if found == word]


def read_env(path: Path) -> dict[str, str]:
    """Return the names and values of an env file."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def read_stages(text: str) -> dict[str, Stage]:
    """Return the stages of a Dockerfile by name."""
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    stages: dict[str, Stage] = {}
    name, parent, instructions = "", "", []
    for line in [*filter(None, map(str.strip, joined.splitlines())), "FROM end AS end"]:
        word, _, rest = line.partition(" ")
        if word != "FROM":
            instructions.append((word, rest.strip()))
            continue
        if name:
            stages[name] = Stage(name, parent, tuple(instructions))
        parent, _, name = rest.split()
        instructions = []
    return stages
