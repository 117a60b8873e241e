"""Which outcome the choices lead to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.decisions import rules
from chassis.errors import DomainError

VERDICTS = st.dictionaries(st.text(min_size=1), st.sampled_from(["approve", "reject", None]))


@given(VERDICTS)
def test_the_outcome_follows_from_every_choice(verdicts: dict[str, str | None]) -> None:
    if not verdicts or None in verdicts.values():
        with pytest.raises(DomainError, match="undecided-steps") as raised:
            rules.outcome_of(verdicts)
        assert len(raised.value.errors) == list(verdicts.values()).count(None)
    else:
        expected = "returned" if "reject" in verdicts.values() else "approved"
        assert rules.outcome_of(verdicts) == expected
