"""What is refused in a tilsyn."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from approval.tilsyn import rules
from contracts.events.external import InboundIntensified

DAYS = st.dates()


@given(DAYS, DAYS)
def test_intensified_tilsyn_is_measured_without_ever_failing(start: date, until: date) -> None:
    period = InboundIntensified.model_validate({"from": start, "until": until})
    found = {error.code for error in rules._too_intensified(period)}
    assert ("backwards" in found) == (until < start)
    if (until - start).days > 184:
        assert "too-long" in found
    if 0 <= (until - start).days <= 181:
        assert found == set()
