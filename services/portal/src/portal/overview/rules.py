"""Pure rules behind the overview rows: which status a list shows, and in which order it stands."""

import unicodedata
from collections.abc import Sequence
from enum import IntEnum

from contracts.text import RefusedText, clean

_LAST_LETTERS = str.maketrans("æäøöå", "\ufff0\ufff0\ufff1\ufff1\ufff2")


class CaseStage(IntEnum):
    """How far one revision of a case has come."""

    SENT = 1
    OPENED = 2
    RETURNED = 3
    APPROVED = 4
    CLOSED = 5

    @property
    def state(self) -> str:
        """Return the state of the case, an id of the vocabulary ``case-statuses``."""
        return {
            CaseStage.SENT: "awaiting",
            CaseStage.OPENED: "awaiting",
            CaseStage.RETURNED: "returned",
            CaseStage.APPROVED: "approved",
            CaseStage.CLOSED: "closed",
        }[self]


def case_status(cases: Sequence[tuple[str, int]]) -> str:
    """Return the one case status that a list shows for cases of (state, number).

    What the reporter must do comes first, then what the authority must do, then how the newest case ended.
    """
    states = {state for state, _ in cases}
    for pressing in ("returned", "awaiting"):
        if pressing in states:
            return pressing
    return max(cases, key=lambda case: case[1])[0] if cases else ""


def sort_key(name: str) -> str:
    """Return a key that sorts names the Danish way by plain byte order: æ, ø and å last, aa as å."""
    folded = unicodedata.normalize("NFC", name).casefold().replace("aa", "å").replace("\0", "")
    return folded.translate(_LAST_LETTERS)


def searchable(name: str, subject_id: str) -> str:
    """Return the text that a free-text search looks in (R17)."""
    return f"{_plain(name)} {subject_id}".casefold()


def words_of(query: str) -> list[str]:
    """Return what a free-text search looks for, every word of it."""
    return _plain(query).casefold().split()


def _plain(text: str) -> str:
    try:
        return clean(text)
    except RefusedText:
        return text.replace("\0", "")
