"""Runs the validators that `make bootstrap-test` installs beside this module."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OPENAPI = HERE.parents[1] / "contracts" / "openapi"
ASYNCAPI = HERE.parents[1] / "contracts" / "asyncapi.json"
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}


def run(command: str, *arguments: str) -> str:
    """Return what a command of the validators prints, whatever it finds."""
    found = subprocess.run(
        [path_of(command), *arguments],
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **QUIET},
    )
    assert found.stdout.strip(), found.stderr
    return found.stdout


def path_of(command: str) -> str:
    """Return where a command of the validators is; Node is that of the machine."""
    return command if command == "node" else str(HERE / "node_modules" / ".bin" / command)


def parse_asyncapi(document: Path) -> dict[str, Any]:
    """Return what the parser of AsyncAPI finds in a document, and what it reads from it."""
    answer: dict[str, Any] = json.loads(run("node", "asyncapi.mjs", str(document)))
    return answer


def lint_with_redocly() -> list[str]:
    """Return each finding about the OpenAPI documents: errors and warnings."""
    return [finding for document in _documents() for finding in _findings_of_redocly(document)]


def _findings_of_redocly(document: str) -> Iterator[str]:
    # It asks for one report per document: for several it prints several, with nothing between them.
    report = run("redocly", "lint", "--config=redocly.yaml", "--format=json", document)
    for each in json.loads(report)["problems"]:
        place = each["location"][0].get("pointer", "")
        yield f"{Path(document).stem}: {each['severity']} {each['ruleId']} at {place}: {each['message']}"


def lint_with_spectral() -> list[str]:
    """Return each finding about the OpenAPI documents: errors and warnings, hints too."""
    report = run("spectral", "lint", "--ruleset=spectral.yaml", "--format=json", "--quiet", *_documents())
    return [
        f"{Path(each['source']).stem}: {each['code']} at /{'/'.join(map(str, each['path']))}: {each['message']}"
        for each in json.loads(report)
    ]


def _documents() -> list[str]:
    return sorted(str(path) for path in OPENAPI.glob("*.json"))
