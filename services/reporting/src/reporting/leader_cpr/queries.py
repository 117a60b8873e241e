"""What everybody who sees a tilbud may see of its leader's CPR number."""

from reporting.leader_cpr.models import LeaderCpr
from reporting.leader_cpr.schemas import LeaderCprState
from reporting.leader_cpr.vault import CprVault
from web.etags import etag


def cpr_etag(tilbud_id: str, row: LeaderCpr | None) -> str:
    """Return the ETag of a leader's CPR number; one that is missing has an ETag, too."""
    return etag("leader-cpr", tilbud_id, row.revision if row else 0)


def cpr_state(tilbud_id: str, row: LeaderCpr | None, vault: CprVault) -> LeaderCprState:
    """Return whether the number is there, and its first six digits."""
    return LeaderCprState(missing=row is None, masked=vault.masked(row) if row else None, etag=cpr_etag(tilbud_id, row))
