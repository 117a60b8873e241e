"""The file of everyday words: ours, or one that an operator puts in its place."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from contracts.reference import find_legal_basis, find_municipality, find_region
from contracts.vocabularies import vocabulary
from publication.search.facets import FLAGS, SANCTIONS, VOCABULARIES

LARGEST_FILE = 1_000_000


class UnreadableWords(Exception):
    """A file of everyday words cannot be used; the text says where and why."""


def _listed(written: Any) -> Any:
    return tuple(each.strip() for each in written.split(",") if each.strip()) if isinstance(written, str) else written


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""Words or phrases, in the file with commas between them."""
Values = Mapping[str, tuple[str, ...]]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Several(_Part):
    """Words that mean any of the values of one or more parameters; ``label`` names several values of one parameter."""

    words: Words
    label: str | None = None
    means: Values


class AgeWords(_Part):
    """Words that stand for an age, in whole years."""

    words: Words
    first: int = Field(alias="from", ge=0, le=120)
    last: int = Field(alias="to", ge=0, le=120)


class Area(_Part):
    """A part of the country: a region, or the kommuner that lie in it."""

    label: str
    words: Words
    codes: tuple[str, ...] = ()
    region: str | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        unknown = [code for code in self.codes if find_municipality(code) is None]
        if unknown or bool(self.codes) == bool(self.region) or (self.region and find_region(self.region) is None):
            raise ValueError(f"{self.label} needs kommuner or a region that there are")
        return self


class EverydayWords(_Part):
    """What people say, and which values of the search's parameters they mean by it."""

    terms: Mapping[str, Mapping[str, Words]]
    several: tuple[Several, ...] = ()
    ages: tuple[AgeWords, ...] = ()
    areas: tuple[Area, ...] = ()
    ignored: Words = ()
    said_of_others: Mapping[str, Words] = Field(default_factory=dict)
    ordinary: Words = ()
    capitals: Words = ()
    filler: Words = ()
    negations: Words = ()
    affirmations: Words = ()
    tails: Words = ()
    well_spelt: Words = ()

    @model_validator(mode="after")
    def _has_known_values(self) -> Self:
        meant = [(name, value) for name, values in self.terms.items() for value in values]
        meant += [(name, value) for each in self.several for name, values in each.means.items() for value in values]
        unknown = sorted({f"{name}: {value}" for name, value in meant if not is_value(name, value)})
        if unknown:
            raise ValueError(f"no such values: {', '.join(unknown)}")
        return self


def is_value(parameter: str, value: str) -> bool:
    """Return whether a parameter of the search has that value."""
    if parameter in VOCABULARIES:
        return value in vocabulary(VOCABULARIES[parameter])
    if parameter == "legal_basis":
        return find_legal_basis(value) is not None
    if parameter == "sanction":
        return value in SANCTIONS
    return parameter in FLAGS


def read_words(path: Path | None) -> EverydayWords:
    """Return the words of the file at ``path``, ours for None; UnreadableWords where it cannot be used."""
    try:
        if path is None:
            written = files("publication.search.language").joinpath("everyday.yaml").read_text(encoding="utf-8")
        elif path.stat().st_size > LARGEST_FILE:
            raise UnreadableWords(f"the file is larger than {LARGEST_FILE:,} bytes")
        else:
            written = path.read_text(encoding="utf-8")
        return EverydayWords.model_validate(yaml.safe_load(written))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise UnreadableWords(f"{path}: {error}") from error
