"""Every setting of every process stands in the operator's handbook, and none that is not there."""

import re
from importlib import import_module
from pathlib import Path

from chassis.settings import Settings
from devstack.services import SERVICES

PAGE = (Path(__file__).parents[2] / "docs" / "operate.md").read_text()
# What the portal asks of every service is one row.
OF_EACH_SERVICE = {f"TP_{each.name.upper()}_URL" for each in SERVICES}


def settings() -> set[str]:
    """Return the name of every setting."""
    for service in SERVICES:
        import_module(f"{service.name}.settings")
    classes: list[type[Settings]] = [Settings, *Settings.__subclasses__()]
    return {f"TP_{name.upper()}" for cls in classes for name in cls.model_fields}


def test_every_setting_stands_in_the_handbook() -> None:
    named = set(re.findall(r"TP_[A-Z_]+[A-Z]", PAGE))
    known = settings()
    assert {"TP_DATABASE_URL", "TP_JURISDICTION_URL", "TP_SEARCH_WORDS_FILE"} <= known
    assert known - named == set()
    assert named - known - OF_EACH_SERVICE == set()
