"""docs/requirements.md is whole, and what it names is there. Whoever moves a module or a test changes its line."""

from collections import Counter

import pytest

from tests.docs.requirements import Requirement, has_test, module_file, requirements

ALL = tuple(requirements())
IDS = [
    *(f"R{number}" for number in range(1, 131)),
    *(f"P{number}" for number in range(1, 14)),
    *(f"L{number}" for number in range(1, 13)),
]
STATES = {"works", "partly", "missing"}


def test_each_behaviour_stands_there_once() -> None:
    assert Counter(each.id for each in ALL) == Counter(IDS)


@pytest.mark.parametrize("line", ALL, ids=lambda line: line.id)
def test_a_line_says_how_far_it_is_and_names_what_is_there(line: Requirement) -> None:
    assert line.behaviour
    assert line.state in STATES
    assert bool(line.lacks) == (line.state == "partly"), "partly says what lacks, and nothing else does"
    assert bool(line.modules) == (line.state != "missing"), "what is there has a module, and nothing else has"
    assert line.tests or line.state != "works", "what works has a test that shows it"
    stale = [name for name in line.modules if module_file(name) is None]
    assert not stale, f"{line.id} in docs/requirements.md names modules that were moved or renamed: {stale}"
    stale = [node for node in line.tests if not has_test(node)]
    assert not stale, f"{line.id} in docs/requirements.md names tests that were moved or renamed: {stale}"
