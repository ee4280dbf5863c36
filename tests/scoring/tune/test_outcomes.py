"""Outcomes: what is read, what is rejected and in which words, and who counts as a case."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from configs.config_errors import DataRejectedError, UsageError
from flows.run.request.outcome_files import outcomes_hash, read_outcomes
from scoring.tune.outcomes import SCHEMA, known_cases, random_arm
from suppliers.input_errors import NonExtractiveError

AS_OF = dt.date(2024, 6, 30)
UNITS = pl.Series(["a", "b", "c", "d"])
HEADER = "entity_id,known_on,kind,source,selection,result,probability"
LIST = "a,2023-05-01,public_listing,import authority,public,found,"
RANDOM = "b,2023-06-01,audit_finding,own programme,random,nothing_found,0.1"


def read(folder: Path, *rows: str, header: str = HEADER) -> pl.DataFrame:
    path = folder / "outcomes.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return read_outcomes(path, UNITS, AS_OF)


def test_shape_and_who_is_a_case(tmp_path: Path) -> None:
    outcomes = read(tmp_path, RANDOM, LIST, "c,2024-01-31,court,labour court,public,found,")
    assert outcomes.schema == pl.Schema(SCHEMA)
    assert known_cases(outcomes, UNITS).tolist() == [True, False, True, False]
    early, late = dt.date(2023, 5, 1), dt.date(2024, 1, 31)
    assert known_cases(outcomes, UNITS, known_by_day=early).tolist() == [True, False, False, False]
    assert known_cases(outcomes, UNITS, early, late).tolist() == [False, False, True, False]


def test_random_arm_has_one_row_per_unit(tmp_path: Path) -> None:
    again = "b,2024-06-01,audit_finding,own programme,random,found,0.2"
    arm = random_arm(read(tmp_path, LIST, RANDOM, again))
    assert arm.rows() == [("b", True, 0.2)]


def test_result_and_probability_may_be_absent(tmp_path: Path) -> None:
    outcomes = read(
        tmp_path,
        "a,2023-05-01,import_ban,customs,public",
        header="Unit ID,Learned on,Kind,Source,Selection",
    )
    assert outcomes["found"].to_list() == [True]
    assert outcomes["probability"].to_list() == [None]


def test_a_day_of_a_workbook_is_a_day(tmp_path: Path) -> None:
    later = LIST.replace("2023-05-01", "2023-05-01 00:00:00").replace("a,", "b,", 1)
    found = read(tmp_path, LIST.replace("2023-05-01", "2023-05-01T00:00:00.000"), later)
    assert found["known_on"].to_list() == [dt.date(2023, 5, 1)] * 2


REJECTED = {
    "a telephone": (
        [LIST.replace("import authority", "call +55 11 9123 4567")],
        "'source' seems",
    ),
    "a time of day": (["a,2023-05-01 14:30:00,court,x,public,found,"], "known_on is not a date"),
    "two digits of a year": (["a,24-05-01,court,x,public,found,"], "known_on is not a date"),
    "a day of the year": (["a,2023121,court,x,public,found,"], "known_on is not a date"),
    "after the as-of": (["a,2024-07-01,court,x,public,found,"], "row 2: known_on lies after"),
    "no date": (["a,1 May 2023,court,x,public,found,"], "row 2: known_on is not a date"),
    "unknown id": ([LIST, "z,2023-05-01,court,x,public,found,"], "row 3: entity_id is not on"),
    "a name for an id": ([LIST, "Anna Muster,2023-05-01,court,x,public,found,"], "never a name"),
    "twice": ([LIST, LIST], r"row 2: the same outcome .* \(2 such rows\)"),
    "none positive": ([RANDOM], "none of the outcomes is a finding"),
    "all positive": (
        [f"{unit},2023-05-01,court,x,public,found," for unit in "abcd"],
        "all 4 suppliers or areas have a finding",
    ),
    "unknown kind": (["a,2023-05-01,rumour,x,public,found,"], "kind is none of audit_finding"),
    "unknown selection": (["a,2023-05-01,court,x,chosen,found,"], "selection is none of random"),
    "unknown result": (["a,2023-05-01,court,x,public,yes,"], "result is none of found"),
    "empty source": (["a,2023-05-01,court,,public,found,"], "source is empty"),
    "long source": ([f"a,2023-05-01,court,{'x' * 121},public,found,"], "longer than 120"),
    "court without result": (
        [LIST, "b,2023-05-01,court,x,public,nothing_found,"],
        "only an audit can find nothing",
    ),
    "probability of 0": ([LIST, RANDOM[:-3] + "0"], "above 0 and up to 1"),
    "probability in words": ([LIST, RANDOM[:-3] + "some"], "above 0 and up to 1"),
    "probability of a targeted audit": ([LIST + "0.5"], "was not drawn at random"),
    "no rows": ([], "no outcomes below the header|no row below"),
}


@pytest.mark.parametrize(("rows", "words"), REJECTED.values(), ids=list(REJECTED))
def test_rejected_in_one_sentence(tmp_path: Path, rows: list[str], words: str) -> None:
    with pytest.raises(DataRejectedError, match=words) as rejected:
        read(tmp_path, *rows)
    assert "\n" not in str(rejected.value)
    assert "Anna" not in str(rejected.value)


def test_headers_about_persons_reject_the_file(tmp_path: Path) -> None:
    with pytest.raises(NonExtractiveError, match="worker_name"):
        read(tmp_path, LIST + ",x", header=HEADER + ",worker_name")


def test_names_with_titles_reject_the_file(tmp_path: Path) -> None:
    rows = [f"{unit},2023-05-01,court,Mr {unit}nton,public,found," for unit in "abc"]
    with pytest.raises(NonExtractiveError, match="person"):
        read(tmp_path, *rows)


def test_missing_column_and_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataRejectedError, match="selection"):
        read(tmp_path, "a,2023-05-01,court,x", header="entity_id,known_on,kind,source")
    with pytest.raises(UsageError, match="no such file of outcomes"):
        read_outcomes(tmp_path / "none.csv", UNITS, AS_OF)


def _workbook(path: Path, sheets: dict[str, list[str]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate([HEADER, *rows]):
                sheet.write_row(number, 0, row.split(","))
    return path


def test_one_sheet_of_several_is_named_after_the_file(tmp_path: Path) -> None:
    other = LIST.replace("a,", "b,", 1)
    path = _workbook(tmp_path / "cases.xlsx", {"2023": [LIST], "2024": [LIST, other]})
    with pytest.raises(DataRejectedError, match=r"2024 has the headers.*'cases\.xlsx#SHEET'"):
        read_outcomes(path, UNITS, AS_OF)
    second = path.with_name("cases.xlsx#2024")
    assert read_outcomes(second, UNITS, AS_OF)["entity_id"].to_list() == ["a", "b"]
    with pytest.raises(DataRejectedError, match="Cases"):
        read_outcomes(path.with_name("cases.xlsx#Cases"), UNITS, AS_OF)
    with pytest.raises(UsageError, match="no such file"):
        read_outcomes(path.with_name("other.xlsx#2024"), UNITS, AS_OF)
    first = path.with_name("cases.xlsx#2023")
    assert len({outcomes_hash(path), outcomes_hash(first), outcomes_hash(second)}) == 3
