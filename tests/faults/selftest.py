"""``make faults-selftest``: break each mechanism on purpose, and show that the harness turns red because of it.

A patch beside this file changes a copy of the source; the processes and the test run on that copy. A patch that does
not apply, a broken system that stays green, and one that turns red for another reason are failures of the harness.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PATCHES = HERE / "broken"
SHOWN = 40
SHORT = {"FAULTS_LONG": "", "FAULTS_SIZE": "100", "FAULTS_ROUNDS": "1", "FAULTS_SEED": "1"}


@dataclass(frozen=True)
class Broken:
    """One mechanism that is broken: the patch, the smallest run that must turn red, and what it must say."""

    patch: str
    what: str
    test: str
    says: str
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """Return the patch."""
        return PATCHES / f"{self.patch}.patch"

    @property
    def sources(self) -> set[str]:
        """Return the source folders that the patch changes, for instance ``chassis/src``."""
        changed = re.findall(r"^\+\+\+ b/(.+?/src)/", self.file.read_text(), re.MULTILINE)
        return set(changed)


BROKEN = (
    Broken(
        "no-inbox",
        "a message that comes again is handled again",
        "test_consume_faults.py::test_a_partition_that_is_delivered_again_from_zero_changes_nothing",
        r"FROM things\"\) == before",
    ),
    Broken(
        "acknowledged-before-commit",
        "Kafka hears that a batch is done before its transaction is committed",
        "test_consume_faults.py::test_a_kill_before_the_commit_has_no_effect_and_the_messages_come_again",
        r"sum\(applied\)",
    ),
    Broken(
        "unsorted-relay",
        "the relay takes rows in any order",
        "test_relay_faults.py::test_a_relay_killed_between_acknowledgement_and_delete_sends_again_in_order",
        r"list\(dict\.fromkeys\(found\)\)",
    ),
    Broken(
        "guard-per-case",
        "an older case that is approved later is dropped whole, also the steps that nothing newer has replaced",
        "test_order_faults.py::test_the_newer_content_stands[older_approved_later]",
        "publication does not show the newest",
    ),
    Broken(
        "acknowledged-before-commit-under-fire",
        "the same in all services at once, with a pause in which a kill falls; judged by the ledger",
        "test_fire_faults.py::test_nothing_is_lost_doubled_or_out_of_order_under_fire",
        r"lost +[1-9]",
        {"FAULTS_REPORTS": "8", "FAULTS_FIRE_ROUNDS": "1", "FAULTS_PATIENCE": "90"},
    ),
)


def prepare(broken: Broken, folder: Path) -> str | None:
    """Copy the source that ``broken`` changes into ``folder`` and change it; return what went wrong."""
    for source in broken.sources:
        shutil.copytree(ROOT / source, folder / source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    # Outside of any repository, git apply takes the paths from here.
    environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(folder.parent)}
    command = ["git", "apply", "-p1", str(broken.file)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"the patch does not apply any more: {done.stderr.strip()}"
    same = [source for source in broken.sources if not _differs(ROOT / source, folder / source)]
    return f"the patch changes nothing in {same}" if same else None


def _differs(one: Path, other: Path) -> bool:
    return any(file.read_bytes() != (one / file.relative_to(other)).read_bytes() for file in other.rglob("*.py"))


def run(broken: Broken, folder: Path) -> tuple[bool, str]:
    """Run the test on the changed source; return whether it turned red as it must, and what caught it."""
    report = folder / "report.xml"
    path = os.pathsep.join(str(folder / source) for source in sorted(broken.sources))
    environment = os.environ | SHORT | broken.settings | {"PYTHONPATH": path}
    command = [str(Path(sys.executable).with_name("pytest")), "-q", "-x", "-p", "no:cacheprovider"]
    command += ["--timeout=900", f"--junitxml={report}", f"{HERE / broken.test}"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if not report.exists():
        return False, f"the run came to nothing: {done.stdout[-400:]}{done.stderr[-400:]}"
    case = ElementTree.parse(report).getroot().find(".//testcase")  # noqa: S314  We have just written it.
    failure = case.find("failure") if case is not None else None
    if failure is None:
        return False, "stays green" if done.returncode == 0 else f"no check failed, but: {done.stdout[-600:]}"
    said = _said(failure.text or "")
    return (True, said) if re.search(broken.says, said) else (False, f"red for another reason:\n{failure.text}")


def _said(text: str) -> str:
    """Return the check that failed and what it saw, as pytest shows them; the rest of the test is no reason."""
    checks = [line[1:].strip() for line in text.splitlines() if line.startswith(">")]
    seen = [line[2:].strip() for line in text.splitlines() if line.startswith("E ")]
    return "\n  ".join([*checks[-1:], *seen[:SHOWN]])


def _short(broken: Broken, said: str) -> str:
    """Return the lines that it was recognised by."""
    return "\n  ".join(line.strip()[:160] for line in said.splitlines() if re.search(broken.says, line))


def say(text: str) -> None:
    """Show a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def check(broken: Broken) -> bool:
    """Break one mechanism, run, and say what came of it."""
    say(f"{broken.patch}: {broken.what}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-broken-") as place:
        folder = Path(place)
        problem = prepare(broken, folder)
        red, said = (False, problem) if problem else run(broken, folder)
    seconds = time.monotonic() - began
    if red:
        say(f"  red, as it must be, after {seconds:.0f} s\n  caught by {broken.test}\n  {_short(broken, said)}")
    else:
        say(f"  NOT CAUGHT after {seconds:.0f} s by {broken.test}\n  {said}")
    return red


def main(names: list[str]) -> int:
    """Check everything, or the patches that are named; 0 when each turned red."""
    chosen = [broken for broken in BROKEN if not names or broken.patch in names]
    caught = [broken for broken in chosen if check(broken)]
    say(f"{len(caught)} of {len(chosen)} broken systems were caught")
    return 0 if chosen and len(caught) == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
