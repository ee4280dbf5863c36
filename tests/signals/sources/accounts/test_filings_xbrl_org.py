import datetime as dt
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from signals.fetching.responses import read_json
from signals.sources.accounts import filings_xbrl_org
from signals.sources.accounts.filings_xbrl_org import index_page, read_report
from suppliers.input_errors import DataRejectedError
from tests.signals.builders import context, staged, suppliers
from tests.signals.web import Answer, Web, store

LEI = "ABCDEFGHIJKLMNOPQR12"
LISTED = suppliers({"supplier_id": "A"}).with_columns(lei=pl.lit(LEI))
YEAR = "2021-01-01T00:00:00/2022-01-01T00:00:00"
DAY = "2022-01-01T00:00:00"


def fact(
    concept: str, value: object, *, period: str = DAY, unit: str = "iso4217:EUR", **more: str
) -> dict[str, Any]:
    dimensions = {"concept": concept, "entity": f"lei:{LEI}", "period": period, "unit": unit}
    return {"value": value, "dimensions": {**dimensions, **more}}


def report(*facts: dict[str, Any]) -> dict[str, Any]:
    return {"documentInfo": {}, "facts": {f"f{i}": one for i, one in enumerate(facts)}}


FULL = report(
    fact("ifrs-full:Assets", "1000"),
    fact("ifrs-full:CurrentLiabilities", "200"),
    fact("ifrs-full:NoncurrentLiabilities", "300"),
    fact("ifrs-full:Equity", "500"),
    fact("ifrs-full:Equity", "77", **{"ifrs-full:ComponentsOfEquityAxis": "ifrs-full:Reserves"}),
    fact("ifrs-full:ProfitLossBeforeTax", "80", period=YEAR),
    fact("ifrs-full:FinanceCosts", "20", period=YEAR),
    fact("ifrs-full:Revenue", "70", period="2021-07-01T00:00:00/2022-01-01T00:00:00"),
    fact("ifrs-full:Assets", "9000", unit="iso4217:PLN"),
    fact("own:Assets", "1"),
)


def index(added: str = "2022-04-07 00:00:00", following: str | None = None) -> dict[str, Any]:
    attributes = {"json_url": "/x/report.json", "date_added": added, "period_end": "2021-12-31"}
    return {"data": [{"type": "filing", "attributes": attributes}], "links": {"next": following}}


def test_a_report_by_hand() -> None:
    lei, rows = read_report(FULL, "report.json")
    assert lei == LEI
    assert {row["item"]: row["value"] for row in rows} == {
        "total_assets": 1000.0,
        "current_liabilities": 200.0,
        "total_liabilities": 500.0,
        "equity": 500.0,
        "ebit": 100.0,
        "interest_expense": 20.0,
    }
    assert {str(row["period_end"]) for row in rows} == {"2021-12-31"}
    assert {row["currency"] for row in rows} == {"EUR"}
    assert {row["item"] for row in rows if row["is_weak"]} == {"ebit", "interest_expense"}


@pytest.mark.parametrize(
    "content",
    [
        {"facts": []},
        {"facts": {"a": {"value": "1"}}},
        report(),
        report(fact("ifrs-full:Assets", "many")),
        report(fact("ifrs-full:Assets", "1", period="soon")),
        report(fact("ifrs-full:Assets", "1"), fact("ifrs-full:Equity", "1", entity="lei:OTHER")),
    ],
)
def test_what_is_no_report_is_rejected(content: dict[str, Any]) -> None:
    with pytest.raises(DataRejectedError, match=r"r\.json: it is not an xBRL-JSON report"):
        read_report(content, "r.json")


@pytest.mark.parametrize("content", [{}, {"data": "x"}, {"data": [{"type": "filing"}]}])
def test_what_is_no_page_of_the_index_is_rejected(content: dict[str, Any]) -> None:
    with pytest.raises(DataRejectedError, match="neither a page of the index nor a report"):
        index_page(content, "p.json")


def test_a_mirror_with_a_report_its_index_and_a_bad_file(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "report.json").write_text(json.dumps(FULL))
    (mirror / "page.json").write_text(json.dumps(index()))
    (mirror / "cut.json").write_text(json.dumps(FULL)[:99])
    (mirror / "page404.json").write_text("<html>404</html>")
    outcome = staged(filings_xbrl_org, context(tmp_path, mirror=mirror, supplier_rows=LISTED))
    assert outcome.rows.height == 6
    assert set(outcome.rows["published_on"]) == {dt.date(2022, 4, 7)}
    assert outcome.rejected["rule"].to_list() == ["unreadable_file"] * 2


def test_without_an_index_a_report_counts_as_known_when_it_was_due(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "report.json").write_text(json.dumps(FULL))
    outcome = staged(filings_xbrl_org, context(tmp_path, mirror=mirror, supplier_rows=LISTED))
    assert set(outcome.rows["published_on"]) == {dt.date(2022, 5, 3)}


def test_the_index_is_followed_to_its_reports(web: Web, tmp_path: Path) -> None:
    web.answers[f"/api/entities/{LEI}/filings?page%5Bsize%5D=50"] = [
        Answer(body=json.dumps(index(following="/api/filings2")).encode())
    ]
    web.answers["/api/filings2"] = [Answer(body=json.dumps(index("2025-01-01")).encode())]
    web.answers["/x/report.json"] = [Answer(body=json.dumps(FULL).encode())]
    kept = store(tmp_path / "store")
    with closing(kept.fetcher):
        using = context(tmp_path, url=web.root, supplier_rows=LISTED, raw_store=kept)
        outcome = staged(filings_xbrl_org, using)
    assert outcome.rows.height == 6
    # The second filing was added after the as-of date.
    assert len([path for path in web.asked if "report" in str(path)]) == 1


@pytest.mark.shared
def test_every_shared_response_parses(shared_data: Path) -> None:
    filings = 0
    for path in sorted((shared_data / "finance" / "esef_filings_xbrl_org").glob("*.json")):
        content = read_json(path)
        assert isinstance(content, dict)
        filings += len(index_page(content, path.name))
    assert filings > 20
