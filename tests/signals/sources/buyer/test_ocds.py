import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from configs.config_errors import UsageError
from signals.fetching.responses import read_json
from signals.source import Staged
from signals.sources.buyer import ocds
from signals.sources.buyer.ocds_releases import SupplierIndex, is_of_buyer, releases
from suppliers.input_errors import DataRejectedError
from tests.signals.builders import AS_OF, context

LIST = pl.DataFrame(
    {
        "supplier_id": ["A", "B"],
        "name": ["Road Works Ltd", "Paper & Co"],
        "country_iso3": ["GBR", "GBR"],
        "company_number": ["01234567", None],
        "lei": [None, None],
    },
    schema=dict.fromkeys(
        ("supplier_id", "name", "country_iso3", "company_number", "lei"), pl.String
    ),
)


def release(number: int, day: str, supplier: dict[str, Any], **contract: Any) -> dict[str, Any]:
    """A release with one contract of the Town Council, and a contact that must never be read."""
    return {
        "ocid": f"ocds-x-{number}",
        "date": f"{day}T00:00:00Z",
        "buyer": {"id": "B1", "name": "Town Council"},
        "parties": [
            {"id": "B1", "name": "Town Council", "contactPoint": {"name": "Jane Roe"}},
            {"id": "S", **supplier},
        ],
        "awards": [{"id": "a", "suppliers": [{"id": "S"}], "date": f"{day}T00:00:00Z"}],
        "contracts": [
            {"id": "c", "awardID": "a", "dateSigned": f"{day}T00:00:00Z",
             "value": {"amount": 1000, "currency": "GBP"}, **contract}
        ],
    }  # fmt: skip


ROADS = {"name": "Road Works Limited", "identifier": {"id": "1234567"}}
PAPER = {"name": "PAPER & CO."}


def staged(
    tmp_path: Path, packages: list[object], as_of: dt.date = AS_OF, **options: object
) -> tuple[Staged, Staged]:
    mirror = tmp_path / "ocds"
    mirror.mkdir(exist_ok=True)
    for number, package in enumerate(packages):
        (mirror / f"p{number}.json").write_text(json.dumps(package))
    options = {"buyer": "Town Council", "reporting_currency": "GBP", **options}
    using = context(tmp_path, mirror=mirror, supplier_rows=LIST, as_of=as_of, **options)
    months, years = ocds.stage(ocds.pull(using), using)
    return months, years


def test_contracts_become_orders_and_amendments_changes(tmp_path: Path) -> None:
    amendment = {"date": "2024-03-05T00:00:00Z"}
    changed = release(1, "2024-02-01", ROADS, amendments=[amendment])
    items = [{"id": 1, "quantity": 4, "unit": {"value": {"amount": 25, "currency": "GBP"}}}]
    paper = release(2, "2024-02-03", PAPER, items=items)
    package = {"releases": [release(1, "2024-02-01", ROADS), paper]}
    again = {"releases": [{**changed, "date": "2024-03-06T00:00:00Z"}]}
    months, years = staged(tmp_path, [package, again])
    assert years.rows.select("supplier_id", "orders", "source_id").rows() == [
        ("A", 1, "ocds"),
        ("B", 1, "ocds"),
    ]
    values = months.rows.group_by("supplier_id").agg(pl.col("ordered_value", "changes").sum())
    assert dict(values.select("supplier_id", pl.struct("ordered_value", "changes")).rows()) == {
        "A": {"ordered_value": 1000.0, "changes": 1},
        "B": {"ordered_value": 100.0, "changes": 0},
    }
    assert months.rejected.is_empty()


def test_releases_after_the_as_of_date_are_not_seen(tmp_path: Path) -> None:
    cancelled = {**release(1, "2024-02-01", ROADS, status="cancelled"), "date": "2024-05-09T00:00"}
    packages: list[object] = [{"releases": [release(1, "2024-02-01", ROADS), cancelled]}]
    before, _ = staged(tmp_path, packages, as_of=dt.date(2024, 5, 1))
    after, _ = staged(tmp_path, packages)
    assert before.rows["cancelled_value"].sum() == 0
    assert after.rows["cancelled_value"].sum() == 1000


def test_strangers_and_unknown_currencies_are_rejected(tmp_path: Path) -> None:
    stranger = release(1, "2024-02-01", {"name": "Nobody Ltd"})
    dollars = release(2, "2024-02-01", ROADS, value={"amount": 5, "currency": "USD"})
    months, _ = staged(tmp_path, [{"releases": [stranger, dollars]}, {"what": 1}])
    assert sorted(months.rejected["rule"]) == [
        "currency_has_a_rate",
        "supplier_is_listed",
        "unreadable_file",
    ]


def test_the_buyer_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="say which buyer"):
        staged(tmp_path, [{"releases": [release(1, "2024-02-01", ROADS)]}], buyer=None)
    months, _ = staged(
        tmp_path, [{"releases": [release(1, "2024-02-01", ROADS)]}], buyer="Other Council"
    )
    assert months.rows.is_empty()


@pytest.mark.parametrize(
    "package",
    [
        release(1, "2024-02-01", ROADS),
        {"records": [{"ocid": "ocds-x-1", "releases": [release(1, "2024-02-01", ROADS)]}]},
        {"records": [{"ocid": "ocds-x-1", "compiledRelease": release(1, "2024-02-01", ROADS)}]},
        [release(1, "2024-02-01", ROADS)],
    ],
)
def test_every_kind_of_package_is_understood(package: object) -> None:
    (found,) = releases(package, "x.json")
    assert is_of_buyer(found, "TOWN COUNCIL")
    assert is_of_buyer(found, "b1")


def test_other_json_is_rejected() -> None:
    with pytest.raises(DataRejectedError, match=r"x\.json"):
        releases({"data": []}, "x.json")


def test_a_name_of_two_suppliers_finds_none() -> None:
    index = SupplierIndex(
        pl.DataFrame({"supplier_id": ["A", "B"], "name": ["Same Ltd", "SAME LTD"]})
    )
    assert index.find({"name": "Same Ltd"}) is None


@pytest.mark.shared
def test_real_releases_parse(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "finance" / "ocds_procurement"
    paths = sorted(folder.rglob("*.json"))
    buyers = set()
    for path in paths:
        for found in releases(read_json(path), path.name):
            buyers.add(found["buyer"]["name"].casefold())
            assert is_of_buyer(found, found["buyer"]["name"])
    assert len(paths) == 32
    assert len(buyers) == 5
    using = context(tmp_path, mirror=folder, supplier_rows=LIST, buyer="Met Office")
    months, years = ocds.stage(ocds.pull(using), using)
    # All of them are tenders: there is no contract yet, and none is made up.
    assert months.rows.is_empty()
    assert years.rows.is_empty()
    assert months.rejected.is_empty()
