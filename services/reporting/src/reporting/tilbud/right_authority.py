"""Who would supervise a new tilbud, asked of ``jurisdiction``, which alone knows the rules (R101)."""

import logging

import httpx2

from contracts.reference import find_authority
from reporting.tilbud.schemas import CreateTilbud

log = logging.getLogger(__name__)

LIMIT_SECONDS = 3.0
OK = 200


class RightAuthority:
    """Asks ``jurisdiction`` at its address; without an address nobody is asked."""

    def __init__(self, address: str, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._address = address
        self._transport = transport

    async def of(self, body: CreateTilbud, authorization: str) -> str | None:
        """Return the authority that the rules name; None when they name none, or when nobody can say for now.

        A creation does not wait for another service that is down: the report is routed by the rules anyway.
        """
        if not self._address:
            return None
        try:
            async with httpx2.AsyncClient(transport=self._transport, timeout=LIMIT_SECONDS) as client:
                answer = await client.post(
                    f"{self._address}/v1/authority", json=_question(body), headers={"Authorization": authorization}
                )
            found = str(answer.json()["authority"]) if answer.status_code == OK else ""
        except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
            log.warning("the right authority is not known", extra={"error": type(error).__name__})
            return None
        return found if find_authority(found) else None


def _question(body: CreateTilbud) -> dict[str, object]:
    operator = body.operator
    return {
        "legal_bases": body.legal_bases,
        "primary": body.primary_legal_basis,
        "municipality": body.address.municipality,
        "operator": {
            "kind": operator.kind.value,
            "municipality": operator.municipality,
            "region": operator.region,
        },
    }
