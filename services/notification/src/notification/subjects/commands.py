"""What each fact says about a tilbud that people follow."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import lock_or_create
from contracts.events import AuthorityAssigned, CaseApproved, TilbudCreated
from contracts.events.parties import TilbudFacts
from notification.subjects.models import Tilbud


async def lock_tilbud(session: AsyncSession, keys: Sequence[str]) -> None:
    """Lock the rows of these tilbud; a message that comes before all others creates its row."""
    await lock_or_create(session, Tilbud.id, keys)


def apply_creation(tilbud: Tilbud, event: TilbudCreated) -> None:
    """Keep what a new tilbud is called and who runs it."""
    _apply_content(tilbud, event.tilbud, 0)
    add_authority(tilbud, event.created_by_authority)


def apply_authority(tilbud: Tilbud, event: AuthorityAssigned) -> bool:
    """Keep who supervises the tilbud; False when something newer is known."""
    add_authority(tilbud, event.authority)
    if event.version < tilbud.authority_version:
        return False
    tilbud.authority, tilbud.authority_version = event.authority, event.version
    return True


def apply_approval(tilbud: Tilbud, event: CaseApproved) -> None:
    """Keep the approved name and operator."""
    # A case without this step repeats the name that was approved when it was sent.
    if event.reports("contact"):
        _apply_content(tilbud, event.tilbud, event.number)
    add_authority(tilbud, event.authority)


def apply_publication(tilbud: Tilbud, sequence: int, *, is_public: bool) -> bool:
    """Keep whether the tilbud is public; True when this turns it."""
    if sequence <= tilbud.public_sequence:
        return False
    before, tilbud.is_public, tilbud.public_sequence = tilbud.is_public, is_public, sequence
    return before != is_public


def add_authority(tilbud: Tilbud, authority: str) -> None:
    """Keep that an authority has a part in the tilbud, so that its officers may follow it."""
    if authority not in tilbud.authorities:
        tilbud.authorities = sorted({*tilbud.authorities, authority})


def _apply_content(tilbud: Tilbud, facts: TilbudFacts, number: int) -> None:
    if number >= tilbud.content_number:
        tilbud.content_number = number
        tilbud.name = facts.name
        tilbud.operator_cvr = facts.operator.cvr
