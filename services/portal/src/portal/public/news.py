"""The news on the front page, from a small file (R2)."""

from datetime import date
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict


class NewsItem(BaseModel):
    """One piece of news."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: date
    title: str
    text: str


@cache
def news() -> tuple[NewsItem, ...]:
    """Return the news, newest first."""
    raw = yaml.safe_load(files("portal.public").joinpath("news.yaml").read_text(encoding="utf-8"))
    return tuple(sorted((NewsItem.model_validate(item) for item in raw), key=lambda item: item.date, reverse=True))
