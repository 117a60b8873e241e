"""What a form is: steps of fields, each with its help, type, purpose, legal source and validity.

The definitions themselves are YAML files below `form/steps/`; nothing here knows a single field.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from string import Formatter
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as ModelField

from contracts.dates import FORM_DATES

JsonScalar = str | int | float | bool | None

MAX_TEXT = 200
MAX_LONG_TEXT = 4_000
MAX_ITEMS = 50


_DEFAULTS: dict[Any, dict[str, Any]] = {
    "money_oere": {"unit": "øre", "sign": "positive", "risk": "money"},
    "percent": {"unit": "%"},
    "date": {"earliest": FORM_DATES.first, "years_ahead": FORM_DATES.years_ahead},
}


class FormModel(BaseModel):
    """A value that never changes after it was read, with no room for a misspelt key."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class FieldType(StrEnum):
    """How a value looks in JSON. All are strings unless said otherwise."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"  # JSON integer
    DECIMAL = "decimal"  # JSON number
    PERCENT = "percent"  # JSON number, 0-100 unless the field says otherwise
    MONEY = "money_oere"  # JSON integer, øre
    YEAR = "year"  # JSON integer
    BOOLEAN = "boolean"  # JSON boolean
    DATE = "date"  # YYYY-MM-DD
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    CVR = "cvr"
    P_NUMBER = "p_number"
    EAN = "ean"
    POSTCODE = "postcode"
    SLUG = "slug"  # [a-z0-9-]{1,40}, an id chosen by the writer
    CHOICE = "choice"  # an id of the field's vocabulary
    CHOICES = "choices"  # JSON array of such ids
    MUNICIPALITY = "municipality"  # four digits
    REGION = "region"
    AUTHORITY = "authority"
    AUTHORITIES = "authorities"  # JSON array
    LEGAL_BASIS = "legal_basis"
    LEGAL_BASES = "legal_bases"  # JSON array
    REFERENCE = "reference"  # the id of a row of another step, see Field.refers_to
    REFERENCES = "references"  # JSON array
    FILE = "file"  # the id of a file that was sent for the field
    GROUP = "group"  # JSON object with fields of its own
    LIST = "list"  # JSON array of such objects


INTEGER_TYPES = frozenset({FieldType.INTEGER, FieldType.MONEY, FieldType.YEAR})
NUMBER_TYPES = frozenset({FieldType.DECIMAL, FieldType.PERCENT})
CHOICE_TYPES = frozenset(
    {
        FieldType.CHOICE,
        FieldType.MUNICIPALITY,
        FieldType.REGION,
        FieldType.AUTHORITY,
        FieldType.LEGAL_BASIS,
    }
)
MANY_TYPES = frozenset({FieldType.CHOICES, FieldType.AUTHORITIES, FieldType.LEGAL_BASES, FieldType.REFERENCES})
NESTED_TYPES = frozenset({FieldType.GROUP, FieldType.LIST})


class Purpose(StrEnum):
    """What a field is asked for: to find a place, to supervise, or to count."""

    VISITATION = "visitation"
    TILSYN = "tilsyn"
    STATISTICS = "statistics"


class Audience(StrEnum):
    """Who may see the approved value."""

    PUBLIC = "public"
    AUTHORITY = "authority"


class PublicationLane(StrEnum):
    """Whether a new value waits for the authority or is published at once, marked as not approved."""

    APPROVAL = "approval"
    FAST = "fast"


class ChangeRisk(StrEnum):
    """What a changed answer means to the authority that approves it."""

    TRIVIAL = "trivial"  # A correction that can be approved together with others, unseen on its own.
    ORDINARY = "ordinary"
    MONEY = "money"
    PLACES = "places"
    TARGET_GROUP = "target-group"
    LEADER = "leader"
    AUTHORITY = "authority"  # It can move the tilbud to another authority.

    @property
    def is_high(self) -> bool:
        """Whether a case with such a change is looked at before others."""
        return self not in (ChangeRisk.TRIVIAL, ChangeRisk.ORDINARY)


class Rule(FormModel):
    """For whom something holds. Conditions of different kinds must all hold; inside one kind any of them."""

    always: bool = False
    legal_bases: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    supervised_by: tuple[str, ...] = ()
    operator_kinds: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, raw: Any) -> Any:
        words = {"always": {"always": True}, "never": {}}
        return words[raw] if isinstance(raw, str) and raw in words else raw

    @cached_property
    def never(self) -> bool:
        return self == Rule()


ALWAYS = Rule(always=True)
NEVER = Rule()


class AnswerCondition(FormModel):
    """The answer to a field beside has one of these values; a field with it is asked only then."""

    field: str
    is_in: tuple[JsonScalar, ...]


class ComputedPercentage(FormModel):
    """A percentage that the portal computes: the sum of `parts` as a share of the sum of `whole`.

    Amounts are entered positive; `negative_when` says when the result is shown below zero.
    """

    parts: tuple[str, ...]
    whole: tuple[str, ...]
    negative_when: AnswerCondition | None = None


class Option(FormModel):
    """One value of a closed list, as a page shows it."""

    id: str
    label: str
    parent: str | None = None


class Field(FormModel):
    """One question of a form. `id` is the key in the step's JSON object.

    `kinds` narrows a closed list: kinds of authority, or ids of the vocabulary. `empty_is_answer` marks a list
    for which "none" is a full answer. A `personal` value is never repeated in a change entry. A `read_only` or
    `computed` value is filled by the portal. A date lies between `earliest` and `years_ahead` years after the day on
    which it is typed. `guidance` is the address at the portal where the field is explained, `formula` how a `computed`
    value comes about.
    """

    id: str
    label: str
    help: str
    type: FieldType
    purpose: Purpose
    audience: Audience
    legal_source: str
    lane: PublicationLane = PublicationLane.APPROVAL
    # For those who approve; a reporter is asked the same whatever it is.
    risk: ChangeRisk = ModelField(default=ChangeRisk.ORDINARY, exclude=True)
    mandatory: Rule = NEVER
    applies: Rule = ALWAYS
    when: AnswerCondition | None = None
    unit: str | None = None
    sign: Literal["positive", "any"] | None = None
    vocabulary: str | None = None
    refers_to: str | None = None
    kinds: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    max_items: int = MAX_ITEMS
    pattern: str | None = None
    earliest: date | None = None
    years_ahead: int | None = None
    empty_is_answer: bool = False
    # Fields of a list that tell one row from another, where rows have no field `id`; for comparisons only.
    identity: tuple[str, ...] = ModelField(default=(), exclude=True)
    # What people call a row of a list, its answers in braces; without it they read those of `identity`.
    row_title: str | None = ModelField(default=None, exclude=True)
    personal: bool = False
    read_only: bool = False
    computed: ComputedPercentage | None = None
    # Both are told by the loader, which knows the fields beside this one and the step.
    formula: str | None = None
    guidance: str = ""
    valid_from: date = date(2014, 1, 1)
    valid_to: date | None = None
    fields: tuple["Field", ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _with_defaults(cls, raw: Any) -> Any:
        """Money is counted in øre and entered positive, and a date lies near, unless the entry says otherwise."""
        known = _DEFAULTS.get(raw.get("type")) if isinstance(raw, dict) else None
        return {**known, **raw} if known else raw

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.type in NESTED_TYPES) != bool(self.fields):
            raise ValueError(f"{self.id}: fields of its own belong to a group or a list, and only there")
        if (self.type in (FieldType.CHOICE, FieldType.CHOICES)) != bool(self.vocabulary):
            raise ValueError(f"{self.id}: a vocabulary belongs to a choice, and only there")
        if (self.type in (FieldType.REFERENCE, FieldType.REFERENCES)) != bool(self.refers_to):
            raise ValueError(f"{self.id}: refers_to belongs to a reference, and only there")
        if self.identity and (self.type is not FieldType.LIST or not set(self.identity) <= self._ids()):
            raise ValueError(f"{self.id}: identity names fields of a list")
        if self.row_title and (self.type is not FieldType.LIST or not set(self.title_fields) <= self._ids()):
            raise ValueError(f"{self.id}: row_title names fields of a list")
        return self

    @property
    def is_filled_by_portal(self) -> bool:
        """Whether the field is shown but never typed."""
        return self.read_only or self.computed is not None

    @property
    def title_fields(self) -> tuple[str, ...]:
        """The ids of the fields that `row_title` names."""
        return tuple(name for _, name, _, _ in Formatter().parse(self.row_title or "") if name)

    def _ids(self) -> set[str]:
        return {each.id for each in self.fields}

    def field(self, field_id: str) -> "Field":
        """The field of this group or list with that id; KeyError when there is none."""
        return _find(self.fields, field_id)


class Step(FormModel):
    """One page of the form. `warns_about` names steps whose lack is said but does not block.

    `guidance` is the address at the portal where the step is explained.
    """

    id: str
    order: int
    title: str
    help: str
    fields: tuple[Field, ...]
    mandatory: Rule = ALWAYS
    per_department: bool = False
    depends_on: tuple[str, ...] = ()
    warns_about: tuple[str, ...] = ()
    guidance: str = ""
    valid_from: date = date(2014, 1, 1)
    valid_to: date | None = None

    def field(self, field_id: str) -> Field:
        """The field of this step with that id; KeyError when there is none."""
        return _find(self.fields, field_id)


class FormDefinition(FormModel):
    """The form that applies to a set of legal bases on one day, with every closed list it uses."""

    version: str
    kind: str
    legal_bases: tuple[str, ...]
    at: date
    steps: tuple[Step, ...]
    vocabularies: dict[str, tuple[Option, ...]]

    def step(self, step_id: str) -> Step:
        """The step with that id; KeyError when this form has none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def with_steps_of(self, versions: Mapping[str, "FormDefinition"], at: date) -> "FormDefinition":
        """This form as it is filled in on that day, with the steps that other versions of it are named for.

        So a draft that was begun and a case that was sent before the form changed keep their questions, while dates and
        terms are judged by the day.
        """
        steps = {each.id: each for each in self.steps}
        steps |= {step: version.step(step) for step, version in versions.items() if step in version.step_ids}
        ordered = sorted(steps.values(), key=lambda each: each.order)
        return self.model_copy(update={"steps": tuple(ordered), "at": at})

    @property
    def step_ids(self) -> tuple[str, ...]:
        return tuple(step.id for step in self.steps)


def _find(fields: tuple[Field, ...], field_id: str) -> Field:
    for field in fields:
        if field.id == field_id:
            return field
    raise KeyError(field_id)
