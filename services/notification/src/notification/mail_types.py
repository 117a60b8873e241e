"""The types of mail, as what somebody gets one, and why one is not delivered."""

from enum import StrEnum


class MailType(StrEnum):
    """Why a mail is sent; the name of its template, and what a user can turn off."""

    TILBUD_CREATED = "tilbud-created"
    CASE_OPENED = "case-opened"
    CASE_RETURNED = "case-returned"
    CASE_APPROVED = "case-approved"
    TILSYN_PUBLISHED = "tilsyn-published"
    BECAME_PUBLIC = "became-public"
    NO_LONGER_PUBLIC = "no-longer-public"
    AUTHORITY_CHANGED = "authority-changed"
    MAIL_UNDELIVERED = "mail-undelivered"


class Role(StrEnum):
    """As what somebody gets a mail."""

    LEADER = "leader"
    CONTACT = "contact"
    FOLLOWER = "follower"


class Failure(StrEnum):
    """Why a mail was not delivered and is not tried again."""

    ADDRESS = "address"
    REFUSED = "refused"
    GIVEN_UP = "given-up"
    UNWRITABLE = "unwritable"


# The mails about the tilbud itself go to its leader or contact person and cannot be turned off (R102, R108).
CHOOSABLE = tuple(mail_type for mail_type in MailType if mail_type is not MailType.TILBUD_CREATED)
