"""What the published documents say of Tilbudsportalen and of each service: who answers for it, and what it is for."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

HOME = "https://tilbudsportalen.dk"
CONTACT = {"name": "Support of Tilbudsportalen", "url": f"{HOME}/kontakt"}
LICENSE = {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/en/"}


class About(NamedTuple):
    """What a service says of itself. `tags` are the groups of its operations; the first is that of all others.

    `examples` has the body of an operation by its id. `identity` is the address of the identity provider in operation.
    """

    description: str
    tags: Mapping[str, str]
    examples: Mapping[str, Any]
    contact: Mapping[str, str] = CONTACT
    license: Mapping[str, str] = LICENSE
    identity: str = "https://identity.tilbudsportalen.dk"


_EXAMPLES: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
    files("contracts").joinpath("request_examples.yaml").read_text("utf-8")
)


def _about(service: str, description: str, tags: Mapping[str, str]) -> About:
    return About(description, tags, _EXAMPLES.get(service, {}))


ABOUT: Mapping[str, About] = {
    "reporting": _about(
        "reporting",
        "Reporting on tilbud: what is asked, drafts that save step by step, submissions, vacancies and history. For "
        "providers, and for the authorities that create tilbud.",
        {
            "tilbud": "Tilbud as providers and authorities see them: creation, approved data, vacancies, history.",
            "form": "What is asked of a tilbud, by legal basis and day.",
            "draft": "Drafts: saved step by step by several people, checked at each saving.",
            "submissions": "Reports that were sent for approval, sent again after a return, or given up.",
            "files": "Files that belong to an answer, such as the auditor's statement about the rate.",
            "bulk-reports": "One step of many tilbud from one file: the template, uploads, what became of each row.",
            "leader's CPR number": "The one place that takes the leader's CPR number; it never leaves this service.",
        },
    ),
    "jurisdiction": _about(
        "jurisdiction",
        "Who supervises what, and why: the authority by facts, and the authority of a tilbud over time.",
        {
            "authority": "Who supervises a tilbud, by which rule, and since when.",
            "handovers": "An authority gives a tilbud to another one, and takes it back.",
            "agreements": "Delegations and agreements on all places, which reports do not show.",
            "rehearsals": "Who would move under a future set of reference data, and why.",
            "undecided": "What no rule could place, and the decision of the national operator.",
        },
    ),
    "approval": _about(
        "approval",
        "Approval and supervision: cases and their decisions, tilsyn, and what supervision systems send.",
        {
            "cases": "Reports that await an authority: what has changed, the decision on each step, the outcome.",
            "tilsyn": "Completed tilsyn of a tilbud, with the sanctions that stand.",
            "external": "Events of supervision systems over HTTPS, and the receipts for them.",
        },
    ),
    "publication": _about(
        "publication",
        "What is public about tilbud: search, records with their history, a change feed and a dump. Open to everybody, "
        "without sign-in.",
        {
            "publication": "Search, compare and read what is public.",
            "open-data": "Everything public as files that anybody may use, with a description of each field.",
            "code-lists": "The closed lists of values, with their labels in Danish and English.",
            "feed": "Every change in order, and everything at once: for who keeps a copy.",
        },
    ),
    "notification": _about(
        "notification",
        "Who follows what, and the mails that follow from it.",
        {"following": "Follow tilbud, choose which mails come where, see which were sent."},
    ),
    "portal": _about(
        "portal",
        "The pages of Tilbudsportalen, for people with a browser. Programs use the APIs of the other services.",
        {"pages": "HTML pages and the forms on them."},
    ),
}
