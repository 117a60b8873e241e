"""What a template shows of a step: a tree of controls with their texts, choices and errors."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as field_of
from datetime import date
from itertools import groupby
from string import ascii_lowercase
from typing import Any, TypeVar

from chassis.errors import FieldError
from contracts.form import Field, FieldType, FormDefinition, Option, RowPair, Step, row_label
from contracts.form.completeness import is_mandatory
from contracts.form.definition import INTEGER_TYPES, MANY_TYPES, NUMBER_TYPES, AnswerCondition
from contracts.form.options import options as options_of
from contracts.form.shape import max_length
from portal.form.comparison import names_of_rows
from portal.form.display import as_text
from portal.form.form_data import FormData
from portal.form.reading import read_object
from portal.form.rows import ROW_ID, row_count, row_count_name
from portal.form.values import NO, YES, to_texts
from portal.form.writing import part_of, pointer_of_part
from portal.formats import is_date_or_blank

CONTROL_KINDS = {
    FieldType.LONG_TEXT: "long_text",
    FieldType.MONEY: "money",
    FieldType.BOOLEAN: "radios",
    FieldType.DATE: "date",
    FieldType.FILE: "file",
    FieldType.MUNICIPALITY: "municipality",
    FieldType.GROUP: "group",
    FieldType.LIST: "rows",
}
INPUT_TYPES = {FieldType.EMAIL: "email", FieldType.PHONE: "tel", FieldType.URL: "url"}
DIGITS = INTEGER_TYPES | {FieldType.CVR, FieldType.P_NUMBER, FieldType.EAN, FieldType.POSTCODE}
FEW_OPTIONS = 5
# A phone cuts off the label of a select that is longer.
LONGEST_IN_A_SELECT = 34
# Behind the name of a field: the field of what it waits for, and the button that adds a row to it.
CONDITION, ADD = "?", "+"
ROW_ID_LENGTH = 16
# Steps and fields whose terms are those that an earlier step has chosen.
CHOSEN_BEFORE = {("staffing", "staff_group"): ("staff-groups", "staff_groups")}
FoundT = TypeVar("FoundT")
YES_OR_NO = (Option(id=YES, label="Ja"), Option(id=NO, label="Nej"))


@dataclass(frozen=True)
class Row:
    """One row of a repeating group."""

    number: int
    title: str
    place: str
    controls: list["Control"]


@dataclass(frozen=True)
class WaitsFor:
    """The field whose answer decides whether others are asked: its name, the values that do, and what to say."""

    name: str
    values: tuple[str, ...]
    sentence: str
    is_met: bool


@dataclass(frozen=True)
class Control:
    """One field of the page. ``name`` is the JSON pointer of its value and ``id`` the same as an HTML id.

    ``rejected`` is what the authority wrote when it rejected this very field.
    """

    kind: str
    field: Field
    name: str
    optional: bool
    errors: list[str]
    value: str = ""
    values: list[str] = field_of(default_factory=list)
    options: Sequence[Option] = ()
    children: list["Control"] = field_of(default_factory=list)
    rows: list[Row] = field_of(default_factory=list)
    note: str = ""
    focus: bool = False
    waits_for: "WaitsFor | None" = None
    rejected: str = ""
    href: str = ""

    @property
    def id(self) -> str:
        """Return an id that cannot clash: field ids have no dots."""
        return html_id(self.name)

    @property
    def row_count_name(self) -> str:
        """Return the name of the hidden field that counts the rows."""
        return row_count_name(self.name)

    @property
    def max_length(self) -> int:
        """Return the most characters that the service takes."""
        return max_length(self.field)

    @property
    def input_type(self) -> str:
        """Return the type of the HTML input, which chooses the keyboard of a phone."""
        return INPUT_TYPES.get(self.field.type, "text")

    @property
    def input_mode(self) -> str | None:
        """Return the keyboard that fits the value."""
        if self.field.type in DIGITS:
            return "numeric"
        return "decimal" if self.field.type in NUMBER_TYPES else None


@dataclass(frozen=True)
class StepPart:
    """One section of the page: the whole step, or one department's part of it.

    ``locked_by`` is the case that holds the part; then the page shows its answers instead of ``controls``.
    """

    department: str | None
    title: str
    controls: list[Control]
    locked_by: str | None = None


@dataclass(frozen=True)
class StoredFile:
    """A file that is there: where it is fetched, and what is said of it."""

    href: str
    words: str


@dataclass(frozen=True)
class StepContext:
    """What the controls of a step depend on beside the step itself.

    ``others`` is the current data of the steps that this one refers to, ``units`` the P-numbers to choose among: none
    while CVR is silent, then a number is typed. ``rejected`` is what the authority wrote, by the pointers of the fields
    that it rejected; ``notes`` stand at the fields with these pointers.
    """

    at: date
    legal_bases: tuple[str, ...]
    operator_kind: str | None
    others: Mapping[str, Mapping[str, Any]]
    form: FormDefinition | None = None
    focus: str = ""
    units: Sequence[Option] = ()
    rejected: Mapping[str, str] = field_of(default_factory=dict)
    files: Mapping[str, StoredFile] = field_of(default_factory=dict)
    notes: Mapping[str, str] = field_of(default_factory=dict)


def is_row_id(field: Field) -> bool:
    """Return whether the field is the id of a row, which pages make and do not show."""
    return field.type is FieldType.SLUG and field.id == ROW_ID


def new_row_id() -> str:
    """Return an id for a new row: letters only, so that it looks like no number of anybody."""
    return "".join(secrets.choice(ascii_lowercase) for _ in range(ROW_ID_LENGTH))


def html_id(pointer: str) -> str:
    """Return the HTML id of the field that ``pointer`` names."""
    return "f" + pointer.replace("/", ".")


class ControlBuilder:
    """Builds the controls of one step out of the fields of its form."""

    def __init__(self, step: Step, form_data: FormData, context: StepContext, errors: Sequence[FieldError]) -> None:
        self._step = step
        self._form_data = form_data
        self._context = context
        self._errors = errors

    def part(self, data: Mapping[str, Any], department: str | None) -> list[Control]:
        """Return the controls of the whole step, or of one department; its ``data`` holds what the portal fills in."""
        return self._object(self._step.fields, data, pointer_of_part(self._step, department), department)

    def _object(
        self, fields: Sequence[Field], data: Mapping[str, Any], pointer: str, department: str | None
    ) -> list[Control]:
        shown = [field for field in fields if self._concerns(field)]
        controls: list[Control] = []
        for when, run in groupby(shown, key=lambda field: field.when):
            run_of = [self._marked(each, data.get(each.id), f"{pointer}/{each.id}", department) for each in run]
            asker = next((each for each in fields if when and each.id == when.field), None)
            if when and asker:
                waits = self._waits_for(asker, when, pointer, [each.field for each in run_of])
                name = f"{run_of[0].name}{CONDITION}"
                run_of = [Control("conditional", asker, name, False, [], children=run_of, waits_for=waits)]  # noqa: FBT003
            controls += run_of
        return controls

    def _concerns(self, field: Field) -> bool:
        """Return whether to show a field: not one for other operators."""
        kinds, own = field.applies.operator_kinds, self._context.operator_kind
        return not kinds or own is None or own in kinds

    def _waits_for(self, asker: Field, when: AnswerCondition, pointer: str, fields: Sequence[Field]) -> WaitsFor:
        name = f"{pointer}/{asker.id}"
        values = tuple(text for each in when.is_in for text in to_texts(asker, each))
        labels = {each.id: each.label for each in self._options(asker, name, None)}
        answer = " eller ".join(f"»{labels.get(each, each)}«" for each in values)
        subject = f"»{fields[0].label}«" if len(fields) == 1 else f"{len(fields)} felter mere"
        sentence = f"{subject} vises, når du svarer {answer} til »{asker.label}«."
        return WaitsFor(name, values, sentence, any(each in values for each in self._form_data.texts(name)))

    def _marked(self, field: Field, value: Any, pointer: str, department: str | None) -> Control:
        control = self._control(field, value, pointer, department)
        rejected = self._context.rejected.get(pointer)
        return replace(control, rejected=rejected) if rejected else control

    def _control(self, field: Field, value: Any, pointer: str, department: str | None) -> Control:
        optional = not is_mandatory(field, self._context.operator_kind)
        errors = self._errors_at(field, pointer)
        if field.is_filled_by_portal:
            return Control("read_only", field, pointer, False, errors, value=as_text(field, value))  # noqa: FBT003
        if field.type is FieldType.GROUP:
            inner = self._object(field.fields, value if isinstance(value, Mapping) else {}, pointer, department)
            return Control("group", field, pointer, optional, errors, children=inner)
        if field.type is FieldType.LIST:
            rows = self._rows(field, pointer, department)
            return Control(
                "rows", field, pointer, optional, errors, rows=rows, focus=self._context.focus == f"{pointer}{ADD}"
            )
        if is_row_id(field):
            row_id = self._form_data.text(pointer) or new_row_id()
            return Control("hidden", field, pointer, optional, errors, value=row_id)
        options = self._options(field, pointer, department)
        values = self._form_data.texts(pointer)
        stored = self._context.files.get(self._form_data.text(pointer)) if field.type is FieldType.FILE else None
        return Control(
            self._kind(field, options, values),
            field,
            pointer,
            optional,
            errors,
            value=self._form_data.typed(pointer),
            values=values,
            options=options,
            focus=bool(self._context.focus) and pointer == self._context.focus,
            note=stored.words if stored else self._context.notes.get(pointer, ""),
            href=stored.href if stored else "",
        )

    def _rows(self, field: Field, pointer: str, department: str | None) -> list[Row]:
        number = min(row_count(self._form_data, pointer, field.max_items), field.max_items)
        if number == 0 and not field.empty_is_answer and not field.mandatory.never:
            number = 1
        return [
            Row(
                index + 1,
                self._row_title(field, f"{pointer}/{index}", index),
                f"{pointer}/{index}",
                self._object(field.fields, {}, f"{pointer}/{index}", department),
            )
            for index in range(number)
        ]

    def _row_title(self, field: Field, pointer: str, index: int) -> str:
        """Return what people call a row: what it is about, else its number."""
        row = read_object(field.fields, self._form_data, pointer)
        return row_label(field, RowPair(str(index), None, row, index), index + 1, self._context.at)

    def _kind(self, field: Field, options: Sequence[Option], values: list[str]) -> str:
        if field.type in MANY_TYPES:
            return "checks"
        if options and field.type is not FieldType.BOOLEAN:
            few = len(options) <= FEW_OPTIONS and field.type is not FieldType.P_NUMBER
            cut_off = max(len(each.label) for each in options) > LONGEST_IN_A_SELECT
            return "radios" if few or cut_off else "select"
        if field.type is FieldType.DATE and values and not is_date_or_blank(values[-1]):
            return "text"
        return CONTROL_KINDS.get(field.type, "text")

    def _options(self, field: Field, pointer: str, department: str | None) -> Sequence[Option]:
        if field.type is FieldType.BOOLEAN:
            return YES_OR_NO
        if field.type is FieldType.MUNICIPALITY:
            # It is typed; the page has one list of all of them.
            return ()
        if field.type is FieldType.P_NUMBER:
            return self._with_typed(self._context.units, pointer) if self._context.units else ()
        found = self._referred(field, department) if field.refers_to else options_of(field, self._context.at)
        chosen = self._chosen_before(field)
        if chosen is not None:
            found = tuple(each for each in found if each.id in chosen)
        if field.type in {FieldType.LEGAL_BASIS, FieldType.LEGAL_BASES} and self._step.id != "company":
            found = tuple(each for each in found if each.id in self._context.legal_bases)
        return self._with_typed(found, pointer) if found or field.refers_to else found

    def _with_typed(self, found: Sequence[Option], pointer: str) -> Sequence[Option]:
        """Return the options with what is chosen and does not stand among them."""
        known = {each.id for each in found}
        missing = [each for each in self._form_data.texts(pointer) if each not in known]
        return (*found, *(Option(id=each, label=each) for each in missing))

    def _chosen_before(self, field: Field) -> Collection[str] | None:
        """Return the terms that an earlier step has chosen for the field, where it has any."""
        place = CHOSEN_BEFORE.get((self._step.id, field.id))
        chosen = self._context.others.get(place[0], {}).get(place[1]) if place else None
        return chosen if isinstance(chosen, list) and chosen else None

    def _referred(self, field: Field, department: str | None) -> tuple[Option, ...]:
        """Return the rows of another step that the field may name, by what they are about."""
        step, form = field.refers_to or "", self._context.form
        data = part_of(self._context.others.get(step, {}), department)
        names = names_of_rows(form, step, data) if form else {}
        return tuple(Option(id=each, label=name) for each, name in names.items())

    def _errors_at(self, field: Field, pointer: str) -> list[str]:
        own = [error.detail for error in self._errors if error.pointer == pointer]
        if field.type in MANY_TYPES:
            own += [error.detail for error in self._errors if error.pointer.startswith(f"{pointer}/")]
        return list(dict.fromkeys(own))


@dataclass(frozen=True)
class SummaryLine:
    """One error in the summary on top of the page, with a link to its field when there is one."""

    text: str
    href: str | None


def error_summary(errors: Sequence[FieldError], parts: Sequence[StepPart]) -> list[SummaryLine]:
    """Return the errors in the order that they came, each with the nearest field that stands on the page."""
    places = {place.control.name: place for part in parts for place in _places(part)}
    return [_line(error, _nearest(error.pointer, places)) for error in errors]


def links_to(pointers: Sequence[str], parts: Sequence[StepPart]) -> list[SummaryLine]:
    """Return the fields that ``pointers`` name, or the nearest ones around them, each once; none that is not there."""
    controls = {control.name: control for part in parts for control in flat(part.controls)}
    found = [control for pointer in pointers if (control := _nearest(pointer, controls))]
    return list(dict.fromkeys(SummaryLine(each.field.label, f"#{each.id}") for each in found))


@dataclass(frozen=True)
class _Place:
    """A control and what it stands in: the names of its department and its row, where it has any."""

    control: Control
    names: tuple[str, ...]


def _places(part: StepPart) -> list[_Place]:
    start = (part.title,) if part.department else ()
    found = [_Place(each, start) for each in part.controls]
    for place in found:
        found.extend(_Place(each, place.names) for each in place.control.children)
        for row in place.control.rows:
            found.extend(_Place(each, (*place.names, row.title)) for each in row.controls)
    return found


def _line(error: FieldError, place: _Place | None) -> SummaryLine:
    if place is None:
        return SummaryLine(error.detail, None)
    label = place.control.field.label
    named = () if label in error.detail else (label,)
    return SummaryLine(": ".join([*place.names, *named, error.detail]), f"#{place.control.id}")


def is_at(pointer: str, path: Sequence[str]) -> bool:
    """Return whether a pointer leads to the field whose ids are the ``path``, in whatever department or row."""
    ids = [each for each in pointer.split("/") if not each.isdecimal()]
    return ids[-len(path) + 1 :] == list(path[1:])


def flat(controls: Sequence[Control]) -> list[Control]:
    """Return the controls with all that stand inside of them."""
    found = list(controls)
    for each in found:
        found.extend(each.children)
        for row in each.rows:
            found.extend(row.controls)
    return found


def _nearest(pointer: str, found: Mapping[str, FoundT]) -> FoundT | None:
    while pointer:
        if pointer in found:
            return found[pointer]
        pointer = pointer.rpartition("/")[0]
    return None
