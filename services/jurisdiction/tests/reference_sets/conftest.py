"""A folder with the set of this release, and the command line as the operator runs it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from chassis.database import Database
from jurisdiction.reference_sets.files import FILES

Operate = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of the set that this release came with."""
    with as_file(files("contracts.reference")) as released:
        for name in FILES:
            shutil.copy(released / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def operate(database: Database) -> Operate:
    """Run ``python -m jurisdiction.operate reference`` on the database of the test."""
    settings = {
        "TP_DATABASE_URL": database.url,
        "TP_KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "TP_IDENTITY_ISSUER": "http://127.0.0.1:1",
    }

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "jurisdiction.operate", "reference", *map(str, words)]
        return subprocess.run(  # noqa: S603  The words are those of the test.
            command, env=os.environ | settings, capture_output=True, text=True, check=False, timeout=60
        )

    return run


def change(folder: Path, name: str, before: str, after: str) -> None:
    """Replace a text that stands in a file once."""
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    file.write_text(text.replace(before, after), encoding="utf-8")
