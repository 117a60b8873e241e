"""``make chaos-selftest``: break each mechanism on purpose, and show that the tests turn red because of it.

A patch in ``mutations/`` changes a copy of the source; the processes and the test run on that copy. A patch that does
not apply, a mutated system that stays green, and one that turns red for another reason are failures of the tests.
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
PATCHES = HERE / "mutations"
SHOWN = 40
SHORT = {"CHAOS_LONG": "", "CHAOS_SIZE": "100", "CHAOS_ROUNDS": "1", "CHAOS_SEED": "1"}


@dataclass(frozen=True)
class Mutation:
    """One mechanism that is broken: the patch, the smallest run that must turn red, and what the failure must say."""

    patch: str
    what: str
    test: str
    failure: str
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


MUTATIONS = (
    Mutation(
        "no-inbox",
        "a message that comes again is handled again",
        "test_consume.py::test_a_partition_that_is_delivered_again_from_zero_changes_nothing",
        r"FROM things\"\) == before",
    ),
    Mutation(
        "acknowledged-before-commit",
        "a batch is acknowledged to Kafka before its transaction is committed",
        "test_consume.py::test_a_kill_before_the_commit_has_no_effect_and_the_messages_come_again",
        r"sum\(applied\)",
    ),
    Mutation(
        "unsorted-relay",
        "the relay takes rows in any order",
        "test_relay.py::test_a_relay_killed_between_acknowledgement_and_delete_sends_again_in_order",
        r"list\(dict\.fromkeys\(found\)\)",
    ),
    Mutation(
        "guard-per-case",
        "an older case that is approved later is dropped whole, also the steps that nothing newer has replaced",
        "ordering/test_ordering.py::test_the_newer_content_stands[older_approved_later]",
        "publication does not show the newest",
    ),
    Mutation(
        "acknowledged-before-commit-under-kills",
        "the same in all services at once, with a pause in which a kill falls; found by the checker",
        "test_kills.py::test_nothing_is_lost_duplicated_or_reordered_while_workers_are_killed",
        r"lost +[1-9]",
        {"CHAOS_REPORTS": "8", "CHAOS_KILL_ROUNDS": "1", "CHAOS_CLIENT_SECONDS": "90"},
    ),
)


def prepare(mutation: Mutation, folder: Path) -> str | None:
    """Copy the source that ``mutation`` changes into ``folder`` and change it; return what went wrong."""
    for source in mutation.sources:
        shutil.copytree(ROOT / source, folder / source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    # Outside of any repository, git apply takes the paths from here.
    environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(folder.parent)}
    command = ["git", "apply", "-p1", str(mutation.file)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"the patch does not apply any more: {done.stderr.strip()}"
    same = [source for source in mutation.sources if not _differs(ROOT / source, folder / source)]
    return f"the patch changes nothing in {same}" if same else None


def _differs(one: Path, other: Path) -> bool:
    return any(file.read_bytes() != (one / file.relative_to(other)).read_bytes() for file in other.rglob("*.py"))


def run(mutation: Mutation, folder: Path) -> tuple[bool, str]:
    """Run the test on the changed source; return whether it turned red as it must, and what caught it."""
    report = folder / "report.xml"
    path = os.pathsep.join(str(folder / source) for source in sorted(mutation.sources))
    environment = os.environ | SHORT | mutation.settings | {"PYTHONPATH": path}
    command = [str(Path(sys.executable).with_name("pytest")), "-q", "-x", "-p", "no:cacheprovider"]
    command += ["--timeout=900", f"--junitxml={report}", f"{HERE / mutation.test}"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if not report.exists():
        return False, f"the run came to nothing: {done.stdout[-400:]}{done.stderr[-400:]}"
    case = ElementTree.parse(report).getroot().find(".//testcase")  # noqa: S314  We have just written it.
    failure = case.find("failure") if case is not None else None
    if failure is None:
        return False, "stays green" if done.returncode == 0 else f"no check failed, but: {done.stdout[-600:]}"
    check = _failed_check(failure.text or "")
    return (True, check) if re.search(mutation.failure, check) else (False, f"red for another reason:\n{failure.text}")


def _failed_check(text: str) -> str:
    """Return the check that failed and what it saw, as pytest shows them; the rest of the test is no reason."""
    checks = [line[1:].strip() for line in text.splitlines() if line.startswith(">")]
    seen = [line[2:].strip() for line in text.splitlines() if line.startswith("E ")]
    return "\n  ".join([*checks[-1:], *seen[:SHOWN]])


def _matching_lines(mutation: Mutation, check: str) -> str:
    """Return the lines that the mutation was recognised by."""
    return "\n  ".join(line.strip()[:160] for line in check.splitlines() if re.search(mutation.failure, line))


def show(text: str) -> None:
    """Show a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def is_caught(mutation: Mutation) -> bool:
    """Break one mechanism, run, and show what came of it."""
    show(f"{mutation.patch}: {mutation.what}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chaos-mutation-") as name:
        folder = Path(name)
        problem = prepare(mutation, folder)
        red, reason = (False, problem) if problem else run(mutation, folder)
    seconds = time.monotonic() - began
    if red:
        lines = _matching_lines(mutation, reason)
        show(f"  red, as it must be, after {seconds:.0f} s\n  caught by {mutation.test}\n  {lines}")
    else:
        show(f"  NOT CAUGHT after {seconds:.0f} s by {mutation.test}\n  {reason}")
    return red


def main(names: list[str]) -> int:
    """Check everything, or the mutations that are named; 0 when each turned red."""
    chosen = [mutation for mutation in MUTATIONS if not names or mutation.patch in names]
    caught = [mutation for mutation in chosen if is_caught(mutation)]
    show(f"{len(caught)} of {len(chosen)} mutations were caught")
    return 0 if chosen and len(caught) == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
