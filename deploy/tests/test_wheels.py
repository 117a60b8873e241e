"""Every file of our packages reaches the images: a wheel leaves out, without a word, data that nobody declared."""

import sys
import zipfile
from pathlib import Path

import pytest

from contracts.topics import SERVICES
from deploy.tests.containers import ROOT, run

PACKAGES = (
    "contracts",
    "chassis",
    "web",
    "operations",
    "reports",
    "deploy/dev",
    *(f"services/{service}" for service in SERVICES),
)


def copy(package: str, target: Path) -> set[str]:
    """Copy what git knows or would take of a package, and return the files below its src folder."""
    listing = run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", package]).stdout.splitlines()
    names = [name for name in listing if (ROOT / name).exists()]
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes((ROOT / name).read_bytes())
    source = f"{package}/src/"
    return {name.removeprefix(source) for name in names if name.startswith(source)}


@pytest.mark.slow
def test_the_wheels_hold_every_file_of_their_packages(tmp_path: Path) -> None:
    wanted = {package: copy(package, tmp_path) for package in PACKAGES}
    assert all(wanted.values())
    options: list[str | Path] = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path / "wheels"]
    done = run([sys.executable, "-m", "pip", "wheel", *options, *(tmp_path / package for package in PACKAGES)])
    assert done.returncode == 0, done.stderr
    wheels = list((tmp_path / "wheels").glob("*.whl"))
    assert len(wheels) == len(PACKAGES)
    held = set[str]().union(*(zipfile.ZipFile(wheel).namelist() for wheel in wheels))
    assert {package: files - held for package, files in wanted.items() if files - held} == {}
