"""Reports at once while every worker is killed -9 in turn: the ledger agrees with everything, everywhere."""

import os
from collections import Counter
from pathlib import Path

import pytest
from fire import Fire
from judge import KINDS, count
from scale import Scale
from tables import tell

from devstack.system import System


@pytest.mark.timeout(3600)
async def test_nothing_is_lost_doubled_or_out_of_order_under_fire(
    system: System, scale: Scale, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fire = Fire(
        system,
        tmp_path,
        reports=scale.reports,
        rounds=scale.fire_rounds,
        seed=scale.seed,
        patience=scale.patience,
    )
    outcome = await fire.burn()
    told = tell(outcome)
    if os.environ.get("FAULTS_LONG"):
        with capsys.disabled():
            print(f"\n{told}")  # noqa: T201  The long run is made to be read.
    assert count(outcome.findings) == dict.fromkeys(KINDS, 0), told
    shown = [Counter(effect.kind for effect in place.seen.elements()) for place in outcome.world.places]
    assert [kinds["public"] for kinds in shown if "public" in kinds] == 8 * [scale.reports]
    # Every mail that is owed was caught under one Message-ID, and no Message-ID was caught that nobody owed.
    mails = {place.name: place.seen for place in outcome.world.places if "mail" in place.name}
    assert len(mails) == 3
    assert len({frozenset(seen.items()) for seen in mails.values()}) == 1, {
        name: seen.total() for name, seen in mails.items()
    }
