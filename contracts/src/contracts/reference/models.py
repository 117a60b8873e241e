"""The shapes of the reference data. Every row says from when it holds and where it was read."""

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, field_validator

LOW = "low"


class Row(BaseModel):
    """A row of a reference file; never changes after it was read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: date
    valid_to: date | None = None
    source: str
    note: str | None = None

    def holds(self, at: date) -> bool:
        """Whether the row is valid on that day; `valid_to` is the last day."""
        return self.valid_from <= at and (self.valid_to is None or at <= self.valid_to)


class Region(Row):
    """A region. `code` is None for one whose official code is not known yet; `enabled` is its switch."""

    id: str
    code: str | None = None
    name: str
    enabled: bool = True


class Municipality(Row):
    """A kommune and who supervises a socialtilsyn offer in it.

    `socialtilsyn` is after the cross rule (R2), `ground_rule_socialtilsyn` before it (R1). `host_of` names
    the socialtilsyn that this kommune hosts. Christiansø (0411) and the kommuner of Greenland have no region and no
    socialtilsyn. ``latitude`` and ``longitude`` (degrees, WGS 84) are the middle of its postal districts, good to about
    five km; of a kommune of Greenland they are those of its largest town.
    """

    code: str
    name: str
    full_name: str
    latitude: float
    longitude: float
    region: str | None = None
    socialtilsyn: str | None = None
    ground_rule_socialtilsyn: str | None = None
    host_of: str | None = None
    region_from_2027: str | None = None
    region_code_from_2027: str | None = None
    confidence_region: str
    confidence_socialtilsyn: str

    @property
    def is_host(self) -> bool:
        return self.host_of is not None

    @property
    def inside_division(self) -> bool:
        return self.region is not None


class Act(StrEnum):
    """The law that a legal basis stands in."""

    SEL = "SEL"
    SUL = "SUL"
    FPL = "FPL"


class LegalBasis(Row):
    """A kind of tilbud or plejefamilie in the law, and who supervises it."""

    id: str
    act: Act
    paragraph: str
    name: str
    english: str
    audience: str
    group: str
    kind_label: str
    supervised_by: str
    supervised_if_regional: str | None = None
    supervised_if_part_of_socialtilsyn: str | None = None
    visibility: str
    barnets_lov_paragraph: str | None = None
    portal_slug: str | None = None

    @property
    def is_plejefamilie(self) -> bool:
        return self.group == "foster"

    @property
    def label(self) -> str:
        """Name and paragraph as shown on a page, for instance "Kvindekrisecenter (SEL § 109)"."""
        return f"{self.name} ({self.act.value} {self.paragraph})"


class AuthorityKind(StrEnum):
    """The three kinds of authority that approve and supervise."""

    SOCIALTILSYN = "socialtilsyn"
    KOMMUNE = "kommune"
    REGION = "region"


class Authority(Row):
    """Somebody who may supervise. `municipality` is the kommune itself, or the host of a socialtilsyn."""

    id: str
    name: str
    kind: AuthorityKind
    municipality: str | None = None
    region: str | None = None

    @classmethod
    def of_kommune(cls, kommune: Municipality) -> Self:
        """Return the authority that a kommune is, for the days on which it exists."""
        return cls(
            id=f"kommune-{kommune.code}",
            name=kommune.full_name,
            kind=AuthorityKind.KOMMUNE,
            municipality=kommune.code,
            region=kommune.region,
            valid_from=kommune.valid_from,
            valid_to=kommune.valid_to,
            source=kommune.source,
        )

    @classmethod
    def of_region(cls, region: Region) -> Self:
        """Return the authority that a region is, for the days on which it exists."""
        return cls(
            id=f"region-{region.code}",
            name=region.name,
            kind=AuthorityKind.REGION,
            region=region.id,
            valid_from=region.valid_from,
            valid_to=region.valid_to,
            source=region.source,
        )


class PostalDistrict(Row):
    """A postcode with its town and every kommune that has addresses in it."""

    postcode: str
    name: str
    municipalities: tuple[str, ...]

    @field_validator("municipalities", mode="before")
    @classmethod
    def _of_codes(cls, codes: object) -> object:
        return codes.split() if isinstance(codes, str) else codes


class PostcodePoint(Row):
    """Where a postcode lies (degrees, WGS 84): near the middle of its addresses."""

    postcode: str
    latitude: float
    longitude: float


class Postcode(Row):
    """A postcode with its town and a point near its middle (degrees, WGS 84; good to about two km).

    Its `municipality` is one of its kommuner, and empty in the Faroe Islands, which have no Danish code. Its
    `confidence` is `low` where nobody has told its point, and another stands for it.
    """

    postcode: str
    name: str
    municipality: str = ""
    latitude: float
    longitude: float
    confidence: str

    @property
    def approximate(self) -> bool:
        """Whether the point is only that of the kommune, or of the country far away."""
        return self.confidence == LOW
