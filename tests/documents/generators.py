"""Makes clients from the OpenAPI documents as an outside team would, checks types, and runs a program with them."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.documents.validators import HERE, OPENAPI, path_of

PROGRAMS = HERE / "clients"
ENVIRONMENT = HERE.parents[1] / ".local" / "validators" / "bin"
APIS = ("approval", "jurisdiction", "notification", "publication", "reporting")
# The generator knows neither lines of JSON, which are a text to it, nor files of these types.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE = "application/octet-stream"
TYPES = {"application/x-ndjson": "text/plain", XLSX: FILE, "application/pdf": FILE}
SETTINGS = {"post_hooks": [], "literal_enums": True, "content_type_overrides": TYPES}
TYPESCRIPT = {
    "compilerOptions": {
        "strict": True, "exactOptionalPropertyTypes": True, "noUncheckedIndexedAccess": True, "skipLibCheck": False,
        "target": "es2022", "module": "nodenext", "lib": ["es2023", "dom", "dom.iterable"], "types": [],
    },
    "include": ["*.ts", "generated/*.ts"],
}  # fmt: skip


class Failed(AssertionError):
    """A generator, a compiler or a program has found a fault."""


def run(folder: Path, *command: str, given: str = "") -> str:
    """Return what a command prints; Failed when it ends with another status than 0."""
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise Failed(f"{Path(command[0]).name}: {done.stdout[-3_000:]}{done.stderr[-3_000:]}")
    return done.stdout


def make_python_clients(folder: Path) -> None:
    """Make a package ``generated`` with a client of each API; a warning of the generator is a fault."""
    (folder / "settings.json").write_text(json.dumps(SETTINGS))
    (folder / "generated").mkdir()
    (folder / "generated" / "__init__.py").touch()
    for api in APIS:
        where = [f"--path={OPENAPI / api}.json", f"--output-path=generated/{api}", "--config=settings.json"]
        run(folder, f"{ENVIRONMENT}/openapi-python-client", "generate", *where, "--meta=none", "--fail-on-warning")
    shutil.copy(PROGRAMS / "program.py", folder)


def check_python(folder: Path) -> None:
    """Check the types of the clients and of the program that uses them."""
    run(folder, f"{ENVIRONMENT}/mypy", "generated", "program.py")


def run_python(folder: Path, given: dict[str, str]) -> dict[str, Any]:
    """Run the program with the Python clients and return what it has seen."""
    seen: dict[str, Any] = json.loads(run(folder, f"{ENVIRONMENT}/python", "program.py", given=json.dumps(given)))
    return seen


def make_typescript_clients(folder: Path) -> None:
    """Make the types of each API, and compile them and the program strictly."""
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "tsconfig.json").write_text(json.dumps(TYPESCRIPT))
    for api in APIS:
        run(folder, path_of("openapi-typescript"), f"{OPENAPI / api}.json", "--output", f"generated/{api}.ts")
    shutil.copy(PROGRAMS / "program.ts", folder)
    # The types of Node are not needed but for what the program reads from.
    (folder / "node.d.ts").write_text("declare const process: { stdin: AsyncIterable<unknown> };\n")
    run(folder, path_of("tsc"), "--project", "tsconfig.json")


def run_typescript(folder: Path, given: dict[str, str]) -> dict[str, Any]:
    """Run the compiled program and return what it has seen."""
    seen: dict[str, Any] = json.loads(run(folder, path_of("node"), "program.js", given=json.dumps(given)))
    return seen
