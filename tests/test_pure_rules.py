"""Rules are pure: each ``rules.py``, imported alone, loads neither web framework nor database nor broker."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = (*ROOT.glob("services/*/src"), ROOT / "reports" / "src")
MECHANISM = ("fastapi", "starlette", "sqlalchemy", "asyncpg", "aiokafka", "faststream")
SCRIPT = """
import importlib, sys
module, *mechanism = sys.argv[1:]
importlib.import_module(module)
print(*(name for name in mechanism if name in sys.modules))
"""


def module_of(file: Path, source: Path) -> str:
    """Return the dotted name of a module, for instance ``approval.cases.rules``."""
    return ".".join(file.relative_to(source).with_suffix("").parts)


RULES = sorted(module_of(file, source) for source in SOURCES for file in source.rglob("rules.py"))


def loaded_by(module: str) -> list[str]:
    """Return what of the mechanism a fresh interpreter has loaded after it imported ``module``."""
    command = [sys.executable, "-I", "-c", SCRIPT, module, *MECHANISM]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("module", RULES)
def test_rules_load_no_mechanism(module: str) -> None:
    assert loaded_by(module) == []


@pytest.mark.parametrize("package", ["reports", *sorted(path.name for path in ROOT.glob("services/*"))])
def test_every_package_with_decisions_has_rules(package: str) -> None:
    """A search that finds nothing anywhere would be worth nothing."""
    assert [module for module in RULES if module.startswith(f"{package}.")]


def test_a_module_that_loads_the_mechanism_is_seen() -> None:
    assert loaded_by("chassis.database") == ["sqlalchemy", "asyncpg"]
