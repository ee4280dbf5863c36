import datetime as dt
import gzip
from pathlib import Path

import polars as pl
import pytest

from configs.config_errors import UsageError
from signals.fetching.fetch import SourceUnavailableError
from signals.source import Staged
from signals.sources.accounts import accounts_csv
from suppliers.input_errors import NonExtractiveError
from tests.signals.builders import context, staged, suppliers

HEADER = "supplier_id,period_start,period_end,filed_on,currency,consolidated,total_assets,ebit\n"
LISTED = suppliers(
    {"supplier_id": "S1", "company_number": "0042"},
    {"supplier_id": "S2"},
)


def stage(
    tmp_path: Path, text: str | bytes, name: str = "accounts.csv", **options: object
) -> Staged:
    mirror = tmp_path / "mirror"
    mirror.mkdir(parents=True, exist_ok=True)
    (mirror / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    using = context(tmp_path, mirror=mirror, supplier_rows=LISTED, **options)
    return staged(accounts_csv, using)


def test_a_statement_becomes_items(tmp_path: Path) -> None:
    outcome = stage(tmp_path, HEADER + "S1,2023-01-01,2023-12-31,2024-05-02,eur,yes,1000,-20\n")
    assert outcome.rejected.is_empty()
    assert outcome.rows.select("item", "value").rows() == [
        ("total_assets", 1000.0),
        ("ebit", -20.0),
    ]
    row = outcome.rows.to_dicts()[0]
    assert row["currency"] == "EUR"
    assert row["concept"] == "consolidated"
    assert (row["observed_to"], row["published_on"]) == (
        dt.date(2023, 12, 31),
        dt.date(2024, 5, 2),
    )


def test_without_a_filing_day_a_statement_is_known_a_year_later(tmp_path: Path) -> None:
    outcome = stage(tmp_path, HEADER + "S1,,2023-12-31,,,,1000,\n")
    assert outcome.rows["published_on"].to_list() == [dt.date(2024, 12, 30)]
    assert outcome.rows["concept"].to_list() == ["basis_not_stated"]
    assert outcome.rows["currency"].to_list() == [None]


def test_company_numbers_find_suppliers(tmp_path: Path) -> None:
    text = "Company number;Period end;Total assets\n0042;31.12.2023;1.234,5\n"
    outcome = stage(tmp_path, text)
    assert outcome.rows.select("supplier_id", "value").rows() == [("S1", 1234.5)]


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ('"1,234,567.8"', 1234567.8),
        ('"(500)"', -500.0),
        ('"1 000"', 1000.0),
        ('"€ 12.50"', 12.5),
    ],
)
def test_amounts_as_people_write_them(tmp_path: Path, cells: str, value: float) -> None:
    outcome = stage(tmp_path, HEADER + f"S1,,2023-12-31,,,,{cells},\n")
    assert outcome.rows["value"].to_list() == [value]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("S9,,2023-12-31,,,,10,", "supplier_is_listed"),
        (",,2023-12-31,,,,10,", "supplier_is_listed"),
        ("S1,,12/31/2023,,,,10,", "period_end_is_a_date"),
        ("S1,,2023-02-30,,,,10,", "period_end_is_a_date"),
        ("S1,soon,2023-12-31,,,,10,", "period_start_is_a_date"),
        ("S1,,2023-12-31,later,,,10,", "filed_on_is_a_date"),
        ("S1,,2023-12-31,2023-06-30,,,10,", "filed_after_period_end"),
        ("S1,2023-07-01,2023-12-31,,,,10,", "period_is_a_year"),
        ("S1,2024-01-01,2023-12-31,,,,10,", "period_is_a_year"),
        ("S1,,2023-12-31,,Euro,,10,", "currency_is_a_code"),
        ("S1,,2023-12-31,,,,,", "some_item_is_given"),
        ("S1,,2023-12-31,,,,n/k,", "item_is_a_number"),
    ],
)
def test_bad_rows_are_rejected_and_the_others_go_on(tmp_path: Path, row: str, rule: str) -> None:
    outcome = stage(tmp_path, f"{HEADER}{row}\nS2,,2023-12-31,,,,10,\n")
    assert outcome.rejected.select("source_file", "source_row", "rule").rows() == [
        ("accounts.csv", 2, rule)
    ]
    assert outcome.rows["supplier_id"].to_list() == ["S2"]


def test_a_bad_cell_takes_only_itself(tmp_path: Path) -> None:
    outcome = stage(tmp_path, HEADER + "S1,,2023-12-31,,,,10,?\n")
    assert outcome.rows["item"].to_list() == ["total_assets"]
    assert outcome.rejected["reason"].to_list() == [
        "ebit is not a number; write digits and one decimal mark"
    ]


@pytest.mark.parametrize(
    ("assets", "current", "cash", "is_used"),
    [("1000", "990", "10", True), ("1000", "1005", "10", True), ("1000", "5000", "10", False),
     ("1000", "400", "5000", False), ("1000", "", "1200", False), ("-1000", "900", "10", True)],
)  # fmt: skip
def test_a_total_holds_its_parts(
    tmp_path: Path, assets: str, current: str, cash: str, is_used: bool
) -> None:
    header = "supplier_id,period_end,total_assets,current_assets,cash\n"
    row = f"S1,2023-12-31,{assets},{current},{cash}\n"
    outcome = stage(tmp_path, f"{header}{row}S2,2023-12-31,10,5,1\n")
    assert outcome.rejected["rule"].to_list() == ([] if is_used else ["whole_holds_its_parts"])
    assert set(outcome.rows["supplier_id"]) == ({"S1", "S2"} if is_used else {"S2"})


def test_a_statement_given_twice_counts_once(tmp_path: Path) -> None:
    line = "S1,,2023-12-31,,,,10,\n"
    outcome = stage(tmp_path, HEADER + line + line)
    assert outcome.rows.height == 1
    assert outcome.rejected["rule"].to_list() == ["statement_is_unique"]


def test_group_and_single_accounts_stay_apart(tmp_path: Path) -> None:
    outcome = stage(tmp_path, HEADER + "S1,,2023-12-31,,,yes,10,\nS1,,2023-12-31,,,no,7,\n")
    assert outcome.rows.select("concept", "value").rows() == [
        ("consolidated", 10.0),
        ("single", 7.0),
    ]


def test_data_about_persons_reject_the_file(tmp_path: Path) -> None:
    text = "supplier_id,period_end,total_assets,employee_phone\nS1,2023-12-31,10,+4912345678\n"
    with pytest.raises(NonExtractiveError, match="employee_phone"):
        stage(tmp_path, text)
    assert stage(tmp_path, text, drop=["employee_phone"]).rows.height == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("a,b\n1,2\n", "'period_end' is missing"),
        ("period_end,total_assets\n2023-12-31,1\n", "no column names the supplier"),
        ("supplier_id,supplier_id,period_end,total_assets\n", "there twice"),
    ],
)
def test_a_file_of_no_use_is_rejected_and_named(tmp_path: Path, text: str, words: str) -> None:
    outcome = stage(tmp_path, text)
    assert outcome.rows.is_empty()
    (row,) = outcome.rejected.to_dicts()
    assert row["rule"] == "unreadable_file"
    assert words in row["reason"]
    assert row["reason"].startswith("accounts.csv: ")


def test_other_forms_of_the_same_table(tmp_path: Path) -> None:
    line = "S1,,2023-12-31,,,,10,\n"
    for name, body in {
        "packed.csv.gz": gzip.compress((HEADER + line).encode()),
        "wide.csv": (HEADER + line).encode("utf-16"),
    }.items():
        assert stage(tmp_path / name, body, name).rows["value"].to_list() == [10.0]


def stage_dir(tmp_path: Path) -> Path:
    tmp_path.mkdir(parents=True, exist_ok=True)
    return tmp_path


def test_parquet_is_read(tmp_path: Path) -> None:
    mirror = stage_dir(tmp_path / "mirror")
    pl.DataFrame(
        {"supplier_id": ["S1"], "period_end": ["2023-12-31"], "total_assets": ["10"]}
    ).write_parquet(mirror / "accounts.parquet")
    using = context(tmp_path, mirror=mirror, supplier_rows=LISTED)
    assert staged(accounts_csv, using).rows["value"].to_list() == [10.0]


def test_mirrors(tmp_path: Path) -> None:
    assert accounts_csv.pull(context(tmp_path)) == []
    with pytest.raises(UsageError, match=r"sources\.accounts_csv\.mirror: the folder"):
        accounts_csv.pull(context(tmp_path, mirror=tmp_path / "nowhere"))
    empty = stage_dir(tmp_path / "empty")
    with pytest.raises(SourceUnavailableError, match=r"no file like \*\.csv"):
        accounts_csv.pull(context(tmp_path, mirror=empty))
