"""The library knows no kind of subject: neither its code nor its documents name one."""

import re
from pathlib import Path

FOLDER = Path(__file__).parents[1]
# The name of the whole product stands in the names of packages.
KINDS = re.compile(r"tilbud(?!sportalen)|plejefamilie|CRV-", re.IGNORECASE)


def test_no_file_of_the_library_names_a_kind() -> None:
    files = [
        each
        for suffix in ("py", "md", "yaml", "toml")
        for each in FOLDER.rglob(f"*.{suffix}")
        if each != Path(__file__) and ".egg-info" not in str(each)
    ]
    assert len(files) > 50
    named = [str(each.relative_to(FOLDER)) for each in files if KINDS.search(each.read_text())]
    assert named == []
