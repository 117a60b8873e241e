"""Facts from ``publication``: what is public about a tilbud now, and each change of it."""

from datetime import date, datetime
from enum import StrEnum
from operator import not_
from typing import Any, ClassVar, Literal

from pydantic import Field, GetJsonSchemaHandler, SerializerFunctionWrapHandler, model_serializer

from contracts.events.approval import Intensified, Sanction, Theme, TilsynDecision, TilsynKind
from contracts.events.base import Event, Model, TilbudEvent, is_absent
from contracts.events.samples import Marking


class PublicAuthority(Model):
    """The authority that supervises a public tilbud."""

    id: str
    name: str


class PublicSanction(Sanction):
    """An order or a condition in force; ``overdue``: its deadline has passed, and it has not been ended."""

    overdue: bool = Field(default=False, exclude_if=not_)


class PublicTilsyn(Model):
    """The latest tilsyn of a public tilbud, with the sanctions that must be shown."""

    tilsyn_id: str
    kind: TilsynKind
    visited_on: date | None
    decided_on: date
    decision: TilsynDecision
    conclusion: str | None = None
    themes: list[Theme] = Field(default_factory=list)
    orders: list[Sanction] = Field(default_factory=list)
    conditions: list[Sanction] = Field(default_factory=list)
    intensified: Intensified | None = None


class PublicDepartment(Model):
    """One department with its own steps; ``steps`` has the public fields only, by step id.

    ``municipality`` is that of the department's own address, or of the tilbud where it has none.
    """

    id: str
    name: str
    municipality: str | None
    legal_bases: list[str] = Field(default_factory=list)
    steps: dict[str, dict[str, Any]] = Field(default_factory=dict)


class PublicTilbud(Model):
    """The public record of one tilbud: approved data with public audience, and nothing else.

    ``version`` counts the changes of the public record. ``steps`` has the whole steps by step id; a tilbud with
    departments has the steps of each department there. ``orders``, ``conditions`` and ``intensified`` are in
    force, whichever tilsyn gave them; an order past its deadline is, too. ``announced`` are the intensified tilsyn
    that begin on a later day. ``marking`` stands while the national operator has marked that data was not corrected.
    ``not_approved_yet`` names the values that were published before an authority saw them, by their JSON pointers.
    ``confirmed_at`` is when anything was last approved or reported, ``confirmed`` when each step was approved, by its
    JSON pointer, and each figure that is published at once was reported: that says nothing about other figures.
    ``address_hidden``: street and postcode are secret and stand nowhere in the record.
    """

    id: str
    name: str
    version: int
    authority: PublicAuthority
    operator_name: str
    operator_cvr: str | None = Field(default=None, exclude_if=is_absent)
    operator_kind: str
    primary_legal_basis: str
    legal_bases: list[str]
    municipality: str
    region: str | None
    steps: dict[str, dict[str, Any]] = Field(default_factory=dict)
    departments: list[PublicDepartment] = Field(default_factory=list)
    tilsyn: PublicTilsyn | None
    orders: list[PublicSanction] = Field(default_factory=list)
    conditions: list[PublicSanction] = Field(default_factory=list)
    intensified: Intensified | None = None
    announced: list[Intensified] = Field(default_factory=list, exclude_if=is_absent)
    marking: Marking | None = Field(default=None, exclude_if=is_absent)
    address_hidden: bool = False
    approved_at: datetime
    confirmed_at: datetime
    confirmed: dict[str, datetime] = Field(default_factory=dict, exclude_if=is_absent)
    not_approved_yet: list[str] = Field(default_factory=list)


class TilbudPublished(TilbudEvent, frozen=True):
    """State: the public record as it is now. A null value says that the tilbud is not public any more."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.publication.tilbud-published.v1"
    topic: ClassVar[str] = "publication.tilbud.v1"

    tilbud: PublicTilbud


class FeedReason(StrEnum):
    """Why a feed entry exists."""

    APPROVED = "approved"
    TILSYN = "tilsyn"
    CEASED = "ceased"
    CORRECTED = "corrected"
    HANDOVER = "handover"
    VACANCIES = "vacancies"
    REPUBLISHED = "republished"


class FieldChange(Model):
    """One changed field of the public record, by its JSON pointer; rows of a list are named by their id.

    A field that holds a person's name or a secret address has its path only.
    """

    path: str
    old: Any = None
    new: Any = None

    @model_serializer(mode="wrap")
    def _only_what_is_set(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = serialize(self)
        return {name: value for name, value in written.items() if name in self.model_fields_set}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        # The serializer leaves fields out but invents none, so the schema is that of the fields.
        return handler({name: part for name, part in core.items() if name != "serialization"})


class FeedData(Model):
    """The content of a feed entry. ``tilbud`` is the whole public record, and None on a DELETE."""

    reason: FeedReason
    changes: list[FieldChange] = Field(default_factory=list)
    tilbud: PublicTilbud | None = None


class FeedEntry(Event, frozen=True):
    """One entry of the publication feed: the CloudEvents item of ``GET /v1/feed``, on Kafka with the same content."""

    ce_type: ClassVar[str] = "dk.tilbudsportalen.publication.tilbud.v1"
    topic: ClassVar[str] = "publication.feed.v1"

    specversion: Literal["1.0"] = "1.0"
    id: str
    type: Literal["dk.tilbudsportalen.publication.tilbud.v1"] = "dk.tilbudsportalen.publication.tilbud.v1"
    source: str
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    method: Literal["PUT", "DELETE"]
    data: FeedData

    @property
    def key(self) -> str:
        """Return the tilbuds-id."""
        return self.subject
