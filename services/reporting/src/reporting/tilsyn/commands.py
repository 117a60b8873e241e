"""Taking over tilsyn and cessations; the batch has locked the tilbud."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import TilbudCeased, TilsynPublished
from reporting.subjects.models import Tilbud
from reporting.tilsyn.models import Tilsyn


async def apply_tilsyn(session: AsyncSession, event: TilsynPublished) -> None:
    """A tilsyn gives the tilbud its status in lists; a later version of the same tilsyn corrects it."""
    values = {
        "version": event.version,
        "accepted_number": event.accepted_number,
        "decided_on": event.decided_on,
        "decision": event.decision.value,
        "kind": event.kind.value,
        "intensified_from": event.intensified.start if event.intensified else None,
        "intensified_until": event.intensified.until if event.intensified else None,
    }
    statement = insert(Tilsyn).values(
        tilbud_id=event.tilbud_id, authority=event.authority, tilsyn_id=event.tilsyn_id, **values
    )
    corrected = statement.on_conflict_do_update(
        index_elements=["tilbud_id", "authority", "tilsyn_id"], set_=values, where=Tilsyn.version <= event.version
    )
    await session.execute(corrected)


def apply_ceased(tilbud: Tilbud, event: TilbudCeased) -> None:
    """The tilbud has ceased, on the day that the authority has said last."""
    if tilbud.ceased_accepted_at is None or event.accepted_at >= tilbud.ceased_accepted_at:
        tilbud.ceased_on, tilbud.ceased_accepted_at = event.ceased_on, event.accepted_at
