"""What a developer's hooks run before a commit is what ``make check`` runs."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
HOOKS = [
    hook for repo in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"] for hook in repo["hooks"]
]


def test_hooks_come_from_this_repository_and_run_what_is_installed() -> None:
    repos = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    assert {hook["language"] for hook in HOOKS} == {"system"}
    assert [hook["id"] for hook in HOOKS if not (ROOT / hook["entry"].split()[0]).is_file()] == []


def test_hooks_run_the_programs_of_make_check() -> None:
    [recipe] = re.findall(r"^check:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [hook["id"].split("-")[0] for hook in HOOKS] == re.findall(r"\$\(BIN\)/([a-z]+)", recipe)
