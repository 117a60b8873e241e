"""What docker-compose.yml and the Dockerfile say."""

import json
from pathlib import Path

import pytest

from deploy.tests.containers import COMPOSE, ROOT, Compose, Stage, read_env, read_stages, run


@pytest.fixture(scope="session")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A .env as deploy/images/secrets.sh writes it."""
    target = tmp_path_factory.mktemp("env") / ".env"
    done = run([ROOT / "deploy/images/secrets.sh", target])
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture(scope="session")
def compose(secrets: Path) -> Compose:
    """docker-compose.yml as compose itself understands it."""
    # Variables of this machine would win over the file.
    done = run([COMPOSE, "--env-file", secrets, "config", "--format", "json"], env={"HOME": str(secrets.parent)})
    # This program ends with 0 even when it prints an error.
    assert done.stderr == ""
    found = json.loads(done.stdout)
    return Compose(found["services"], found["networks"], read_env(secrets))


@pytest.fixture(scope="session")
def stages() -> dict[str, Stage]:
    """The stages of deploy/images/Dockerfile."""
    return read_stages((ROOT / "deploy/images/Dockerfile").read_text())


@pytest.fixture(scope="session")
def tracked() -> frozenset[str]:
    """Every file that git knows, and every folder that holds one."""
    files = run(["git", "ls-files"]).stdout.splitlines()
    assert files
    folders = {str(parent) for file in files for parent in Path(file).parents}
    return frozenset(files) | folders
