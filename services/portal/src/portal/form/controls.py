"""What a template shows of a step: a tree of controls with their texts, choices and errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as field_of
from datetime import date
from typing import Any

from chassis.errors import FieldError
from contracts.form import Field, FieldType, Option, Step
from contracts.form.completeness import is_mandatory
from contracts.form.definition import INTEGER_TYPES, MANY_TYPES, NUMBER_TYPES
from contracts.form.options import options as options_of
from contracts.form.shape import max_length
from portal.form.display import as_text
from portal.form.form_data import FormData
from portal.form.rows import row_count, row_count_name
from portal.form.values import NO, YES
from portal.form.writing import part_of, pointer_of_part
from portal.formats import is_date_or_blank

CONTROL_KINDS = {
    FieldType.LONG_TEXT: "long_text",
    FieldType.MONEY: "money",
    FieldType.BOOLEAN: "radios",
    FieldType.DATE: "date",
    FieldType.GROUP: "group",
    FieldType.LIST: "rows",
}
INPUT_TYPES = {FieldType.EMAIL: "email", FieldType.PHONE: "tel", FieldType.URL: "url"}
DIGITS = INTEGER_TYPES | {FieldType.CVR, FieldType.P_NUMBER, FieldType.EAN, FieldType.POSTCODE}
FEW_OPTIONS = 5
YES_OR_NO = (Option(id=YES, label="Ja"), Option(id=NO, label="Nej"))


@dataclass(frozen=True)
class Row:
    """One row of a repeating group."""

    number: int
    remove: str
    controls: list["Control"]


@dataclass(frozen=True)
class Control:
    """One field of the page. ``name`` is the JSON pointer of its value and ``id`` the same as an HTML id."""

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
class StepContext:
    """What the controls of a step depend on beside the step itself.

    ``others`` is the current data of the steps that this one refers to, ``units`` the P-numbers to choose among: none
    while CVR is silent, then a number is typed.
    """

    at: date
    legal_bases: tuple[str, ...]
    operator_kind: str | None
    others: Mapping[str, Mapping[str, Any]]
    focus: str = ""
    units: Sequence[Option] = ()


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
        return [
            self._control(field, data.get(field.id), f"{pointer}/{field.id}", department)
            for field in fields
            if self._concerns(field, f"{pointer}/{field.id}")
        ]

    def _concerns(self, field: Field, pointer: str) -> bool:
        """Return whether to show a field: not one for other operators, unless something stands in it."""
        kinds, own = field.applies.operator_kinds, self._context.operator_kind
        return not kinds or own is None or own in kinds or bool(self._form_data.texts(pointer))

    def _control(self, field: Field, value: Any, pointer: str, department: str | None) -> Control:
        optional = not is_mandatory(field, self._context.operator_kind)
        errors = self._errors_at(field, pointer)
        if field.is_filled_by_portal:
            return Control("read_only", field, pointer, False, errors, value=as_text(field, value))  # noqa: FBT003
        if field.type is FieldType.GROUP:
            inner = self._object(field.fields, value if isinstance(value, Mapping) else {}, pointer, department)
            return Control("group", field, pointer, optional, errors, children=inner, note=self._condition_note(field))
        if field.type is FieldType.LIST:
            rows = self._rows(field, pointer, department)
            return Control("rows", field, pointer, optional, errors, rows=rows, note=self._condition_note(field))
        options = self._options(field, pointer, department)
        values = self._form_data.texts(pointer)
        return Control(
            self._kind(field, options, values),
            field,
            pointer,
            optional,
            errors,
            value=self._form_data.typed(pointer),
            values=values,
            options=options,
            note=self._condition_note(field),
            focus=bool(self._context.focus) and pointer == self._context.focus,
        )

    def _rows(self, field: Field, pointer: str, department: str | None) -> list[Row]:
        number = min(row_count(self._form_data, pointer, field.max_items), field.max_items)
        if number == 0 and not field.empty_is_answer and not field.mandatory.never:
            number = 1
        return [
            Row(
                index + 1,
                f"remove:{pointer}/{index}",
                self._object(field.fields, {}, f"{pointer}/{index}", department),
            )
            for index in range(number)
        ]

    def _kind(self, field: Field, options: Sequence[Option], values: list[str]) -> str:
        if field.type in MANY_TYPES:
            return "checks"
        if options and field.type is not FieldType.BOOLEAN:
            few = len(options) <= FEW_OPTIONS and field.type is not FieldType.P_NUMBER
            return "radios" if few else "select"
        if field.type is FieldType.DATE and values and not is_date_or_blank(values[-1]):
            return "text"
        return CONTROL_KINDS.get(field.type, "text")

    def _options(self, field: Field, pointer: str, department: str | None) -> Sequence[Option]:
        if field.type is FieldType.BOOLEAN:
            return YES_OR_NO
        if field.type is FieldType.P_NUMBER:
            return self._with_typed(self._context.units, pointer) if self._context.units else ()
        found = self._referred(field, department) if field.refers_to else options_of(field, self._context.at)
        if field.type in {FieldType.LEGAL_BASIS, FieldType.LEGAL_BASES} and self._step.id != "company":
            found = tuple(each for each in found if each.id in self._context.legal_bases)
        return self._with_typed(found, pointer) if found or field.refers_to else found

    def _with_typed(self, found: Sequence[Option], pointer: str) -> Sequence[Option]:
        """Return the options with what is chosen and does not stand among them."""
        known = {each.id for each in found}
        missing = [each for each in self._form_data.texts(pointer) if each not in known]
        return (*found, *(Option(id=each, label=each) for each in missing))

    def _referred(self, field: Field, department: str | None) -> tuple[Option, ...]:
        """Return the rows of another step that the field may name."""
        data = part_of(self._context.others.get(field.refers_to or "", {}), department)
        rows = [row for value in data.values() if isinstance(value, list) for row in value if isinstance(row, Mapping)]
        return tuple(Option(id=str(row["id"]), label=_row_label(row)) for row in rows if row.get("id"))

    def _errors_at(self, field: Field, pointer: str) -> list[str]:
        own = [error.detail for error in self._errors if error.pointer == pointer]
        if field.type in MANY_TYPES:
            own += [error.detail for error in self._errors if error.pointer.startswith(f"{pointer}/")]
        return list(dict.fromkeys(own))

    def _condition_note(self, field: Field) -> str:
        if field.when is None:
            return ""
        asked = next((each for each in self._all_fields() if each.id == field.when.field), None)
        return f"Udfyldes kun, når svaret passer til spørgsmålet “{asked.label}”." if asked else ""

    def _all_fields(self) -> list[Field]:
        found = list(self._step.fields)
        for each in found:
            found.extend(each.fields)
        return found


def _row_label(row: Mapping[str, Any]) -> str:
    ages = (row.get("age_from"), row.get("age_to"))
    return f"{row['id']} ({ages[0]}–{ages[1]} år)" if None not in ages else str(row["id"])


@dataclass(frozen=True)
class SummaryLine:
    """One error in the summary on top of the page, with a link to its field when there is one."""

    text: str
    href: str | None


def error_summary(errors: Sequence[FieldError], parts: Sequence[StepPart]) -> list[SummaryLine]:
    """Return the errors in the order that they came, each with the nearest field that stands on the page."""
    controls = {control.name: control for part in parts for control in flat(part.controls)}
    return [_line(error, _nearest(error.pointer, controls)) for error in errors]


def links_to(pointers: Sequence[str], parts: Sequence[StepPart]) -> list[SummaryLine]:
    """Return the fields that ``pointers`` name, or the nearest ones around them, each once; none that is not there."""
    controls = {control.name: control for part in parts for control in flat(part.controls)}
    found = [control for pointer in pointers if (control := _nearest(pointer, controls))]
    return list(dict.fromkeys(SummaryLine(each.field.label, f"#{each.id}") for each in found))


def _line(error: FieldError, control: Control | None) -> SummaryLine:
    if control is None:
        return SummaryLine(error.detail, None)
    named = control.field.label in error.detail
    return SummaryLine(error.detail if named else f"{control.field.label}: {error.detail}", f"#{control.id}")


def flat(controls: Sequence[Control]) -> list[Control]:
    """Return the controls with all that stand inside of them."""
    found = list(controls)
    for each in found:
        found.extend(each.children)
        for row in each.rows:
            found.extend(row.controls)
    return found


def _nearest(pointer: str, controls: Mapping[str, Control]) -> Control | None:
    while pointer:
        if pointer in controls:
            return controls[pointer]
        pointer = pointer.rpartition("/")[0]
    return None
