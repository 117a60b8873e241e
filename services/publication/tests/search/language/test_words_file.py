"""The file of everyday words: an operator's own takes the place of ours, and a wrong one is refused."""

from pathlib import Path

import pytest

from publication.app import build
from publication.search.language.lexicon import lexicon, own_lexicon
from publication.search.language.sentence import read
from publication.search.language.words_file import UnreadableWords, read_words
from publication.settings import PublicationSettings

OWN = """
terms:
  target_group: {autism: krøllet hjerne}
areas: [{label: Vores egn, words: vores egn, codes: ["0851"]}]
"""


def test_an_operators_file_takes_the_place_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "words.yaml"
    path.write_text(OWN, encoding="utf-8")
    found = read("krøllet hjerne på vores egn i Aarhus", lexicon(path))
    keys = [key for each in found.wanted for key in each.keys]
    assert keys == ["target_group:autism", "municipality:0851", "municipality:0751"]
    assert lexicon(None) is own_lexicon()


@pytest.mark.parametrize(
    "written",
    [
        "",
        "terms: {target_group: {autsime: autist}}",
        "terms: {}\nareas: [{label: X, words: x, codes: ['9999']}]",
        "terms: {}\nareas: [{label: X, words: x}]",
        "terms: {}\nages: [{words: ung, from: -1, to: 5}]",
        "terms: {}\nunknown: 1",
        "terms: [",
    ],
)
def test_a_wrong_file_lets_no_process_start(tmp_path: Path, settings: PublicationSettings, written: str) -> None:
    path = tmp_path / "words.yaml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(UnreadableWords):
        read_words(path)
    with pytest.raises(UnreadableWords):
        build(settings.model_copy(update={"search_words_file": path}))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableWords):
        read_words(tmp_path / "nowhere.yaml")
