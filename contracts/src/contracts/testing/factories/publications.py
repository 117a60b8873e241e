"""What ``publication`` and ``notification`` publish."""

from typing import Any

from contracts.events.notification import FollowersChanged
from contracts.events.publication import PublicTilbud, TilbudPublished
from contracts.examples import BASIS
from contracts.testing.factories.building import build
from contracts.testing.factories.moments import START, moment
from contracts.testing.factories.parties import NORD, TILBUD_ID


def public_tilbud(tilbud_id: str = TILBUD_ID, version: int = 1, **fields: Any) -> PublicTilbud:
    """Return the public record of a tilbud, without any step."""
    defaults = {
        "id": tilbud_id,
        "name": "Solsikken",
        "version": version,
        "authority": {"id": NORD, "name": "Socialtilsyn Nord"},
        "operator_name": "Blomsterengen ApS",
        "operator_kind": "private",
        "primary_legal_basis": BASIS,
        "legal_bases": [BASIS],
        "municipality": "0851",
        "region": "1081",
        "tilsyn": None,
        "approved_at": START,
        "confirmed_at": START,
    }
    return build(PublicTilbud, defaults, fields)


def tilbud_published(tilbud_id: str = TILBUD_ID, version: int = 1, **fields: Any) -> TilbudPublished:
    """Return the public record as a topic carries it; ``fields`` are those of the record."""
    return TilbudPublished(tilbud_id=tilbud_id, tilbud=public_tilbud(tilbud_id, version, **fields))


def followers_changed(
    tilbud_id: str = TILBUD_ID, version: int = 1, followers: dict[str, str] | None = None, **fields: Any
) -> FollowersChanged:
    """Return who follows the tilbud now: the organisation of each user, by ``sub``; nobody where nothing is said."""
    defaults = {
        "tilbud_id": tilbud_id,
        "version": version,
        "followers": [{"sub": sub, "organisation": side} for sub, side in (followers or {}).items()],
        "changed_at": moment(hours=version),
    }
    return build(FollowersChanged, defaults, fields)
