"""The running checkout that the fixture is made from: its client surface, its processes, its databases."""

import os
import signal
from pathlib import Path

import httpx2

from devstack.processes import ended, wait_until
from tests.e2e.client import SystemClient

SYSTEM = "system:"


class Checkout(SystemClient):
    """A running system, ``folder`` being its checkout. ``system:<authority>`` is a caller like any persona."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(folder / ".local")

    @property
    def cpr_key(self) -> str:
        """Return the key of the leaders' CPR numbers, 32 bytes in base64."""
        return self._credentials["keys"]["cpr"]

    def token(self, persona: str) -> str:
        """Return an access token of a persona, or of an authority's supervision system."""
        if persona.startswith(SYSTEM) and persona not in self._tokens:
            authority = persona.removeprefix(SYSTEM)
            login = (authority, self._credentials["oauth"][authority])
            address = f"{self.endpoints['identity']}/token"
            answer = self._http.post(address, auth=login, data={"grant_type": "client_credentials"})
            self._tokens[persona] = answer.raise_for_status().json()["access_token"]
        return super().token(persona)

    def request(self, persona: str | None, service: str, path: str) -> httpx2.Response:
        """Return the answer to a GET, whatever its status."""
        headers = {"Authorization": f"Bearer {self.token(persona)}"} if persona else {}
        return self._http.get(self.endpoints[service] + path, headers=headers)

    def stop(self, *processes: str) -> None:
        """End processes of the system; ``make up`` starts them again."""
        for name in processes:
            pid = int((self.folder / ".local" / "run" / f"{name}.pid").read_text())
            os.kill(pid, signal.SIGTERM)
            wait_until(lambda pid=pid: ended(pid), 30)  # type: ignore[misc]
