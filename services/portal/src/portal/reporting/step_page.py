"""One step of one draft with all that its page needs, fetched from reporting."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as field_of
from datetime import date
from hashlib import sha256
from typing import Any

from chassis.clock import today
from chassis.errors import DomainError, FieldError, NotFound
from contracts.economy import BUDGET
from contracts.form import (
    FieldType,
    FormDefinition,
    Option,
    Step,
    Unread,
    field_at,
    form_begun,
    with_computed,
    with_set_aside,
    with_unread,
)
from contracts.form.keys import DEPARTMENTS, parse_key
from portal.clients import ServiceClient, segment
from portal.form.comparison import Surroundings, names_of_rows, side_by_side
from portal.form.controls import (
    CHOSEN_BEFORE,
    ControlBuilder,
    StepContext,
    StepPart,
    StoredFile,
    SummaryLine,
    flat,
    is_at,
    links_to,
)
from portal.form.display import NOT_ANSWERED, AnswerLine, as_text
from portal.form.form_data import FormData
from portal.form.merging import Clash
from portal.form.reading import read_step
from portal.form.rows import without_blank_rows
from portal.form.values import MalformedValue, from_texts
from portal.form.writing import part_of, to_form_data
from portal.stored_files import file_field, stored_file

COMPANY = "company"
SUMMARY = "opsummering"
RETURNED, REJECTED, CEASED = "returned", "rejected", "ceased"
# The steps that reporting copies to no other tilbud.
OF_ONE = frozenset({COMPANY, "contact", DEPARTMENTS})

Json = Mapping[str, Any]


class HasCeased(DomainError):
    """The tilbud has ceased, and there is nothing to report any more."""

    slug = "tilbud-ceased"
    default_detail = "Der kan ikke indberettes for et tilbud, der er ophørt."


@dataclass(frozen=True)
class Rejection:
    """What the authority rejected of the step in a case that it returned, with links to the fields it points at."""

    title: str
    by: Json
    reason: str
    fields: list[SummaryLine]
    corrected: bool


@dataclass(frozen=True)
class Question:
    """An answer that two people changed: the name of the field, and what each wrote."""

    pointer: str
    title: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class StepPage:
    """The step as it is saved. ``others`` is the current data of the steps that this one depends on."""

    tilbud: Json
    draft: Json
    form: FormDefinition
    step: Step
    view: Json
    etag: str
    others: Mapping[str, Json]
    units: Sequence[Option] = ()
    files: Mapping[str, StoredFile] = field_of(default_factory=dict)
    notes: Mapping[str, str] = field_of(default_factory=dict)

    @property
    def departments(self) -> list[str]:
        """Return the reported departments where the step is asked for each of them."""
        return list(self.draft["departments"]) if self.step.per_department else []

    @property
    def data(self) -> Json:
        """Return the saved data."""
        data: Json = self.view["data"]
        return data

    @property
    def locks(self) -> dict[str | None, str]:
        """Return the case that locks each department's part; under None the one that locks the whole step."""
        return {parse_key(each["step"])[1]: each["submission_id"] for each in self.view["locked_by"]}

    def case(self, submission_id: str) -> Json | None:
        """Return a case of the tilbud."""
        return next((each for each in self.tilbud["submissions"] if each["id"] == submission_id), None)

    @property
    def returned_cases(self) -> list[Json]:
        """Return the returned cases that the step, or a department's part of it, belongs to."""
        held = {
            each["submission_id"]
            for each in self.tilbud["locks"]
            if each["state"] == RETURNED and parse_key(each["step"])[0] == self.step.id
        }
        return [each for each in self.tilbud["submissions"] if each["id"] in held]

    def left_of(self, case: Json) -> list[Json]:
        """Return the steps of the draft that are still as they were rejected in ``case``."""
        held = {parse_key(each)[0] for each in case["steps"]}
        return [each for each in self.draft["steps"] if each["step"] in held and each.get("status") == REJECTED]

    @property
    def _keys(self) -> list[str | None]:
        return [*self.departments] or [None]

    @property
    def is_locked(self) -> bool:
        """Return whether nothing on the page can be changed."""
        return all(each in self.locks for each in self._keys)

    @property
    def is_saved(self) -> bool:
        """Return whether somebody saved the step in this draft: before that no page says what is missing."""
        return self.view["saved_at"] is not None

    @property
    def takes_last_year(self) -> bool:
        """Return whether the figures of the year before can be fetched into the fields."""
        return self.step.id == BUDGET

    @property
    def takes_file(self) -> bool:
        """Return whether the form of the page brings a file."""
        return file_field(self.step) is not None

    @property
    def can_be_copied(self) -> bool:
        """Return whether the answers can go to other tilbud, too: they are saved, and not what this tilbud is."""
        return self.is_saved and self.step.id not in OF_ONE

    @property
    def neighbours(self) -> tuple[str | None, str]:
        """Return the step before this one, and the step, or the summary, after it."""
        ids = [each["step"] for each in self.draft["steps"]]
        index = ids.index(self.step.id)
        return (ids[index - 1] if index else None), (ids[index + 1] if index + 1 < len(ids) else SUMMARY)

    @property
    def whole(self) -> Json:
        """Return the saved data with what does not apply now and what cannot be read."""
        return with_unread(with_set_aside(self.data, self.set_aside), self.unread)

    @property
    def set_aside(self) -> Json:
        """Return the answers that do not apply now; the release of reporting before has none."""
        return dict(self.view.get("set_aside", {}))

    @property
    def unread(self) -> Unread:
        """Return what was typed and cannot be read; the release of reporting before has none."""
        return dict(self.view.get("unread", {}))

    def read(self, form_data: FormData) -> tuple[FormData, dict[str, Any]]:
        """Return the fields without blank rows, and the data that they stand for."""
        compact = without_blank_rows(form_data, self.step, self.departments)
        locked = {each: part_of(self.data, each) for each in self.departments if each in self.locks}
        return compact, read_step(self.step, compact, self.departments, locked, self.set_aside)

    def fields(self) -> FormData:
        """Return the fields that stand for the saved data."""
        return self.fields_of(self.whole)

    def fields_of(self, data: Json) -> FormData:
        """Return the fields that stand for ``data``."""
        return to_form_data(self.step, data, self.departments)

    def as_read(self) -> dict[str, Any]:
        """Return the saved data as it comes out of a form that nobody touched."""
        return self.read(self.fields())[1]

    def differs_from(self, form_data: FormData) -> bool:
        """Return whether something is typed that is not saved."""
        return not self.is_locked and _answered(form_data) != _answered(self.fields())

    def parts(self, form_data: FormData, errors: list[FieldError], focus: str = "") -> list[StepPart]:
        """Return the sections of the page."""
        builder = ControlBuilder(self.step, form_data, self._context(focus), errors)
        data = {each: with_computed(self.form, self.step.id, part_of(self.data, each)) for each in self._keys}
        return [
            StepPart(each, self._title(each), builder.part(data[each], each), locked_by=self.locks.get(each))
            for each in self._keys
        ]

    def answers(self, department: str | None) -> list[AnswerLine]:
        """Return the saved answers of one part as text, for a part that is locked."""
        context = self._context("")
        names: dict[str, str] = {}
        for other in self.others.keys() & set(self.form.step_ids):
            part = part_of(self.others[other], department if self.form.step(other).per_department else None)
            names |= names_of_rows(self.form, other, part)
        around = Surroundings(context.operator_kind, names)
        found = side_by_side(self.form, self.step.id, None, part_of(self.data, department), around)
        return [AnswerLine(each.label, each.new, each.unanswered) for each in found]

    def rejections(self, parts: list[StepPart]) -> list[Rejection]:
        """Return what was rejected of the step and waits for a correction."""
        return [self._rejection(each, parts) for each in self.view["rejected"]]

    def new_fields(self, parts: list[StepPart]) -> list[SummaryLine]:
        """Return what the step asks since the last report was sent, with links to the fields that are on the page."""
        new = [(each["path"].split("/"), each["label"]) for each in self.view.get("new_fields", [])]
        controls = [control for part in parts for control in flat(part.controls)]
        found = []
        for path, label in new:
            asked = next((each for each in controls if is_at(each.name, path)), None)
            found.append(SummaryLine(label, f"#{asked.id}" if asked else None))
        return found

    def asks_municipality(self, parts: list[StepPart]) -> bool:
        """Return whether the page has a field in which a kommune is typed."""
        return any(each.kind == "municipality" for part in parts for each in flat(part.controls))

    def saved_errors(self) -> list[FieldError]:
        """Return what keeps the saved step from being complete; of what cannot be read, what to write instead."""
        return [FieldError(each["pointer"], each["code"], self._detail(each)) for each in self.view["errors"]]

    @property
    def shown_errors(self) -> str:
        """Return what tells whether the same errors have been shown before."""
        found = sorted((each["pointer"], each["code"]) for each in self.view["errors"])
        return sha256(repr(found).encode()).hexdigest()[:16] if found else ""

    def refused_numbers(self) -> list[FieldError]:
        """Return where a CPR number was typed, which is stored nowhere."""
        return [each for each in self.saved_errors() if self.unread.get(each.pointer, "") is None]

    def questions(self, clashes: Sequence[Clash]) -> list[Question]:
        """Return what to ask of answers that somebody else changed as well."""
        return [self._question(each) for each in clashes]

    def _question(self, clash: Clash) -> Question:
        field = field_at(self.step, clash.pointer)
        department = clash.pointer.split("/")[2] if self.departments else None
        label = field.label if field else self.step.title
        title = f"{self._title(department)}: {label}" if department else label
        mine, theirs = (as_text(field, each) if field else "" for each in (clash.mine, clash.theirs))
        return Question(clash.pointer, title, mine or NOT_ANSWERED, theirs or NOT_ANSWERED)

    def _detail(self, error: Json) -> str:
        text = self.unread.get(error["pointer"])
        field = field_at(self.step, error["pointer"]) if text else None
        try:
            if field and text:
                from_texts(field, [text])
        except MalformedValue as malformed:
            return malformed.detail
        return str(error["detail"])

    def _context(self, focus: str) -> StepContext:
        kind = self.others.get(COMPANY, {}).get("operator_kind") or self.tilbud["operator"]["kind"]
        return StepContext(
            at=self.form.at,
            legal_bases=self.form.legal_bases,
            operator_kind=kind,
            others=self.others,
            form=self.form,
            focus=focus,
            units=self.units,
            rejected={pointer: each["reason"] for each in self.view["rejected"] for pointer in each["fields"]},
            files=self.files,
            notes=self.notes,
        )

    def _rejection(self, rejected: Json, parts: list[StepPart]) -> Rejection:
        title = self._title(parse_key(rejected["step"])[1])
        return Rejection(
            title=title,
            by=rejected["decided_by"],
            reason=rejected["reason"],
            fields=links_to(rejected["fields"], parts),
            corrected=rejected.get("corrected", False),
        )

    def _title(self, department: str | None) -> str:
        names = department_names(self.others.get(DEPARTMENTS, {}))
        return names.get(department, department) if department else self.step.title


def _answered(form_data: FormData) -> dict[str, set[str]]:
    """Return the values of the fields of a step that hold any; a page has its choices in an order of its own."""
    pointers = (name for name in form_data if name.startswith("/") and not name.endswith("#"))
    return {name: set(texts) for name in pointers if (texts := form_data.texts(name))}


def department_names(data: Json | None) -> dict[str, str]:
    """Return the names in the data of the step ``departments`` by id."""
    rows = (data or {}).get(DEPARTMENTS)
    found = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return {str(row.get("id")): str(row.get("name") or row.get("id")) for row in found}


def form_of(draft: Json) -> FormDefinition:
    """Return the form that a draft is filled in with; the release of reporting before names no days."""
    primary, *others = draft["legal_bases"]
    begun_on = date.fromisoformat(draft.get("form_day") or today().isoformat())
    days = {each["step"]: date.fromisoformat(each["form_day"]) for each in draft["steps"] if "form_day" in each}
    return form_begun(primary, today(), others, begun_on, days)


def refuse_ceased(tilbud: Json) -> None:
    """Raise HasCeased for a tilbud that has ceased: what nobody can send, nobody needs to fill in (R99)."""
    if tilbud.get("status") == CEASED:
        raise HasCeased


async def load_step_page(services: ServiceClient, tilbud_id: str, step_id: str) -> StepPage:
    """Fetch a step and what its page depends on; NotFound when the form has no such step."""
    base = f"/v1/tilbud/{segment(tilbud_id)}"
    tilbud, draft = await asyncio.gather(services.get("reporting", base), services.get("reporting", f"{base}/draft"))
    refuse_ceased(tilbud.body)
    definition = form_of(draft.body)
    if step_id not in definition.step_ids:
        raise NotFound
    step = definition.step(step_id)
    names = sorted(_steps_needed_by(step) - {step_id})
    view, found = await asyncio.gather(
        services.get("reporting", f"{base}/draft/steps/{step_id}"),
        # Who was given single steps may not see those that the page only refers to.
        asyncio.gather(*(services.find("reporting", f"{base}/draft/steps/{name}") for name in names)),
    )
    others = {name: reply.body["data"] for name, reply in zip(names, found, strict=True) if reply}
    units = await _production_units(services, base) if _asks_p_number(step) else []
    files = await _files(services, base, tilbud_id, step)
    return StepPage(tilbud.body, draft.body, definition, step, view.body, view.etag, others, units, files)


async def _files(services: ServiceClient, base: str, tilbud_id: str, step: Step) -> dict[str, StoredFile]:
    """Return the files that the answers of a step may name."""
    if file_field(step) is None:
        return {}
    found = await services.find("reporting", f"{base}/files")
    return {each["id"]: stored_file(tilbud_id, each) for each in found.body["items"]} if found else {}


def _asks_p_number(step: Step) -> bool:
    return any(each.type is FieldType.P_NUMBER for field in step.fields for each in (field, *field.fields))


async def _production_units(services: ServiceClient, base: str) -> list[Option]:
    """Return the P-numbers to choose among (R41); without a list they are typed."""
    found = await services.get("reporting", f"{base}/production-units")
    return [
        Option(id=each["p_number"], label=f"{each['p_number']}, {each['name']}, {each['address']}")
        for each in found.body["items"]
    ]


def _steps_needed_by(step: Step) -> set[str]:
    """Return the other steps whose answers the page shows or offers."""
    referred = {inner.refers_to for field in step.fields for inner in (field, *field.fields) if inner.refers_to}
    referred |= {CHOSEN_BEFORE[each][0] for each in CHOSEN_BEFORE if each[0] == step.id}
    return {COMPANY, *referred} | ({DEPARTMENTS} if step.per_department else set())
