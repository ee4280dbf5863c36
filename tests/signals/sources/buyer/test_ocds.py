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
from signals.sources.buyer.ocds_contracts import contracts_of
from signals.sources.buyer.ocds_parties import SupplierIndex, is_of_buyer
from signals.sources.buyer.ocds_releases import read_package, releases
from suppliers.input_errors import DataRejectedError
from tests.signals.builders import AS_OF, all_staged, context

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


ROADS = {"name": "Road Works Limited", "identifier": {"scheme": "GB-COH", "id": "1234567"}}
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
    months, years = all_staged(ocds, using)
    return months, years


def test_contracts_become_orders_and_amendments_changes(tmp_path: Path) -> None:
    amendment = {"date": "2024-03-05T00:00:00Z"}
    changed = release(1, "2024-02-01", ROADS, amendments=[amendment])
    items = [{"id": 1, "quantity": 4, "unit": {"value": {"amount": 25, "currency": "GBP"}}}]
    worth = {"amount": 100, "currency": "GBP"}
    paper = release(2, "2024-02-03", PAPER, items=items, value=worth)
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
    (reason,) = months.rejected["reason"].to_list()
    assert "their buyers are 'Town Council'" in reason


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


def _lines(*found: dict[str, Any]) -> pl.DataFrame:
    return contracts_of(found, SupplierIndex(LIST), AS_OF).lines


@pytest.mark.parametrize(
    ("status", "is_cancelled"),
    [("cancelled", True), ("terminated", False), ("active", False)],
)
def test_a_contract_that_ended_was_not_cancelled(status: str, is_cancelled: bool) -> None:
    row = _lines(release(1, "2024-02-01", ROADS, status=status)).row(0, named=True)
    assert (row["status"] == "cancelled", row["cancelled_on"] is not None) == (is_cancelled,) * 2


def test_a_contract_that_is_not_yet_in_force_is_no_order() -> None:
    pending = release(1, "2024-02-01", ROADS, status="pending")
    signed = {**release(1, "2024-02-01", ROADS, status="active"), "date": "2024-03-01T00:00Z"}
    assert _lines(pending).is_empty()
    assert _lines(pending, signed).height == 1


def test_award_contract_and_implementation_are_one_contract() -> None:
    award = release(1, "2024-02-01", ROADS)
    contract = {**release(1, "2024-02-10", {}), "parties": [], "awards": []}
    del award["contracts"]
    progress = {
        "ocid": "ocds-x-1",
        "date": "2024-04-01T00:00:00Z",
        "contracts": [{"id": "c", "amendments": [{"date": "2024-03-30T00:00:00Z"}]}],
    }
    lines, changes, _ = contracts_of([progress, award, contract], SupplierIndex(LIST), AS_OF)
    row = lines.row(0, named=True)
    assert (row["supplier_id"], row["ordered_on"], row["unit_price"]) == ("A", "2024-02-10", "1000")
    assert changes["changed_on"].to_list() == ["2024-03-30"]


def test_a_cancellation_is_dated_by_the_release_that_first_states_it() -> None:
    first = release(1, "2024-02-01", ROADS)
    cancelled = {**release(1, "2024-02-01", ROADS, status="cancelled"), "date": "2024-03-01T00:00Z"}
    later = {**cancelled, "date": "2024-05-01T00:00Z"}
    (row,) = _lines(later, first, cancelled).rows(named=True)
    assert (row["status"], row["cancelled_on"]) == ("cancelled", "2024-03-01")


@pytest.mark.parametrize(
    ("identifier", "found"),
    [
        ({"scheme": "GB-COH", "id": "01234567"}, "A"),
        ({"scheme": "GB-COH", "id": 1234567}, "A"),
        ({"scheme": "GB-VAT", "id": "01234567"}, None),  # a number of another kind
        ({"scheme": "DE-CR", "id": "01234567"}, None),  # of another country
        ({"scheme": "XI-LEI", "id": "01234567"}, None),
        ({"id": "01234567"}, None),  # of no stated kind
        ({"id": "A"}, "A"),  # the buyer's own id of the supplier
    ],
)
def test_identifiers_match_within_their_scheme(
    identifier: dict[str, Any], found: str | None
) -> None:
    assert SupplierIndex(LIST).find({"name": "Else", "identifier": identifier}) == found


def test_numbers_and_texts_are_one_id() -> None:
    numbered = release(1, "2024-02-01", PAPER)
    numbered["parties"][1]["id"] = 7
    numbered["awards"] = [{"id": 1, "suppliers": [{"id": "7"}]}]
    numbered["contracts"][0] |= {"id": 5, "awardID": "1"}
    again = {**numbered, "date": "2024-03-01T00:00Z"}
    again["contracts"] = [{**numbered["contracts"][0], "id": "5", "awardID": 1}]
    (row,) = _lines(numbered, again).rows(named=True)
    assert row["supplier_id"] == "B"


def _item(number: int, quantity: float, amount: float, currency: str = "GBP") -> dict[str, Any]:
    value = {"amount": amount, "currency": currency}
    return {"id": number, "quantity": quantity, "unit": {"value": value}}


@pytest.mark.parametrize(
    ("items", "prices"),
    [
        ([_item(1, 4, 150), _item(2, 1, 400)], ["150", "400"]),
        ([_item(1, 4, 150), _item(2, 1, 405)], ["150", "405"]),  # within 1 %
        ([_item(1, 4, 150)], ["1000"]),  # a part of the contract
        ([_item(1, 4, 1000)], ["1000"]),  # a total where a price belongs
        ([_item(1, 4, 150), _item(2, 1, 400, "USD")], ["1000"]),
    ],
)
def test_items_that_contradict_the_value_give_way_to_it(
    items: list[dict[str, Any]], prices: list[str]
) -> None:
    lines = _lines(release(1, "2024-02-01", ROADS, items=items))
    assert lines["unit_price"].to_list() == prices


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"releases": [{"url": "https://x/1.json", "date": "2024-02-01"}]}, "linked releases"),
        ({"versionedRelease": {"ocid": "x", "buyer": {}}}, "versioned releases"),
    ],
)
def test_packages_without_a_state_say_which_they_are(record: dict[str, Any], words: str) -> None:
    with pytest.raises(DataRejectedError, match=words):
        releases({"records": [{"ocid": "x", **record}]}, "x.json")


def test_json_lines_are_read_and_a_broken_line_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    one = json.dumps(release(1, "2024-02-01", ROADS))
    path.write_text(f'{one}\n{{"ocid": "cut\n{one}\n')
    found, broken = read_package(path, "x.jsonl")
    assert len(found) == 2
    assert [line for line, _ in broken] == [2]


def test_a_release_without_a_date_is_rejected(tmp_path: Path) -> None:
    undated = {**release(1, "2024-02-01", ROADS), "date": None}
    months, _ = staged(tmp_path, [{"releases": [undated, release(2, "2024-02-01", PAPER)]}])
    assert months.rejected.select("source_row", "rule").rows() == [(1, "release_has_date")]


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
    months, years = all_staged(ocds, using)
    # All of them are tenders: there is no contract yet, and none is invented.
    assert months.rows.is_empty()
    assert years.rows.is_empty()
    assert set(months.rejected["rule"]) == {"release_has_contracts"}


def test_an_amount_without_a_currency_is_in_no_known_money(tmp_path: Path) -> None:
    months, _ = staged(
        tmp_path, [{"releases": [release(1, "2024-02-01", ROADS, value={"amount": 5000})]}]
    )
    assert months.rejected["rule"].to_list() == ["currency_has_a_rate"]


def test_amounts_of_json_have_a_decimal_dot(tmp_path: Path) -> None:
    items = [_item(1, 1.5, 1.234), _item(2, 2, 1.125)]
    priced = release(
        1, "2024-02-01", ROADS, items=items, value={"amount": 4.101, "currency": "GBP"}
    )
    months, _ = staged(tmp_path, [{"releases": [priced]}])
    assert months.rejected.is_empty()
    assert months.rows["ordered_value"].sum() == pytest.approx(1.5 * 1.234 + 2 * 1.125)


@pytest.mark.parametrize("day", ["01/02/2024", "2024-02-31T00:00:00Z", "24-02-01", 1706745600])
def test_a_release_without_a_day_of_the_calendar_is_rejected(tmp_path: Path, day: object) -> None:
    odd = {**release(1, "2024-02-01", ROADS), "date": day}
    months, _ = staged(tmp_path, [{"releases": [odd, release(2, "2024-02-01", PAPER)]}])
    assert months.rejected.select("source_row", "rule").rows() == [(1, "release_has_date")]
