import datetime as dt
import gzip
import io
import json
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from signals.fetching.fetch import SourceUnavailableError
from signals.sources.accounts import sec_companyfacts
from signals.sources.accounts.company_facts import read_company
from suppliers.input_errors import DataRejectedError
from tests.signals.builders import context, staged, suppliers
from tests.signals.web import Answer, Web, store

CIK = "0000000042"


def fact(
    value: float,
    end: str,
    filed: str,
    *,
    start: str | None = None,
    form: str = "10-K",
    accession: str | None = None,
) -> dict[str, Any]:
    entry = {"end": end, "val": value, "filed": filed, "form": form, "accn": accession or filed}
    return entry if start is None else entry | {"start": start}


def company(
    facts: dict[str, dict[str, list[dict[str, Any]]]], taxonomy: str = "us-gaap", cik: object = 42
) -> dict[str, Any]:
    """facts: concept -> currency -> entries."""
    reported = {concept: {"units": units} for concept, units in facts.items()}
    return {"cik": cik, "entityName": "Firm", "facts": {"dei": {}, taxonomy: reported}}


def read(tmp_path: Path, content: object) -> pl.DataFrame:
    path = tmp_path / f"CIK{CIK}.json"
    path.write_text(json.dumps(content))
    return read_company(path, CIK, "origin")


def values(frame: pl.DataFrame, item: str) -> list[tuple[str, float, str]]:
    rows = frame.filter(pl.col("item") == item).sort("period_end", "published_on")
    return [(str(row["published_on"]), row["value"], row["concept"]) for row in rows.to_dicts()]


def test_every_filed_version_is_kept(tmp_path: Path) -> None:
    assets = [
        fact(100, "2022-12-31", "2023-02-01"),
        fact(90, "2022-12-31", "2024-02-01"),
        fact(110, "2023-12-31", "2024-02-01"),
    ]
    frame = read(tmp_path, company({"Assets": {"USD": assets}}))
    assert values(frame, "total_assets") == [
        ("2023-02-01", 100.0, "us-gaap:Assets"),
        ("2024-02-01", 90.0, "us-gaap:Assets"),
        ("2024-02-01", 110.0, "us-gaap:Assets"),
    ]


def test_the_best_concept_in_a_filing_is_taken(tmp_path: Path) -> None:
    day = ("2023-12-31", "2024-02-01")
    facts = {
        "StockholdersEquity": {"USD": [fact(40, *day)]},
        "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest": {
            "USD": [fact(45, *day)]
        },
        "LiabilitiesAndStockholdersEquity": {"USD": [fact(100, *day)]},
        "TemporaryEquityCarryingAmountAttributableToParent": {"USD": [fact(5, *day)]},
    }
    frame = read(tmp_path, company(facts))
    ((_, equity, _),) = values(frame, "equity")
    ((_, liabilities, concept),) = values(frame, "total_liabilities")
    assert equity == 45.0
    assert liabilities == 100.0 - 45.0 - 5.0
    assert concept == (
        "us-gaap:LiabilitiesAndStockholdersEquity"
        "-StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest"
    )


@pytest.mark.parametrize(
    ("start", "kept"),
    [
        ("2023-01-01", True),
        ("2022-12-26", True),
        ("2023-01-16", True),
        ("2023-01-17", False),
        ("2022-12-16", False),
        ("2023-10-01", False),
    ],
)
def test_only_fiscal_years_are_taken(tmp_path: Path, start: str, kept: bool) -> None:
    income = fact(7, "2023-12-31", "2024-02-01", start=start)
    frame = read(tmp_path, company({"OperatingIncomeLoss": {"USD": [income]}}))
    assert frame.height == int(kept)


def test_quarterly_reports_are_left_out(tmp_path: Path) -> None:
    assets = [fact(100, "2023-09-30", "2023-11-01", form="10-Q")]
    assert read(tmp_path, company({"Assets": {"USD": assets}})).is_empty()


def test_weak_substitutes_are_marked(tmp_path: Path) -> None:
    day = {"end": "2023-12-31", "filed": "2024-02-01", "start": "2023-01-01"}
    before_tax = (
        "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
        "ExtraordinaryItemsNoncontrollingInterest"
    )
    facts = {before_tax: {"USD": [fact(7, **day)]}, "InterestExpense": {"USD": [fact(2, **day)]}}
    row = read(tmp_path, company(facts)).filter(pl.col("item") == "ebit").to_dicts()[0]
    assert (row["value"], row["is_weak"]) == (9.0, True)


def test_ifrs_filers(tmp_path: Path) -> None:
    day = {"end": "2023-12-31", "filed": "2024-03-01", "form": "20-F"}
    facts = {
        "Assets": {"EUR": [fact(100, **day)]},
        "CurrentLiabilities": {"EUR": [fact(20, **day)]},
        "NoncurrentLiabilities": {"EUR": [fact(30, **day)]},
    }
    frame = read(tmp_path, company(facts, "ifrs-full", cik=CIK))
    assert values(frame, "total_liabilities") == [
        ("2024-03-01", 50.0, "ifrs-full:CurrentLiabilities+NoncurrentLiabilities")
    ]
    assert frame["currency"].unique().to_list() == ["EUR"]


def test_the_reporting_currency_goes_before_a_translation(tmp_path: Path) -> None:
    old = fact(700, "2022-12-31", "2023-03-01", form="20-F")
    new = fact(710, "2023-12-31", "2024-03-01", form="20-F")
    translated = fact(100, "2023-12-31", "2024-03-01", form="20-F")
    facts = {"Assets": {"USD": [translated], "CNY": [old, new]}}
    frame = read(tmp_path, company(facts))
    assert frame["currency"].to_list() == ["CNY", "CNY"]


@pytest.mark.parametrize(
    "content",
    [
        [],
        {"cik": 42},
        {"cik": 43, "facts": {}},
        company({"Assets": {"USD": [{"end": "soon", "form": "10-K"}]}}),
        company({"Assets": {"USD": [fact(1, "2023-13-45", "2024-01-01")]}}),
    ],
)
def test_files_of_another_shape_are_rejected(tmp_path: Path, content: object) -> None:
    with pytest.raises(DataRejectedError, match=r"companyfacts of CIK 0000000042"):
        read(tmp_path, content)


def test_a_mirror_is_read_for_the_listed_companies(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    good = company({"Assets": {"USD": [fact(100, "2022-12-31", "2023-02-01")]}})
    with gzip.open(mirror / f"CIK{CIK}_FIRM.json.gz", "wt") as target:
        json.dump(good, target)
    (mirror / "CIK0000000043.json").write_text('{"cik": 43, "facts": {"us-')
    (mirror / "CIK0000000044.json").write_text("{}")
    listed = suppliers(
        {"supplier_id": "A", "cik": CIK},
        {"supplier_id": "B", "cik": CIK},
        {"supplier_id": "C", "cik": "0000000043"},
        {"supplier_id": "D"},
    )
    outcome = staged(sec_companyfacts, context(tmp_path, mirror=mirror, supplier_rows=listed))
    assert outcome.rows["supplier_id"].to_list() == ["A", "B"]
    assert outcome.rows["published_on"].unique().to_list() == [dt.date(2023, 2, 1)]
    assert outcome.rejected.select("source_file", "rule").rows() == [
        ("CIK0000000043.json", "unreadable_file")
    ]


@pytest.mark.parametrize("first", ["a", "z"])
def test_a_submissions_file_does_not_displace_the_facts(tmp_path: Path, first: str) -> None:
    facts = company({"Assets": {"USD": [fact(100, "2022-12-31", "2023-02-15")]}})
    submissions = {"cik": "42", "entityType": "operating", "filings": {"recent": {}}}
    for folder, content in (("m", facts), (first, submissions)):
        (tmp_path / "mirror" / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "mirror" / folder / f"CIK{CIK}.json").write_text(json.dumps(content))
    (tmp_path / "mirror" / f"CIK{CIK}-submissions-001.json").write_text("{}")
    listed = suppliers({"supplier_id": "A", "cik": CIK})
    using = context(tmp_path, mirror=tmp_path / "mirror", supplier_rows=listed)
    assert staged(sec_companyfacts, using).rows["value"].to_list() == [100.0]


def test_a_company_without_a_file_does_not_stop_the_others(web: Web, tmp_path: Path) -> None:
    body = json.dumps(company({"Assets": {"USD": [fact(1, "2022-12-31", "2023-02-01")]}}))
    web.answers[f"/CIK{CIK}.json"] = [Answer(body=body.encode())]
    web.answers["/CIK0000000043.json"] = [Answer(404)]
    listed = suppliers({"supplier_id": "A", "cik": CIK}, {"supplier_id": "B", "cik": "0000000043"})
    kept = store(tmp_path / "store")
    with closing(kept.fetcher):
        using = context(tmp_path, url=web.root, supplier_rows=listed, raw_store=kept)
        assert staged(sec_companyfacts, using).rows["supplier_id"].to_list() == ["A"]


def test_an_outage_is_reported(web: Web, tmp_path: Path) -> None:
    web.answers[f"/CIK{CIK}.json"] = [Answer(403)]
    listed = suppliers({"supplier_id": "A", "cik": CIK})
    kept = store(tmp_path / "store")
    with closing(kept.fetcher):
        using = context(tmp_path, url=web.root, supplier_rows=listed, raw_store=kept)
        with pytest.raises(SourceUnavailableError, match=r"download\.contact"):
            sec_companyfacts.pull(using)


def test_a_list_without_companies_asks_for_nothing(web: Web, tmp_path: Path) -> None:
    using = context(tmp_path, url=web.root, supplier_rows=suppliers({"supplier_id": "A"}))
    assert staged(sec_companyfacts, using).rows.is_empty()
    assert web.asked == []


def test_the_zip_of_all_companies_is_read_for_the_listed_ones(tmp_path: Path) -> None:
    good = company({"Assets": {"USD": [fact(100, "2022-12-31", "2023-02-01")]}})
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"CIK{CIK}.json", json.dumps(good))
        archive.writestr("CIK0000000043.json", '{"cik": 43, "facts": {"us-')
        archive.writestr("CIK0000000099.json", "not read at all")
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "companyfacts.zip").write_bytes(body.getvalue())
    listed = suppliers({"supplier_id": "A", "cik": CIK}, {"supplier_id": "C", "cik": "0000000043"})
    outcome = staged(sec_companyfacts, context(tmp_path, mirror=mirror, supplier_rows=listed))
    assert outcome.rows.select("supplier_id", "value").rows() == [("A", 100.0)]
    (refused,) = outcome.rejected.to_dicts()
    assert "CIK 0000000043" in refused["reason"]


def test_the_zip_is_asked_for_where_its_address_is_given(web: Web, tmp_path: Path) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr(f"CIK{CIK}.json", json.dumps(company({})))
    web.answers["/companyfacts.zip"] = [Answer(body=body.getvalue())]
    kept = store(tmp_path / "store")
    with closing(kept.fetcher):
        using = context(
            tmp_path,
            supplier_rows=suppliers({"supplier_id": "A", "cik": CIK}),
            raw_store=kept,
            bulk_url=f"{web.root}/companyfacts.zip",
        )
        rejected = staged(sec_companyfacts, using).rejected
    assert rejected["rule"].to_list() == ["document_yields_nothing"]
    assert f"CIK {CIK}: its facts hold no annual figure" in rejected["reason"][0]


def test_the_float_of_the_cover_page_goes_with_the_year_of_its_filing(tmp_path: Path) -> None:
    content = company({"Assets": {"USD": [fact(100, "2023-12-31", "2024-02-01")]}})
    content["facts"]["dei"] = {
        "EntityPublicFloat": {"units": {"USD": [fact(900, "2023-06-30", "2024-02-01")]}}
    }
    row = read(tmp_path, content).filter(pl.col("item") == "market_value").to_dicts()[0]
    assert (str(row["period_end"]), row["value"], row["is_weak"]) == ("2023-12-31", 900.0, True)


@pytest.mark.parametrize("end", ["2027-12-31", "2024-02-02"])
def test_a_period_that_ends_after_its_filing_is_left_out(tmp_path: Path, end: str) -> None:
    assert read(tmp_path, company({"Assets": {"USD": [fact(1, end, "2024-02-01")]}})).is_empty()
