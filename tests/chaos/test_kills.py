"""Reports at once while every worker is killed -9: what the clients know agrees with everything, everywhere."""

import os
from collections import Counter
from pathlib import Path

import pytest

from devstack.system import System
from tests.chaos.checker import KINDS, count
from tests.chaos.report import format_report
from tests.chaos.run import ChaosRun
from tests.chaos.scale import Scale


@pytest.mark.timeout(3600)
async def test_nothing_is_lost_duplicated_or_reordered_while_workers_are_killed(
    system: System, scale: Scale, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ChaosRun(
        system,
        tmp_path,
        reports=scale.reports,
        rounds=scale.kill_rounds,
        seed=scale.seed,
        client_seconds=scale.client_seconds,
    )
    result = await run.execute()
    report = format_report(result)
    if os.environ.get("CHAOS_LONG"):
        with capsys.disabled():
            print(f"\n{report}")  # noqa: T201  The long run is made to be read.
    assert count(result.anomalies) == dict.fromkeys(KINDS, 0), report
    kinds = [Counter(effect.kind for effect in each.effects.elements()) for each in result.snapshot.locations]
    assert [counted["public"] for counted in kinds if "public" in counted] == 8 * [scale.reports]
    # Every mail that was queued was caught under one Message-ID, and no Message-ID was caught that nobody queued.
    mails = {each.name: each.effects for each in result.snapshot.locations if "mail" in each.name}
    assert len(mails) == 3
    assert len({frozenset(effects.items()) for effects in mails.values()}) == 1, {
        name: effects.total() for name, effects in mails.items()
    }
