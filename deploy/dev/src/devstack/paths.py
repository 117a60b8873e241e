"""Where things lie in a checkout."""

import os
import sys
from pathlib import Path

ROOT = Path(os.environ.get("TP_ROOT") or Path(__file__).resolve().parents[4])
LOCAL = ROOT / ".local"
RUN = LOCAL / "run"
LOGS = LOCAL / "log"
ENV = LOCAL / "env"
CREDENTIALS = LOCAL / "credentials.json"
ENDPOINTS = LOCAL / "endpoints.json"
# The interpreter by one name: it stands in command lines that are looked for later.
PYTHON = str(Path(sys.prefix) / "bin" / "python")
