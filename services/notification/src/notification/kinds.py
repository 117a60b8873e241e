"""The kinds of mail, and which side of a tilbud gets each."""

from enum import StrEnum


class Kind(StrEnum):
    """Why a mail is sent; the name of its template, and what a user can turn off."""

    TILBUD_CREATED = "tilbud-created"
    CASE_OPENED = "case-opened"
    CASE_RETURNED = "case-returned"
    CASE_APPROVED = "case-approved"
    TILSYN_PUBLISHED = "tilsyn-published"
    BECAME_PUBLIC = "became-public"
    NO_LONGER_PUBLIC = "no-longer-public"
    AUTHORITY_CHANGED = "authority-changed"


class Role(StrEnum):
    """As what somebody gets a mail."""

    LEADER = "leader"
    CONTACT = "contact"
    FOLLOWER = "follower"


# The mails about the tilbud itself go to its leader or contact person and cannot be turned off (rows 102, 108).
CHOOSABLE = tuple(kind for kind in Kind if kind is not Kind.TILBUD_CREATED)
