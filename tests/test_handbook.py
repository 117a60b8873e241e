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


def test_every_block_of_the_page_is_tried_here() -> None:
    assert set(BLOCKS) == {"setup", "publish", "receipts", "https", "feed", "dump", "topics", "token"}


def test_a_tilsyn_is_published_and_its_receipt_read(system: System) -> None:
    run(system, "setup", "publish")

    def receipt() -> dict[str, object] | None:
        lines = run(system, "setup", "publish", "receipts").splitlines()
        return next((r for r in map(json.loads, lines) if r["event_id"] == "my-event-1"), None)

    found = eventually(receipt, "the receipt of the page's tilsyn")
    assert found["accepted"] is False
    assert str(found["problem"]["type"]).endswith("/unknown-tilbud")  # type: ignore[index]


def test_the_same_over_https(system: System) -> None:
    answer = json.loads(run(system, "setup", "publish", "https"))
    assert answer["receipt"].startswith("/v1/external/receipts/")


@pytest.mark.parametrize("block", ["feed", "dump", "topics", "token"])
def test_the_other_commands_run(system: System, block: str) -> None:
    printed = run(system, "setup", block)
    assert block != "dump" or "feed-position" in printed.lower()
    assert block != "token" or printed.strip().endswith("Bearer")
