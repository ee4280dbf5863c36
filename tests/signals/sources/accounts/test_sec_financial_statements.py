import datetime as dt
import zipfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from signals.account import Unit
from signals.source_errors import SourceUnavailableError
from signals.sources.accounts import sec_financial_statements
from signals.sources.accounts.quarter_figures import ANNUAL_FORMS, read_quarter
from suppliers.input_errors import DataRejectedError
from tests.signals.builders import balance, context, keeps_contract, staged, suppliers
from tests.signals.web import Answer, Web, store

SUB = "adsh\tcik\tname\tform\tperiod\tfiled\n"
NUM = "adsh\ttag\tversion\tddate\tqtrs\tuom\tsegments\tcoreg\tvalue\tfootnote\n"
CIK = "0000000042"
ADSH = "0000000042-24-000001"


def quarter(path: Path, filings: str, figures: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sub.txt", SUB + filings)
        archive.writestr("num.txt", NUM + figures)
    return path


def items_of(path: Path, *more: Sequence[str], forms: str = ANNUAL_FORMS) -> pl.DataFrame:
    return read_quarter(path, *more, forms=forms).items


def figure(
    tag: str,
    value: object,
    *,
    adsh: str = ADSH,
    day: str = "20231231",
    quarters: int = 0,
    unit: str = "USD",
    segments: str = "",
    coreg: str = "",
    version: str = "us-gaap/2023",
) -> str:
    cells = (adsh, tag, version, day, str(quarters), unit, segments, coreg, str(value), "")
    return "\t".join(cells) + "\n"


FILING = f"{ADSH}\t42\tFIRM\t10-K\t20231231\t20240215\n"


def values(frame: pl.DataFrame) -> dict[str, float]:
    return dict(frame.select("item", "value").iter_rows())


def test_a_filing_by_hand(tmp_path: Path) -> None:
    figures = (
        figure("Assets", "1000.0000")
        + figure("Assets", 7, segments="SubsidiaryEntity=One;")
        + figure("Assets", 8, coreg="Sister")
        + figure("LiabilitiesAndStockholdersEquity", 1000)
        + figure("StockholdersEquity", 400)
        + figure("OperatingIncomeLoss", 50, quarters=4)
        + figure("OperatingIncomeLoss", 12, quarters=1)
        + figure("DepreciationDepletionAndAmortization", 20, quarters=4)
    )
    frame = items_of(quarter(tmp_path / "2024q1.zip", FILING, figures), [CIK])
    assert values(frame) == {
        "total_assets": 1000.0,
        "total_liabilities": 600.0,
        "equity": 400.0,
        "ebit": 50.0,
        "depreciation": 20.0,
    }
    assert set(frame["published_on"]) == {dt.date(2024, 2, 15)}
    concepts = dict(frame.select("item", "concept").iter_rows())
    assert concepts["total_liabilities"] == (
        "us-gaap:LiabilitiesAndStockholdersEquity-StockholdersEquity"
    )


def test_the_better_concept_goes_before_the_weak_one(tmp_path: Path) -> None:
    figures = figure("AccountsReceivableNetCurrent", 5) + figure("ReceivablesNetCurrent", 9)
    frame = items_of(quarter(tmp_path / "q.zip", FILING, figures))
    assert frame.select("value", "is_weak").rows() == [(5.0, False)]


@pytest.mark.parametrize(
    ("filing", "figures"),
    [
        (FILING.replace("10-K", "10-Q"), figure("Assets", 1)),
        # Ends after it was filed.
        (FILING, figure("Assets", 1, day="20251231")),
        (FILING, figure("Assets", 1, unit="shares")),
        (FILING, figure("Assets", "")),
        (FILING.replace("42", "43"), figure("Assets", 1)),
    ],
)
def test_what_is_left_out(tmp_path: Path, filing: str, figures: str) -> None:
    assert items_of(quarter(tmp_path / "q.zip", filing, figures), [CIK]).is_empty()


def test_two_currencies_the_one_with_more_figures_is_its_own(tmp_path: Path) -> None:
    figures = (
        figure("Assets", 700, unit="CNY")
        + figure("Liabilities", 300, unit="CNY")
        + figure("Assets", 100)
    )
    frame = items_of(quarter(tmp_path / "q.zip", FILING, figures))
    assert frame["currency"].unique().to_list() == ["CNY"]


def test_ifrs_filers(tmp_path: Path) -> None:
    figures = "".join(
        figure(tag, value, version="ifrs/2022")
        for tag, value in (("Assets", 9), ("CurrentLiabilities", 2), ("NoncurrentLiabilities", 3))
    )
    frame = items_of(quarter(tmp_path / "q.zip", FILING.replace("10-K", "20-F"), figures))
    assert values(frame)["total_liabilities"] == 5.0
    assert frame["concept"].str.starts_with("ifrs-full:").all()


def test_a_mirror_is_staged_for_listed_companies_and_bad_zips_are_rejected(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    quarter(mirror / "2024q1.zip", FILING, figure("Assets", 10))
    (mirror / "2024q2.zip").write_bytes(b"<html>not here</html>")
    with zipfile.ZipFile(mirror / "2024q3.zip", "w") as archive:
        archive.writestr("../sub.txt", SUB)
        archive.writestr("num.txt", NUM)
    with zipfile.ZipFile(mirror / "2024q4.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sub.txt", SUB)
        archive.writestr("num.txt", b"\0" * 40_000_000)
    listed = suppliers({"supplier_id": "A", "cik": CIK}, {"supplier_id": "B"})
    outcome = staged(
        sec_financial_statements, context(tmp_path, mirror=mirror, supplier_rows=listed)
    )
    assert outcome.rows.select("supplier_id", "item", "value").rows() == [
        ("A", "total_assets", 10.0)
    ]
    assert outcome.rejected["source_file"].sort().to_list() == [
        "2024q2.zip",
        "2024q3.zip",
        "2024q4.zip",
    ]


def test_every_figure_of_a_quarter_is_used_rejected_or_out_of_scope(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    figures = (
        figure("AccountsReceivableNetCurrent", 5)
        + figure("AccountsReceivableNetCurrent", 5)
        + figure("ReceivablesNetCurrent", 9)
        + figure("Assets", 7, day="20251231")
        + figure("Assets", 100, day="20221231")
        + figure("Assets", 900, day="20221231")
        + figure("Liabilities", "")
        + figure("Liabilities", "many")
        + figure("Liabilities", 7, segments="SubsidiaryEntity=One;")
        + figure("Liabilities", 8, coreg="Sister")
        + figure("SharesOutstanding", 8, unit="shares")
        + figure("OperatingIncomeLoss", 12, quarters=1)
        + figure("Liabilities", 8, adsh="0000000043-24-000001")
        + figure("Liabilities", 8, version="")
    )
    quarter(mirror / "2024q1.zip", FILING, figures)
    listed = suppliers({"supplier_id": "A", "cik": CIK})
    using = context(tmp_path, mirror=mirror, supplier_rows=listed)
    assert balance(sec_financial_statements, using, Unit.ROW) == {
        "read": 14,
        "used": 2,
        "rejected": {"figure_is_a_number": 1, "figure_is_single": 2},
        "out_of_scope": {
            "of another company, or of a filing that is not yearly": 1,
            "of a segment or of a company filed together with it": 2,
            "of an item, a period or a unit that no signal reads": 2,
            "a figure without a value": 1,
            "a figure for which the filing has a better one, or which ends after it": 3,
        },
    }


def test_another_table_in_the_zip_is_rejected(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "q.zip", "w") as archive:
        archive.writestr("sub.txt", "a\tb\n1\t2\n")
        archive.writestr("num.txt", NUM)
    with pytest.raises(DataRejectedError, match=r"q\.zip: its tables are not those"):
        items_of(tmp_path / "q.zip")


def test_quarters_that_had_ended_are_asked_for(web: Web, tmp_path: Path) -> None:
    body = quarter(tmp_path / "2024q1.zip", FILING, figure("Assets", 10)).read_bytes()
    web.answers["/2023q4.zip"] = [Answer(404)]
    web.answers["/2024q1.zip"] = [Answer(body=body)]
    listed = suppliers({"supplier_id": "A", "cik": CIK})
    kept = store(tmp_path / "store")
    with closing(kept.fetcher):
        using = context(
            tmp_path, url=web.root, supplier_rows=listed, raw_store=kept, quarters=2
        )  # as of 2024-06-01
        outcome = staged(sec_financial_statements, using)
    assert outcome.rows["supplier_id"].to_list() == ["A"]
    keeps_contract(outcome.table, outcome.rows, outcome.rejected)


@pytest.mark.shared
def test_the_shared_quarter_parses(shared_data: Path) -> None:
    folder = shared_data / "finance" / "sec_fsds"
    frame = items_of(folder / "2009q3.zip", forms=".")
    assert frame["cik"].n_unique() > 300
    assert {"total_assets", "current_assets", "equity"} <= set(frame["item"])
    assert items_of(folder / "20250701_daily.zip", forms=".").height > 10


def test_no_quarter_at_the_address_is_an_outage(web: Web, tmp_path: Path) -> None:
    web.answers = {"/2023q4.zip": [Answer(404)], "/2024q1.zip": [Answer(404)]}
    listed = suppliers({"supplier_id": "s1", "cik": CIK})
    using = context(tmp_path, url=web.root, supplier_rows=listed, quarters=2)
    with pytest.raises(SourceUnavailableError, match="none of the 2 quarters"):
        sec_financial_statements.pull(using)
