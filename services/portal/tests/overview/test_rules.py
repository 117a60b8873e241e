"""The pure rules behind the overview rows."""

from portal.overview.rules import CaseStage, case_status, sort_key


def test_what_presses_most_is_the_case_status() -> None:
    assert case_status([("approved", 1), ("awaiting", 2), ("returned", 3)]) == "returned"
    assert case_status([("approved", 1), ("closed", 2)]) == "closed"
    assert case_status([]) == ""
    assert {stage.state for stage in CaseStage} == {"awaiting", "returned", "approved", "closed"}


def test_sort_key_puts_the_danish_letters_last() -> None:
    names = ["Åse", "Øst", "Ærø", "Zoo", "Anna"]
    assert sorted(names, key=sort_key) == ["Anna", "Zoo", "Ærø", "Øst", "Åse"]
