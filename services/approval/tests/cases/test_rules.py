"""When a case opens, and which choices a resubmission keeps."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from approval.cases import rules
from approval.cases.rules import Choice, revision_to_open

REVISIONS = st.integers(1, 5)


@given(
    opened=st.integers(0, 5),
    reports=st.sets(REVISIONS),
    routings=st.dictionaries(REVISIONS, st.sampled_from(["socialtilsyn-nord", None])),
)
def test_a_revision_opens_only_when_it_is_sent_routed_and_newer(
    opened: int, reports: set[int], routings: dict[int, str | None]
) -> None:
    revision = revision_to_open(opened, reports, routings)
    ready = {each for each in reports if routings.get(each)}
    if revision is None:
        assert all(each <= opened for each in ready)
    else:
        assert revision == max(ready) > opened


def test_only_unedited_approvals_are_proposed() -> None:
    before = {key: {"text": key} for key in ("values", "methods", "budget", "gone")}
    after: dict[str, Any] = {
        "values": {"text": "values"},
        "methods": {"text": "edited"},
        "budget": {"text": "budget"},
        "new": {},
    }
    choices = {
        key: Choice("reject" if key == "budget" else "approve", {"name": "Nanna"}, "2026-11-20T10:00:00Z")
        for key in ("values", "methods", "budget", "gone")
    }
    assert list(rules.proposals(before, after, choices)) == ["values"]
