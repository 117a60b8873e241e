"""What of a report can be sent, and as what: returned cases again, and what else is changed as a new one (R54, R77)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.form import FormDefinition, parse_key
from contracts.form.keys import DEPARTMENTS
from portal.reporting.places import MissingStep, missing_steps
from portal.reporting.step_page import department_names

OBSTACLES = {
    "incomplete": "Et eller flere trin er ikke udfyldt rigtigt endnu.",
    "nothing-changed": "Der er ingen ændringer at sende.",
    "step-locked": "Det, du har ændret, hører til en sag, der er i gang.",
    "forbidden": "Du har ret til at udfylde trin og ikke til at sende indberetningen. En kollega kan sende den.",
    "leader-cpr-missing": "Tilsynsmyndigheden mangler at registrere lederens CPR-nummer. Kontakt myndigheden.",
}
DEPARTMENTS_GONE = "Sagens afdelinger findes ikke længere. Afslut sagen."
OTHER_OBSTACLE = "Indberetningen kan ikke sendes nu."

Json = Mapping[str, Any]


@dataclass(frozen=True)
class RejectedPart:
    """What was rejected of a case: the step, why, and whether its answers were changed since."""

    key: str
    title: str
    reason: str
    corrected: bool
    href: str


@dataclass(frozen=True)
class ReturnedCase:
    """A case that waits for corrections, with what is left before it can be sent again."""

    id: str
    reference: str
    return_reason: str | None
    can_send: bool
    steps: list[str]
    keys: frozenset[str]
    rejected: list[RejectedPart]
    obstacles: list[str]
    missing: list[MissingStep]

    @property
    def uncorrected(self) -> list[RejectedPart]:
        """Return what was rejected and is still as it was sent."""
        return [each for each in self.rejected if not each.corrected]

    @property
    def uncorrected_keys(self) -> frozenset[str]:
        """Return the step keys of what is still as it was sent."""
        return frozenset(each.key for each in self.uncorrected)


@dataclass(frozen=True)
class NewCase:
    """What a new report would hold, and what keeps it from being sent."""

    steps: list[str]
    obstacles: list[str]
    missing: list[MissingStep]

    @property
    def can_send(self) -> bool:
        """Return whether nothing keeps it from being sent."""
        return not self.obstacles


def step_title(named: Json) -> str:
    """Return what people call a step of a case, with its department."""
    department = named["department"]
    return f"{named['title']}: {department['name']}" if department else str(named["title"])


def returned_cases(form: FormDefinition, base: str, summary: Json) -> list[ReturnedCase]:
    """Return the returned cases of a summary; the release of reporting before names none."""
    return [_returned(form, base, summary, each) for each in summary.get("returned", [])]


def new_case(form: FormDefinition, base: str, summary: Json, returned: Sequence[ReturnedCase]) -> NewCase | None:
    """Return the report that would become a new case; None where all that is changed belongs to returned ones."""
    if returned and not summary["sends"]:
        return None
    titles = {key["step"]: title for key, title in titled_keys(summary)}
    return NewCase(
        steps=[titles.get(key, key) for key in summary["sends"]],
        obstacles=[OBSTACLES.get(each, OTHER_OBSTACLE) for each in summary["obstacles"]],
        missing=missing_steps(form, base, summary["blocking"], _data(summary), _departments(summary)),
    )


def titled_keys(summary: Json) -> Iterable[tuple[Json, str]]:
    """Yield each step key of a summary with what people call it."""
    names = _departments(summary)
    for state in summary["steps"]:
        for key in state["keys"]:
            department = parse_key(key["step"])[1]
            yield key, f"{state['title']}: {names.get(department, department)}" if department else state["title"]


def _returned(form: FormDefinition, base: str, summary: Json, case: Json) -> ReturnedCase:
    obstacles = {**OBSTACLES, "nothing-changed": DEPARTMENTS_GONE}
    return ReturnedCase(
        id=case["submission_id"],
        reference=case["reference"],
        return_reason=case["return_reason"],
        can_send=case["can_resubmit"],
        steps=[step_title(each) for each in case["sends"]],
        keys=frozenset(each["step"] for each in case["sends"]),
        rejected=[
            RejectedPart(
                key=each["step"],
                title=step_title(each),
                reason=each["reason"],
                corrected=each["corrected"],
                href=f"{base}/trin/{parse_key(each['step'])[0]}",
            )
            for each in case["rejected"]
        ],
        obstacles=[obstacles.get(each, OTHER_OBSTACLE) for each in case["obstacles"]],
        missing=missing_steps(form, base, case["blocking"], _data(summary), _departments(summary)),
    )


def _departments(summary: Json) -> dict[str, str]:
    found = (key["new"] for state in summary["steps"] for key in state["keys"] if key["step"] == DEPARTMENTS)
    return department_names(next(found, None))


def _data(summary: Json) -> dict[str, dict[str, Any]]:
    """Return the data of every whole step as it is reported now."""
    found: dict[str, dict[str, Any]] = {}
    for state in summary["steps"]:
        for key in state["keys"]:
            step, department = parse_key(key["step"])
            if department:
                found.setdefault(step, {DEPARTMENTS: {}})[DEPARTMENTS][department] = key["new"]
            else:
                found[step] = key["new"]
    return found
