"""The documents that outside parties build against, generated from the models: JSON Schemas and AsyncAPI 3.

``python -m contracts.documents <folder>`` writes them; the OpenAPI documents come from the running services.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from contracts.asyncapi import asyncapi
from contracts.events import EVENTS
from contracts.events.external import INBOUND

SCHEMA_DIALECT = GenerateJsonSchema.schema_dialect
SCHEMA_BASE = "https://tilbudsportalen.dk/schemas"
VERSION = "1.0.0"


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of the data of every event, by CloudEvents type."""
    written = {event.ce_type: _schema(event.ce_type, event, "serialization") for event in EVENTS}
    return written | {event.ce_type: _schema(event.ce_type, event, "validation") for event in INBOUND}


def _schema(ce_type: str, model: type[BaseModel], mode: JsonSchemaMode) -> dict[str, Any]:
    names = {"$schema": SCHEMA_DIALECT, "$id": f"{SCHEMA_BASE}/{ce_type}.json"}
    return {**names, **model.model_json_schema(mode=mode)}


def inbound_types() -> frozenset[str]:
    """Return the types that others write and we read."""
    return frozenset(event.ce_type for event in INBOUND)


def files() -> dict[str, str]:
    """Return the content of every generated file by its path below ``contracts/``."""
    documents: dict[str, Any] = {f"schemas/{ce_type}.json": schema for ce_type, schema in schemas().items()}
    documents["asyncapi.json"] = asyncapi(VERSION)
    return {path: render(document) for path, document in documents.items()}


def render(document: Any) -> str:
    """Return ``document`` as it stands in a file: indented, UTF-8, keys in their own order."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def write(folder: Path, contents: Mapping[str, str]) -> None:
    """Write ``contents`` below ``folder``; who reads a file meanwhile has it as it was, or as it is."""
    for path, text in contents.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        written = target.with_suffix(".new")
        written.write_text(text)
        written.replace(target)


if __name__ == "__main__":
    write(Path(sys.argv[1]), files())
