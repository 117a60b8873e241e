"""Situations with their authority as the law has it, written down apart from the code that decides.

``situations.csv`` was derived on 2026-11-30 from the list of kommuner and table 1 in the sources, by rules of a line
each (host kommuner and their cross rule, the region of a head address, the order), never from this service.
Without an authority nobody can be named.
"""

import csv
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from contracts.events.parties import Group, OperatorKind, RoutingFacts
from jurisdiction.authorities.routing_context import NoAuthority
from jurisdiction.authorities.rulebook import load_rulebooks
from jurisdiction.authorities.rules import Decision, decide

BOOK = load_rulebooks()["tilbud"]
with (Path(__file__).parent / "situations.csv").open(encoding="utf-8") as file:
    SITUATIONS = list(csv.DictReader(file))


def judged(row: Mapping[str, str]) -> Decision | NoAuthority:
    bases = row["legal_bases"].split(";")
    facts = RoutingFacts(
        legal_bases=bases,
        primary=bases[0],
        municipality=row["municipality"],
        operator_kind=OperatorKind(row["operator_kind"]) if row["operator_kind"] else None,
        operator_municipality=row["operator_municipality"] or None,
        operator_region=row["operator_region"] or None,
        group=Group(head_municipality=row["head"]) if row["head"] else None,
        agreement_municipality=row["agreement"] or None,
        all_places_municipality=row["all_places"] or None,
        features=row["features"].split(";") if row["features"] else [],
        part_of=row["part_of"] or None,
        delegated_to=row["delegated_to"] or None,
    )
    return decide(BOOK, facts, date.fromisoformat(row["at"]))


def test_there_are_many_and_every_rule_is_among_them() -> None:
    assert len(SITUATIONS) >= 400
    rules = Counter(row["rule"] for row in SITUATIONS)
    on = {rule.rule for rule in BOOK.rules}
    assert on <= rules.keys()
    assert rules[""] >= 15


@pytest.mark.parametrize("row", SITUATIONS, ids=lambda row: f"{row['situation']}, {row['legal_bases']}, {row['at']}")
def test_the_authority_is_that_of_the_law(row: Mapping[str, str]) -> None:
    found = judged(row)
    named = ("", "") if isinstance(found, NoAuthority) else (found.authority, found.rule)
    assert named == (row["authority"], row["rule"]), row["law"]
    if isinstance(found, Decision):
        assert [each.rule for each in found.considered if each.applies] == [row["rule"]]
