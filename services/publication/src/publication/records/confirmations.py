"""When each part of a public record was last confirmed: a rate is no newer because a vacancy is. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from contracts.events.publication import PublicTilbud
from contracts.form.keys import parse_key
from contracts.vacancies import PLACES
from publication.records.state import ApprovedStep, ReportedVacancies

INTERVENTIONS = "interventions"


def pointer_of(key: str) -> str:
    """Return the JSON pointer of the step with this key in a public record."""
    step, department = parse_key(key)
    return f"/departments/{department}/steps/{step}" if department else f"/steps/{step}"


def confirmations(
    steps: Mapping[str, ApprovedStep], reported: ReportedVacancies | None, fast: Mapping[str, tuple[str, ...]]
) -> dict[str, datetime]:
    """Return when each of ``steps`` was approved, by its pointer, and when each figure of the fast lane was reported.

    ``fast`` names those figures by the key of their step. One that came with a report for approval was stated when that
    was sent: an approval months later makes it no newer.
    """
    found = {pointer_of(key): step.approved_at for key, step in steps.items()}
    for key, names in fast.items():
        found |= {f"{pointer_of(key)}/{name}": time for name, time in _figures(key, names, steps[key], reported)}
    return dict(sorted(found.items()))


def _figures(
    key: str, names: tuple[str, ...], step: ApprovedStep, reported: ReportedVacancies | None
) -> Iterator[tuple[str, datetime]]:
    own = reported.of(parse_key(key)[1]) if reported else None
    time = reported.time_of(own) if reported and own else step.submitted_at
    for name in names:
        is_reported = own is not None and getattr(own, name, None) is not None
        yield name, max(time, step.submitted_at) if is_reported else step.submitted_at


def vacancies_confirmed_at(tilbud: PublicTilbud, department: str | None) -> datetime | None:
    """Return when the vacancies of a department, or of a tilbud without any, were last stated; None: not known."""
    return _confirmed_at(tilbud, department, PLACES, "/vacancies")


def rate_confirmed_at(tilbud: PublicTilbud, department: str | None) -> datetime | None:
    """Return when the rates of a department, or of a tilbud without any, were last approved; None: not known."""
    return _confirmed_at(tilbud, department, INTERVENTIONS)


def _confirmed_at(tilbud: PublicTilbud, department: str | None, step: str, figure: str = "") -> datetime | None:
    keys = [f"{step}/{department}", step] if department else [step]
    times = (tilbud.confirmed.get(pointer_of(key) + figure) for key in keys)
    return next((each for each in times if each), None)
