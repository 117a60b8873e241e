"""The patches of ``make chaos-selftest`` still apply, and name tests that are there."""

from pathlib import Path

import pytest

from tests.chaos.selftest import HERE, MUTATIONS, PATCHES, Mutation, prepare


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.patch)
def test_a_patch_applies_and_its_test_is_there(mutation: Mutation, tmp_path: Path) -> None:
    assert prepare(mutation, tmp_path) is None
    file, _, test = mutation.test.partition("::")
    assert f"def {test.partition('[')[0]}(" in (HERE / file).read_text()


def test_a_patch_that_does_not_apply_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = MUTATIONS[0].file.read_text().replace("async with", "async without")
    (tmp_path / "stale.patch").write_text(stale)
    monkeypatch.setattr("tests.chaos.selftest.PATCHES", tmp_path)
    (tmp_path / "copy").mkdir()
    problem = prepare(Mutation("stale", "", "", ""), tmp_path / "copy")
    assert problem is not None
    assert "does not apply" in problem


def test_every_patch_is_run() -> None:
    assert {path.stem for path in PATCHES.glob("*.patch")} == {mutation.patch for mutation in MUTATIONS}
