"""The Dockerfile against what it stands for: the repository's files, hashed requirements, what the portal serves."""

import re
import sys
from importlib.metadata import files

import pytest

from contracts.topics import SERVICES
from deploy.tests.containers import ROOT, Compose, Stage, run
from devstack import platform, topics
from portal.assets import NEEDED

FINAL = ("service", "portal", "topics")
LOCKED = ("deploy/images/build.txt", "deploy/images/topics.txt", *(f"services/{s}/requirements.txt" for s in SERVICES))


def line_of(stages: dict[str, Stage], name: str) -> list[Stage]:
    """Return a stage and all that it builds on."""
    stage = stages.get(name)
    return [] if stage is None else [stage, *line_of(stages, stage.parent)]


def sources(stage: Stage) -> list[str]:
    """Return what a stage copies out of the repository."""
    return [path for copy in stage.all("COPY") if not copy.startswith("--from=") for path in copy.split()[:-1]]


def test_every_argument_is_given_and_every_given_one_exists(compose: Compose, stages: dict[str, Stage]) -> None:
    builds = [found["build"] for found in compose.services.values() if "build" in found]
    given = {name for build in builds for name in build.get("args", {})}
    declared = {name.split("=")[0] for stage in stages.values() for name in stage.all("ARG")}
    assert given == declared == {"SERVICE"}
    assert {build["target"] for build in builds} == set(FINAL)
    assert {build["dockerfile"] for build in builds} == {"deploy/images/Dockerfile"}
    for build in builds:
        needed = any(stage.all("ARG") for stage in line_of(stages, build["target"]))
        assert bool(build.get("args")) == needed


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_copied_is_in_the_repository_and_reaches_the_builder(
    stages: dict[str, Stage], tracked: frozenset[str], service: str
) -> None:
    copied = {path.replace("${SERVICE}", service) for stage in stages.values() for path in sources(stage)}
    assert copied - tracked == set()
    ignored = (ROOT / "deploy/images/Dockerfile.dockerignore").read_text().splitlines()
    let_through = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert {path.split("/")[0] for path in copied} == let_through
    assert "*" in ignored


def test_what_is_copied_between_stages_comes_from_a_stage_that_exists(stages: dict[str, Stage]) -> None:
    origins = [copy.split()[0] for stage in stages.values() for copy in stage.all("COPY") if copy.startswith("--from=")]
    assert len(origins) >= 4
    assert {origin.removeprefix("--from=") for origin in origins} <= set(stages)


@pytest.mark.parametrize("path", LOCKED)
def test_requirements_are_pinned_hashed_and_name_no_index(path: str) -> None:
    text = (ROOT / path).read_text()
    assert not re.search(r"https?://|--(extra-)?index|--find-links", text)
    entries = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if not entry.startswith("#")]
    assert entries
    for entry in entries:
        assert re.match(r"[\w.\[\]-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("path", ["deploy/images/build.txt", "deploy/images/topics.txt"])
def test_the_images_have_the_versions_that_are_tested(path: str) -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^([\w.\[\]-]+==[\w.+!]+)", (ROOT / name).read_text(), re.MULTILINE))

    assert pins(path)
    assert pins(path) <= pins("requirements/dev.txt")


@pytest.mark.parametrize("name", FINAL)
def test_what_runs_is_nobody_special_and_has_no_build_tools(stages: dict[str, Stage], name: str) -> None:
    line = line_of(stages, name)
    users = [user for stage in line for user in stage.all("USER")]
    assert users[-1] == "10001:10001"
    assert not [user for user in users if user.startswith(("root", "0"))]
    commands = " ".join(run for stage in line for run in stage.all("RUN"))
    assert "pip uninstall" in commands
    assert not re.search(r"apt-get|npm|install\.sh", commands)
    assert line[-1].parent == "python:3.11.14-slim-bookworm"


def test_the_build_checks_hashes_and_takes_nothing_but_our_own_wheels_after_that(stages: dict[str, Stage]) -> None:
    runs = " ".join(stages["service-build"].all("RUN"))
    assert "install.sh requirements /opt/venv services/${SERVICE}/requirements.txt" in runs
    assert "install.sh packages /opt/venv contracts chassis web operations reports services/${SERVICE}" in runs
    script = (ROOT / "deploy/images/install.sh").read_text()
    installs = [line for line in script.splitlines() if "pip install" in line]
    assert len(installs) == 3
    assert all("--require-hashes" in line or "--no-index --no-deps" in line for line in installs)


def test_the_topics_job_runs_the_module_of_make_up(stages: dict[str, Stage]) -> None:
    command = stages["topics"].all("CMD")[0]
    assert f"python -m {topics.__name__} --bootstrap" in command
    assert vars(platform)["topics"] is topics


def test_the_topics_job_imports_nothing_that_its_image_lacks() -> None:
    """Its lock file is made by hand from what devstack.topics imports, not from devstack's requirements."""
    script = (
        "import sys; before = set(sys.modules); import devstack.topics\n"
        "for name in sys.modules.keys() - before: print(name, getattr(sys.modules[name], '__file__', None))"
    )
    loaded = dict(line.split(" ", 1) for line in run([sys.executable, "-I", "-c", script]).stdout.splitlines())
    others = {name.partition(".")[0] for name, file in loaded.items() if "/site-packages/" in file}
    assert "confluent_kafka" in others
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "deploy/images/topics.txt").read_text(), re.MULTILINE)
    brought = {file.parts[0].removesuffix(".py") for name in locked for file in files(name) or []}
    assert others - brought == set()


def test_the_portal_gets_every_file_that_it_serves(stages: dict[str, Stage]) -> None:
    portal = stages["portal"]
    folder = dict(re.findall(r"(\w+)=(\S+)", " ".join(portal.all("ENV"))))["TP_ASSETS_DIR"]
    copied = [copy.split()[1:] for copy in portal.all("COPY")]
    placed = {target.removeprefix(f"{folder}/"): source for source, target in copied}
    assert all(source == f"/src/node_modules/{path}" for path, source in placed.items())
    for pattern in NEEDED:
        assert any(pattern == path or pattern.startswith(f"{path}/") for path in placed), pattern
    assert stages["assets"].all("RUN") == ["npm ci --omit=dev"]
