"""What ``reporting`` publishes."""

from collections.abc import Mapping
from typing import Any

from contracts.events.reporting import (
    DutiesNoticed,
    SubmissionClosed,
    SubmissionSent,
    TilbudCreated,
    VacanciesChanged,
)
from contracts.testing.factories.building import build
from contracts.testing.factories.contents import SMALL_REPORT, Content, step_contents
from contracts.testing.factories.moments import START, moment, sent_at
from contracts.testing.factories.parties import (
    NORD,
    TILBUD_ID,
    leader,
    officer,
    reporter,
    routing_facts,
    tilbud_facts,
)


def tilbud_created(tilbud_id: str = TILBUD_ID, **fields: Any) -> TilbudCreated:
    """Return that an authority has created a tilbud."""
    defaults = {
        "tilbud_id": tilbud_id,
        "tilbud": tilbud_facts(),
        "leader": leader(),
        "contact": None,
        "created_by_authority": NORD,
        "created_by": officer(),
        "created_at": START,
    }
    return build(TilbudCreated, defaults, fields)


def submission_sent(
    tilbud_id: str = TILBUD_ID, number: int = 1, revision: int = 1, *, content: Content = SMALL_REPORT, **fields: Any
) -> SubmissionSent:
    """Return that a report was sent; its id is ``<tilbud_id>-<number>``, ``content`` its data by step key."""
    defaults = {
        "tilbud_id": tilbud_id,
        "submission_id": submission_id(tilbud_id, number),
        "number": number,
        "revision": revision,
        "initial": number == 1,
        "form_version": "tilbud-1",
        "sent_at": sent_at(number, revision),
        "sent_by": reporter(),
        "tilbud": tilbud_facts(),
        "leader": leader(),
        "contact": None,
        "facts": routing_facts(),
        "steps": step_contents(content),
    }
    return build(SubmissionSent, defaults, fields)


def submission_closed(
    tilbud_id: str = TILBUD_ID, number: int = 1, revision: int = 1, **fields: Any
) -> SubmissionClosed:
    """Return that the reporter gave a returned case up."""
    defaults = {
        "tilbud_id": tilbud_id,
        "submission_id": submission_id(tilbud_id, number),
        "revision": revision,
        "closed_at": sent_at(number, revision + 1),
        "closed_by": reporter(),
    }
    return build(SubmissionClosed, defaults, fields)


def vacancies_changed(
    tilbud_id: str = TILBUD_ID, version: int = 1, free: Mapping[str | None, int] | None = None, **fields: Any
) -> VacanciesChanged:
    """Return how many places are ``free`` in each department: one in ``afd-1`` where nothing is said."""
    defaults = {
        "tilbud_id": tilbud_id,
        "version": version,
        "departments": [
            {"department_id": department, "vacancies": number}
            for department, number in ({"afd-1": 1} if free is None else free).items()
        ],
        "changed_at": moment(days=28, minutes=version),
        "changed_by": reporter(),
    }
    return build(VacanciesChanged, defaults, fields)


def duties_noticed(tilbud_id: str = TILBUD_ID, **fields: Any) -> DutiesNoticed:
    """Return that the annual report is due soon and the vacancies were not confirmed for long."""
    defaults = {
        "tilbud_id": tilbud_id,
        "noticed_on": "2027-03-02",
        "duties": [
            {"kind": "annual-report", "turn": "soon", "deadline": "2027-05-01", "year": 2026},
            {"kind": "vacancies", "turn": "overdue", "deadline": "2027-03-01", "since": "2027-01-30"},
        ],
    }
    return build(DutiesNoticed, defaults, fields)


def submission_id(tilbud_id: str, number: int) -> str:
    """Return the id of a tilbud's submission with this number, where a test names none."""
    return f"{tilbud_id}-{number}"
