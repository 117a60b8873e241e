"""The types of mail, as what somebody gets one, and why one is not delivered."""

from enum import StrEnum


class MailType(StrEnum):
    """Why a mail is sent; the name of its template, and what a user can turn off."""

    TILBUD_CREATED = "tilbud-created"
    CASE_OPENED = "case-opened"
    CASE_MOVED = "case-moved"
    CASE_CLOSED = "case-closed"
    REPORTED_ON_BEHALF = "reported-on-behalf"
    CASE_RETURNED = "case-returned"
    CASE_APPROVED = "case-approved"
    TILSYN_PUBLISHED = "tilsyn-published"
    BECAME_PUBLIC = "became-public"
    NO_LONGER_PUBLIC = "no-longer-public"
    AUTHORITY_CHANGED = "authority-changed"
    AUTHORITY_UNDECIDED = "authority-undecided"
    RATE_CHANGED = "rate-changed"
    VACANCIES_CHANGED = "vacancies-changed"
    SANCTION_CHANGED = "sanction-changed"
    DEADLINE = "deadline"
    DUTIES = "duties"
    CONTROL_SAMPLE = "control-sample"
    RECORD_CHANGED = "record-changed"
    MAIL_UNDELIVERED = "mail-undelivered"
    DIGEST = "digest"
    ADDRESS_CONFIRMATION = "address-confirmation"
    SEARCH_CONFIRMATION = "search-confirmation"
    SAVED_SEARCH = "saved-search"
    SEARCH_ENDED = "search-ended"


class Frequency(StrEnum):
    """When a follower gets a mail: at once, or with others in one mail a day or a week."""

    AT_ONCE = "at-once"
    DAILY = "daily"
    WEEKLY = "weekly"


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
    STOPPED = "stopped"


# The mails about the tilbud itself go to its leader or contact person and cannot be turned off (R102, R108). A mail
# that gathers others, one that asks whether an address is right, and one about a search are about no tilbud.
OF_ADDRESS = frozenset(
    {
        MailType.DIGEST,
        MailType.ADDRESS_CONFIRMATION,
        MailType.SEARCH_CONFIRMATION,
        MailType.SAVED_SEARCH,
        MailType.SEARCH_ENDED,
    }
)
_UNASKED = OF_ADDRESS | {MailType.TILBUD_CREATED}
CHOOSABLE = tuple(mail_type for mail_type in MailType if mail_type not in _UNASKED)
