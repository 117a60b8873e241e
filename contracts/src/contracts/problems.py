"""The closed list of problem types: address, HTTP status, and what each says in Danish and in English, by its slug."""

from importlib.resources import files
from typing import Any, NamedTuple

import yaml

TYPE_BASE = "https://tilbudsportalen.dk/problems/"


class ProblemType(NamedTuple):
    """One type of problem: its stable address, the HTTP status it is answered with, and its title in two languages."""

    type: str
    status: int
    title: str
    title_en: str


class Explanation(NamedTuple):
    """What a type of problem means and what to do, in Danish and in English."""

    danish: str
    english: str


_RAW: dict[str, dict[str, Any]] = yaml.safe_load(files("contracts").joinpath("problems.yaml").read_text("utf-8"))

PROBLEMS = {
    slug: ProblemType(TYPE_BASE + slug, each["status"], each["title"], each["title_en"]) for slug, each in _RAW.items()
}
EXPLANATIONS = {slug: Explanation(each["about"], each["about_en"]) for slug, each in _RAW.items()}
