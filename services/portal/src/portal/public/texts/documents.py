"""What the files of words hold: news, whom to contact, and pages of paragraphs. Nothing in them is markup."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, StringConstraints

from contracts.cpr import holds_cpr
from contracts.reference import find_authority, is_tilbud_basis
from contracts.vocabularies import vocabulary


def _without_cpr(text: str) -> str:
    if holds_cpr(text):
        message = "Teksten indeholder et cpr-nummer."
        raise ValueError(message)
    return text


def _known_authority(authority_id: str) -> str:
    if find_authority(authority_id) is None:
        message = f"Der er ingen myndighed med id'et {authority_id}."
        raise ValueError(message)
    return authority_id


def _known_legal_basis(basis_id: str) -> str:
    if not is_tilbud_basis(basis_id):
        message = f"Der er ingen tilbudstype med id'et {basis_id}."
        raise ValueError(message)
    return basis_id


def _known_theme(theme: str) -> str:
    if theme not in vocabulary("quality-themes"):
        message = f"Der er intet tema med id'et {theme}."
        raise ValueError(message)
    return theme


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_without_cpr)
]
Paragraph = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3_000), AfterValidator(_without_cpr)
]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ]{3,20}$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+\.[a-z]{2,}$", max_length=200)]
Website = Annotated[str, StringConstraints(pattern=r"^https://[a-zæøå0-9.-]+(/[^\s\"<>]*)?$", max_length=300)]
Address = Annotated[str, StringConstraints(pattern=r"^(/[a-z0-9/?=&#_-]*|https://[a-zæøå0-9.-]+(/[^\s\"<>]*)?)$")]
AuthorityId = Annotated[str, AfterValidator(_known_authority)]
LegalBasisId = Annotated[str, AfterValidator(_known_legal_basis)]
ThemeId = Annotated[str, AfterValidator(_known_theme)]


class Document(BaseModel):
    """A part of a file; a name that is not known is refused, since it is misspelt."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NewsItem(Document):
    """One piece of news."""

    date: date
    title: Line
    text: Paragraph


class News(RootModel[tuple[NewsItem, ...]]):
    """The news of the front page."""


class Link(Document):
    """A link to a page of ours, or to a site with TLS."""

    text: Line
    href: Address


class Section(Document):
    """Paragraphs below one heading."""

    heading: Line
    paragraphs: tuple[Paragraph, ...] = ()
    links: tuple[Link, ...] = ()


class TextPage(Document):
    """A page of words."""

    title: Line
    lead: Paragraph
    sections: tuple[Section, ...] = ()


class Support(Document):
    """Who helps with the portal itself."""

    phone: Phone
    hours: Line
    email: Email | None = None


class AuthorityContact(Document):
    """How to reach an authority; ``concern_*`` are for worries about a tilbud, ``complaint`` says where those go."""

    phone: Phone | None = None
    email: Email | None = None
    website: Website | None = None
    address: Line | None = None
    hours: Line | None = None
    concern_phone: Phone | None = None
    concern_hours: Line | None = None
    concern_website: Website | None = None
    complaint: Paragraph | None = None


class Contacts(Document):
    """Whom to contact; an authority that is missing here is shown without."""

    support: Support
    authorities: Mapping[AuthorityId, AuthorityContact] = Field(default_factory=dict)


class LegalBasisWords(Document):
    """What a type of tilbud is: ``plain`` as a sentence goes on after "Solsikken er", ``about`` as a paragraph."""

    plain: Line
    about: Paragraph


class Explanations(Document):
    """What words mean that stand on the page of a tilbud; what is missing here is shown without."""

    legal_bases: Mapping[LegalBasisId, LegalBasisWords] = Field(default_factory=dict)
    sanctions: Mapping[Literal["intensified", "order", "condition"], Paragraph] = Field(default_factory=dict)
    themes: Mapping[ThemeId, Paragraph] = Field(default_factory=dict)
    prices: Mapping[Literal["rate", "occupancy", "user_payment", "auditor"], Paragraph] = Field(default_factory=dict)
