"""The commands of the integrator's handbook are copied from its page and run."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from devstack.system import System
from tests.e2e.client import eventually

PAGE = Path(__file__).parents[1] / "docs" / "integrate.md"
BLOCK = re.compile(r"^```sh (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = dict(BLOCK.findall(PAGE.read_text()))


def run(system: System, *names: str) -> str:
    """Run the named blocks as one script in the folder of the system and return what the last one printed."""
    *before, last = names
    script = "\n".join([*(BLOCKS[name] for name in before), "echo '-- last --'", BLOCKS[last]])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=system.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.rsplit("-- last --\n", 1)[1]


# What each block stands on.
HTTPS = ("setup", "https")
OTHERS = ("mine", "codes", "feed", "dump", "topics", "token")
TRIED = {"setup", "publish", "receipts", "https", "after", "effect", "application", *OTHERS}


def test_every_block_of_the_page_is_tried_here() -> None:
    assert set(BLOCKS) == TRIED


def test_a_tilsyn_is_published_and_its_receipt_read(system: System) -> None:
    run(system, "setup", "mine", "publish")

    def receipt() -> dict[str, object] | None:
        lines = run(system, "setup", "mine", "publish", "receipts").splitlines()
        return next((r for r in map(json.loads, lines) if r["event_id"] == "my-event-1"), None)

    found = eventually(receipt, "the receipt of the page's tilsyn")
    assert (found["accepted"], found["problem"]) == (True, None)


def test_the_same_over_https_until_its_receipt_is_settled(system: System) -> None:
    assert run(system, *HTTPS).startswith("/v1/external/receipts/")
    accepted, problem = run(system, *HTTPS, "after").split()
    assert (accepted, problem.rpartition("/")[2]) == ("false", "unknown-tilbud")
    effect, *receipts = run(system, *HTTPS, "effect").split()
    assert effect == "none"
    assert "my-event-2" in receipts


def test_an_application_becomes_a_tilbud(system: System) -> None:
    run(system, *HTTPS, "application")
    accepted, *problem = run(system, *HTTPS, "application", "after").split()
    assert (accepted, problem) == ("true", [])


@pytest.mark.parametrize("block", OTHERS)
def test_the_other_commands_run(system: System, block: str) -> None:
    printed = run(system, "setup", block)
    assert printed.strip()
    assert block != "mine" or "Solsikken" in printed
    assert block != "codes" or "botilbud-laengerevarende" in printed
    assert block != "dump" or "feed-position" in printed.lower()
    assert block != "token" or printed.strip().endswith("Bearer")
