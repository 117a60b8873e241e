"""Write every generated document of ``contracts/``: schemas, AsyncAPI, and each service's OpenAPI.

``python -m devstack.documents`` (``make contracts``); nothing has to run for it.
"""

import importlib
import os
from collections import defaultdict
from typing import Any

from fastapi import FastAPI

from chassis.settings import Settings
from contracts import documents
from devstack.paths import ROOT
from devstack.services import SERVICES, Service, settings

FOLDER = ROOT / "contracts"
# Settings ask for keys of the right shape; this one opens nothing.
NO_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


def application(service: Service) -> FastAPI:
    """Return the app of a service with settings that lead nowhere: what it offers can be looked at, and no more."""
    module = importlib.import_module(f"{service.name}.settings")
    kind = next(
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Settings) and each is not Settings
    )
    passwords: Any = defaultdict(lambda: defaultdict(lambda: NO_KEY))
    values: dict[str, Any] = {
        name.removeprefix("TP_").lower(): value for name, value in settings(service, passwords).items()
    }
    app: FastAPI = importlib.import_module(f"{service.name}.app").build(kind(**values))
    return app


def openapi(service: Service) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of a service as its ``/openapi.json`` gives it."""
    document: dict[str, Any] = application(service).openapi()
    return document


def files() -> dict[str, str]:
    """Return the content of every generated file by its path below ``contracts/``."""
    described = {f"openapi/{service.name}.json": documents.render(openapi(service)) for service in SERVICES}
    return documents.files() | described


if __name__ == "__main__":
    os.umask(0o022)
    documents.write(FOLDER, files())
