"""A database of the commit before is migrated with its data, and every service answers on it as it did before."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.upgrade import fixture
from tests.upgrade.client import Question
from tests.upgrade.conftest import NAMES, Upgraded

# What is meant to be answered otherwise than before: service, path of the question, pointer into the answer, why.
MEANT = (
    (
        "reporting",
        "/v1/tilbud/[^/]+/leader-cpr",
        "/(status|etag|body.*)",
        "The leader's CPR number is shown to who says what for, which is a POST.",
    ),
    ("reporting", "/v1/tilbud/[^/]+", "/body/leader_cpr/unreadable", "A number may be one that no key opens."),
    (
        "reporting",
        "/v1/tilbud/[^/]+/draft/summary",
        r"/body/steps/\d+/keys/\d+/changes/\d+/row",
        "A change says which row it is in, and whether the whole row came or went.",
    ),
    ("reporting", r"/v1/tilbud(\?.*)?", r"/body/items/\d+/operator_name", "The invented companies have other names."),
    (
        "reporting",
        "/v1/form/.*",
        "/etag|/body/version|/body/steps/.*/(max_length|earliest|years_ahead|help|guidance|formula)",
        "Names and towns may be longer, a date has a range of days, ids of departments are made, a field is explained.",
    ),
    ("reporting", "/v1/form/.*", "/body/steps/0/fields/.*", "A legal basis can have a last day."),
    ("reporting", "/v1/tilbud/[^/]+/draft", "/body/form_version", "The form has changed."),
    (
        "reporting",
        "/v1/tilbud/[^/]+/draft(/.*)?",
        r"/body/(steps/\d+/)?(status|set_aside|unread|base|rejected|form_day|new_fields)",
        "A step has a state, says what was rejected or is new, and keeps what does not apply or cannot be read.",
    ),
    (
        "reporting",
        "/v1/tilbud/[^/]+",
        "/body/operator/(name|form|looked_up)",
        "The worker asks the register of companies after the upgrade.",
    ),
    (
        "reporting",
        "/v1/tilbud/[^/]+/draft",
        "/body/steps/1/complete",
        "Postcode, town and kommune of an address belong together.",
    ),
    ("portal", "/indberet/tilbud/[^/]+/trin/(company|contact|departments)", "/body", "Greenland has kommuner, too."),
    ("approval", "/v1/tilbud/[^/]+/tilsyn", "/body/(sanctions|announced)", "Officers see which sanctions stand."),
    (
        "approval",
        r"/v1/cases.*",
        r"/body/(items/\d+/explanation|ends_approval_of)",
        "A case says why it is where it is, and what its approval ends.",
    ),
    (
        "jurisdiction",
        "/v1/tilbud/[^/]+/authority.*",
        r"/body/(history/\d+/)?(since|because|handed_over_by|givers(/.*)?)",
        "The answer says who handed the tilbud over.",
    ),
    (
        "approval",
        "/v1/cases/[^/]+",
        "/body/(can_close|ceased_on|moved|sent_by|on_behalf|closed_by|has_receipt)",
        "A case says who sent it on whose behalf, and what has overtaken it.",
    ),
    (
        "approval",
        "/v1/cases/[^/]+(/changes.*)?",
        r"/body/(steps|log)/\d+/(fields|earlier)|/body/sections/\d+/(reported|previous|edited)",
        "A choice points at fields, and a case that is sent again shows the round before.",
    ),
    ("reporting", "/v1/tilbud/.*", r"/body/submissions/\d+/decisions/\d+/fields", "A rejection points at fields."),
    ("portal", "/godkend", r"/body/\d+", "What is not approved stands at the end of a list."),
    (
        "portal",
        "/godkend/sager/[^/]+/kvittering",
        "/body|/status",
        "A receipt has every round, and is there once sent.",
    ),
    ("portal", "/opret", "/body", "Transferred applications are a link away."),
    ("portal", "/indberet/tilbud/[^/]+/trin/[^/]+", r"/body(/\d+)?", "A rejected step says why and where."),
    ("approval", "/v1/cases/[^/]+", "/body/.*/org_name|/body/decided_by/org_name", "Officers belong to the authority."),
    ("reporting", "/v1/tilbud/.*", "/etag|/body/.*/org_name", "Officers belong to the authority."),
    (
        "reporting",
        "/v1/tilbud/.*",
        r"/body/(submissions|items)/\d+/sent_by/on_behalf_reason|/body/(application|asks_reason)",
        "A tilbud says what it was transferred as, and an authority why it reports.",
    ),
    (
        "reporting",
        "/v1/tilbud/.*",
        r"/body/(vacancies/)?departments/\d+/reported_at|/body/figures",
        "Each department says when its vacancies were reported, and what is public of it.",
    ),
    (
        "portal",
        r"/indberet(\?.*)?",
        "/body(/.*)?",
        "The list leads to what is due, and to the vacancies of each tilbud.",
    ),
    (
        "notification",
        "/v1/preferences",
        "/body/mails/(case-moved|case-closed|reported-on-behalf)",
        "What overtakes a case is told.",
    ),
    ("notification", "/v1/preferences", "/body/mails/mail-undelivered", "A mail that does not arrive is told."),
    ("notification", "/v1/preferences", "/body/mails/deadline", "A deadline that is near is told."),
    ("notification", "/v1/preferences", "/body/mails/duties", "What has to be reported soon, or is late, is told."),
    ("notification", "/v1/preferences", "/body/mails/control-sample", "What is done in a control sample is told."),
    ("notification", "/v1/preferences", "/body/mails/authority-undecided", "What no rule can place is told."),
    (
        "notification",
        "/v1/preferences",
        "/body/(paused|own_email_confirmed|frequency|mails/(vacancies|sanction|record|rate)-changed)",
        "There are more mails, and each comes as often as its reader wants.",
    ),
    (
        "publication",
        "/v1/search.*",
        "/body/facets/(accessibility|accreditation|housing_form|place_kind|sanction|staff_group)",
        "There are more facets.",
    ),
    (
        "publication",
        "/v1/search.*",
        r"/etag|/body/near(/.*)?|/body/items/\d+/distance_(approximate|km)",
        "A distance says when it is approximate, and more postcodes have a point of their own.",
    ),
    (
        "publication",
        "/v1/search.*",
        r"/etag|/body/(understood|suggestions|relaxed)|/body/items/\d+/score",
        "The answer says what was understood of a query, and names come before all else.",
    ),
    ("publication", "/v1/search.*", r"/body/errors/\d+/(code|detail|allowed)", "An error says which values there are."),
    ("publication", "/v1/tilbud/[^/]+/changes", "/etag", "The history can be kept by who has read it."),
    ("publication", r"/v1/rates.*", "/etag|/body/items", "Only like is compared with like: unit, year, occupancy."),
    ("publication", r"/v1/.*", r"/body/errors/\d+/parameter", "An error names the parameter that is wrong."),
    ("publication", r"/v1/feed\?.*", r"/body/\d+/data/(tilbud|changes)", "What was removed is served on by no entry."),
    ("portal", "/(indberet|godkend)/tilbud/[^/]+", "/body", "A tilbud says why it is, or is not, public."),
    ("portal", "/godkend/tilbud/[^/]+", "/body(/.*)?", "Cases stand in the order of their date, and say who decides."),
    ("portal", r"/godkend(\?.*)?", "/body(/.*)?", "Officers have a work list, and what awaits others is told apart."),
    (
        "portal",
        "/|/kontakt|/whistleblow|/tilgaengelighed|/plejefamilier(/.*)?",
        "/body",
        "The operator may change the words.",
    ),
    ("portal", "/tilbud/[^/]+", "/body", "The page of a tilbud says first in plain words what it is."),
    ("publication", "/v1/tilbud/[^/]+", "/body/(removed|detail)", "What is gone says why, since when and who to ask."),
    ("portal", r"/soeg(\?.*)?", "/body(/.*)?", "Results come first, and filters are behind a button."),
    ("portal", "/tilsyn/tilbud/[^/]+", "/body", "Officers see which sanctions stand, and which tilsyn counts."),
    (
        "portal",
        r"/tilsyn/opret/[^/]+|/tilsyn/[^/]+\?authority=.*",
        "/body",
        "A tilsyn says its day, and can be corrected.",
    ),
    ("portal", r"/godkend(\?.*)?", "/body", "The list leads to what is watched by date."),
    ("approval", r"/v1/tilsyn/[^/]+\?authority=.*", "/body/earlier_versions", "Officers see earlier versions."),
    ("portal", "/godkend/sager/[^/]+", "/body", "A group with answers inside is not shown as unanswered."),
    ("portal", "/indberet/tilbud/[^/]+/(opsummering|sager/[^/]+)", "/body", "Changes in rows are shown by row."),
    ("reporting", "/v1/tilbud/[^/]+/draft", "/body/(all_steps|may_send)", "Who was given single steps is told so."),
    ("portal", r"/indberet(\?.*)?", "/body(/.*)?", "The list leads to the reports for many."),
    (
        "reporting",
        "/v1/tilbud/.*",
        r"/etag|/body/submissions/\d+/(reference|named_steps)|/body/(steps|rejected)/\d+/corrected|/body/returned",
        "A case has a number and its steps have names; what was rejected says whether it is corrected.",
    ),
    (
        "reporting",
        "/v1/tilbud/[^/]+/draft/summary",
        r"/body/steps/\d+/keys/\d+/new/.*",
        "The summary has computed figures.",
    ),
    ("approval", "/v1/cases.*", r"/body/(items/\d+/)?reference", "A case has a number that people say."),
    (
        "portal",
        "/indberet/tilbud/[^/]+(/(opsummering|trin/[^/]+|sager/[^/]+))?",
        "/body(/.*)?|/status",
        "A returned case leads its reporter, and cases are told apart by number and steps.",
    ),
    ("portal", "/godkend/sager/[^/]+(/kvittering)?", "/body(/.*)?", "A case has a number that people say."),
)


@pytest.mark.parametrize("service", NAMES)
async def test_the_services_answer_as_before(service: str, answered: dict[str, list[str]]) -> None:
    assert "\n".join(answered[service]) == ""


@pytest.fixture(scope="module")
async def answered(upgraded: Upgraded) -> dict[str, list[str]]:
    """What each service answers otherwise than the old one did; asked in the old order, since looking leaves traces."""
    found: dict[str, list[str]] = {name: [] for name in NAMES}
    for question, old in fixture.read_answers():
        new = await upgraded.client.ask(question)
        found[question[1]] += [
            f"{question}: {pointer} was {before!r:.200}, is {after!r:.200}"
            for pointer, before, after in differences(old, new)
            if not is_meant(question, pointer) and not says_what_is_so_now(before, after)
        ]
    return found


BACK = "input name=back value="
REWORDED = {
    "»Tilbage« gemmer ikke. »Næste« gemmer kladden og går til næste trin.": (
        "»Tilbage« og »Næste« gemmer kladden, hvis der er ændret noget."
    )
}


def says_what_is_so_now(old: Any, new: Any) -> bool:
    """Return whether a page has other words for what it does now, or its star leads back to the list as filtered."""
    return REWORDED.get(str(old)) == new or (str(old).startswith(BACK) and str(new).startswith((f"{old}?", f"{old}#")))


def differences(old: Any, new: Any, pointer: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield where two answers differ, with both values; what one of them lacks is None."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            yield from differences(old.get(name), new.get(name), f"{pointer}/{name}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from differences(before, after, f"{pointer}/{index}")
    elif old != new:
        yield pointer, old, new


def is_meant(question: Question, pointer: str) -> bool:
    """Return whether the answers are meant to differ there."""
    _, service, path = question
    return any(
        service == named and re.fullmatch(paths, path) and re.fullmatch(pointers, pointer)
        for named, paths, pointers, _ in MEANT
    )
