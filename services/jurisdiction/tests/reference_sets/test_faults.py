"""Each kind of wrong set is refused, and what is wrong is named by file, line and column."""

from pathlib import Path

import pytest

from jurisdiction.authorities.reference_data import released_data
from jurisdiction.reference_sets.files import read_folder
from jurisdiction.reference_sets.rules import content_of, data_of, digest_of, find_faults
from services.jurisdiction.tests.reference_sets.conftest import change

KOMMUNER, REGIONS, SOCIALTILSYN = "municipalities.csv", "regions.csv", "socialtilsyn.csv"
COPENHAGEN = "0101,København,Københavns Kommune,55.687,12.549,1084,"
BALLERUP = (
    "0151,Ballerup,Ballerup Kommune,55.740,12.364,1084,socialtilsyn-hovedstaden,socialtilsyn-hovedstaden,,2014-01-01,,"
)
NORD = "socialtilsyn-nord,Socialtilsyn Nord,socialtilsyn,0860,2014-01-01,,"
SOUTH = "1083,1083,Region Syddanmark,2014-01-01,,yes,"


def faults_in(folder: Path) -> list[str]:
    return [str(fault) for fault in find_faults(read_folder(folder))]


def test_the_set_of_the_release_has_no_fault_and_is_itself(folder: Path) -> None:
    reading = read_folder(folder)
    assert find_faults(reading) == []
    assert digest_of(content_of(data_of(reading))) == digest_of(content_of(released_data()))
    assert data_of(reading).rows == released_data().rows


@pytest.mark.parametrize(
    ("name", "before", "after", "told"),
    [
        (KOMMUNER, COPENHAGEN, COPENHAGEN.replace("0101", "101"), "municipalities.csv, line 2, column code: is no"),
        (KOMMUNER, COPENHAGEN, COPENHAGEN.replace("1084", "9999"), "line 2, column region: 9999 does not exist"),
        (KOMMUNER, COPENHAGEN, COPENHAGEN.replace("1084", ""), "line 2, column region: is missing"),
        (KOMMUNER, COPENHAGEN, COPENHAGEN.replace("55.687", "nord"), "line 2, column latitude: Input should"),
        (KOMMUNER, COPENHAGEN, COPENHAGEN.replace("55.687", "nan"), "line 2, column latitude: is not between"),
        (KOMMUNER, COPENHAGEN, COPENHAGEN.replace("55.687", "12.549"), "line 2, column latitude: is not between"),
        (KOMMUNER, ",København,", ",=1+1,", "line 2, column name: begins like a formula"),
        (KOMMUNER, ",København,", ",@SUM(A1),", "line 2, column name: begins like a formula"),
        (KOMMUNER, ",København,", ", København,", "line 2, column name: has blanks around"),
        (KOMMUNER, ",København,", ",Køben\u200bhavn,", "line 2, column name: has a sign that cannot be seen"),
        (KOMMUNER, ",København,", ",,", "line 2, column name: Field required"),
        (KOMMUNER, ",København,", ',"Køben', ": is no CSV"),
        (KOMMUNER, BALLERUP, BALLERUP.replace("2014-01-01", "01-01-2014"), "line 4, column valid_from: is no day"),
        (KOMMUNER, BALLERUP, BALLERUP.replace("2014-01-01", "2014-02-30"), "line 4, column valid_from: Input"),
        (KOMMUNER, BALLERUP, BALLERUP.replace("2014-01-01", "1388534400"), "line 4, column valid_from: is no day"),
        (KOMMUNER, BALLERUP, BALLERUP[:-1] + "2013-12-31,", "line 4, column valid_to: is before valid_from"),
        (KOMMUNER, BALLERUP, BALLERUP.replace("2014-01-01", "2013-01-01"), "line 4, column region: 1084 does"),
        (KOMMUNER, BALLERUP, BALLERUP + ",", "line 4: has 18 values for 17 columns"),
        (KOMMUNER, "code,name,", "code,name,name,", "line 1, column name: stands there twice"),
        (KOMMUNER, "code,name,", "code,navn,", "line 1, column navn: is an unknown column"),
        (KOMMUNER, "code,name,", "code,navn,", "line 1, column name: is missing"),
        (KOMMUNER, COPENHAGEN, COPENHAGEN.replace("0101", "0999"), "municipalities.csv: 0101 is missing"),
        (KOMMUNER, COPENHAGEN, COPENHAGEN.replace("0101", "0999"), "line 2, column code: is unknown to this release"),
        (REGIONS, SOUTH, SOUTH.replace("1083,1083", "1083,1089"), "regions.csv, line 4, column code: is unknown to"),
        (REGIONS, SOUTH, SOUTH.replace("1083,1083", "1083,"), "line 4, column code: is missing"),
        (REGIONS, SOUTH, SOUTH.replace("yes", "ja"), "line 4, column enabled: is no enabled"),
        (SOCIALTILSYN, NORD, NORD.replace(",0860", ",9999"), "socialtilsyn.csv, line 6, column municipality: 9999"),
        (SOCIALTILSYN, NORD, NORD[:-1] + "2026-12-31,", "column socialtilsyn: socialtilsyn-nord does not"),
        (SOCIALTILSYN, NORD, NORD.replace("socialtilsyn,0860", "kommune,0860"), "line 6, column kind: is no kind"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(folder: Path, name: str, before: str, after: str, told: str) -> None:
    change(folder, name, before, after)
    assert any(told in fault for fault in faults_in(folder)), faults_in(folder)


def test_every_fault_is_named_not_only_the_first(folder: Path) -> None:
    change(folder, KOMMUNER, ",København,", ",=1,")
    change(folder, KOMMUNER, ",Ballerup,", ",=2,")
    change(folder, REGIONS, SOUTH, SOUTH.replace("yes", "ja"))
    assert len(faults_in(folder)) == 3


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "regions.csv: is empty"),
        (b"\n \n", "regions.csv: is empty"),
        (b"id,code,name,valid_from,valid_to,enabled,source,note\n", "regions.csv: has no rows"),
        (b"id;code;name;valid_from;source\n1081;1081;Nord;2014-01-01;Lov\n", "line 1: semicolons"),
        ("id,name\n1081,Region Sjælland".encode("latin-1"), "line 2: is not UTF-8"),
        ("id,name\n1081,Nord".encode("utf-16"), "line 1: is UTF-16"),
        (b"x" * 2_000_001, "is larger than"),
        (b"id,name\n\x00", "regions.csv, line 1, column valid_from: is missing"),
    ],
)
def test_a_file_that_is_none_is_refused(folder: Path, data: bytes, told: str) -> None:
    (folder / REGIONS).write_bytes(data)
    assert any(told in fault for fault in faults_in(folder)), faults_in(folder)


def test_a_missing_file_and_a_missing_folder_are_refused(folder: Path) -> None:
    (folder / SOCIALTILSYN).unlink()
    assert faults_in(folder) == ["socialtilsyn.csv: cannot be read: No such file or directory"]
    assert len(faults_in(folder / "nowhere")) == 3


def test_a_byte_order_mark_and_the_line_ends_of_windows_make_no_difference(folder: Path) -> None:
    for file in folder.iterdir():
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert faults_in(folder) == []
    assert digest_of(content_of(data_of(read_folder(folder)))) == digest_of(content_of(released_data()))


def test_columns_and_rows_in_another_order_are_the_same_set(folder: Path) -> None:
    head, *rows = (folder / REGIONS).read_text(encoding="utf-8").splitlines()
    (folder / REGIONS).write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    assert digest_of(content_of(data_of(read_folder(folder)))) == digest_of(content_of(released_data()))


@pytest.mark.parametrize(
    ("ends", "begins", "told"),
    [
        ("2026-12-31", "2027-01-01", None),
        ("2026-12-31", "2026-12-31", "overlaps the one in line 4"),
        ("", "2027-01-01", "overlaps the one in line 4"),
        ("2026-12-30", "2027-01-01", "has no row for the days since line 4 ended"),
    ],
)
def test_the_periods_of_one_kommune_follow_each_other(folder: Path, ends: str, begins: str, told: str | None) -> None:
    [line] = [each for each in (folder / KOMMUNER).read_text(encoding="utf-8").splitlines() if each[:4] == "0151"]
    later = line.replace("2014-01-01", begins)
    change(folder, KOMMUNER, line, line.replace("2014-01-01,", f"2014-01-01,{ends}") + "\n" + later)
    found = faults_in(folder)
    assert (told is None and not found) or any(str(told) in fault for fault in found), found


def test_the_same_row_twice_is_refused(folder: Path) -> None:
    [line] = [each for each in (folder / KOMMUNER).read_text(encoding="utf-8").splitlines() if each[:4] == "0151"]
    change(folder, KOMMUNER, line, f"{line}\n{line}")
    assert faults_in(folder) == ["municipalities.csv, line 5: 0151 stands in line 4 already"]


def test_a_region_without_kommuner_is_refused(folder: Path) -> None:
    file = folder / KOMMUNER
    file.write_text(file.read_text(encoding="utf-8").replace(",1081,", ",1082,"), encoding="utf-8")
    assert faults_in(folder) == ["regions.csv, line 2, column id: has no kommune"]
