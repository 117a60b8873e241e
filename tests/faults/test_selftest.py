"""The patches of ``make faults-selftest`` still apply, and name tests that are there."""

from pathlib import Path

import pytest
from selftest import BROKEN, HERE, PATCHES, Broken, prepare


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.patch)
def test_a_patch_applies_and_its_test_is_there(broken: Broken, tmp_path: Path) -> None:
    assert prepare(broken, tmp_path) is None
    file, _, test = broken.test.partition("::")
    assert f"def {test.partition('[')[0]}(" in (HERE / file).read_text()


def test_a_patch_that_does_not_apply_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = BROKEN[0].file.read_text().replace("async with", "async without")
    (tmp_path / "stale.patch").write_text(stale)
    monkeypatch.setattr("selftest.PATCHES", tmp_path)
    (tmp_path / "copy").mkdir()
    problem = prepare(Broken("stale", "", "", ""), tmp_path / "copy")
    assert problem is not None
    assert "does not apply" in problem


def test_every_patch_is_run() -> None:
    assert {path.stem for path in PATCHES.glob("*.patch")} == {broken.patch for broken in BROKEN}
