"""One figure out of several, whatever source reports them."""

from pathlib import Path

import pytest

from signals.sources.accounts.company_facts import company_items
from signals.sources.accounts.filings_xbrl_org import read_report
from signals.sources.accounts.xbrl_concepts import Concept
from signals.sources.accounts.xbrl_figures import best_choice, one_figure
from suppliers.input_errors import DataRejectedError
from tests.signals.sources.accounts.test_sec_financial_statements import (
    FILING,
    figure,
    items_of,
    quarter,
)

REVENUE, CONTRACTS = "Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax"


@pytest.mark.parametrize(
    ("values", "is_total", "expected"),
    [
        ([831.0], False, 831),
        ([831.0, 831.0], False, 831),
        ([172_000.0, 171_797.0], False, 171_797),
        ([171_797.0, 172_000.0, 171_800.0], False, 171_797),
        ([1.7e8, 171_797_000.0], True, 171_797_000),
        ([294.0, 831.0], True, 831),
        ([831.0, 294.0, 537.0], True, 831),
        ([294.0, 831.0], False, None),
        ([-5.0, 5.0], False, None),
    ],
)
def test_one_of_several(values: list[float], is_total: bool, expected: float | None) -> None:
    assert one_figure(values, is_total=is_total) == expected


def test_the_largest_total_and_else_the_first() -> None:
    choices = (Concept(("A",), is_total=True), Concept(("B",), is_total=True), Concept(("C",)))
    assert best_choice(choices, {0: 294.0, 1: 831.0, 2: 9_000.0}) == 1
    assert best_choice(choices, {2: 9_000.0}) == 2
    assert best_choice(choices, {0: 5.0, 1: 5.0}) == 0
    assert best_choice(choices, {}) is None


def _facts(*entries: tuple[str, float]) -> dict[str, object]:
    by_name: dict[str, list[dict[str, object]]] = {}
    for name, value in entries:
        by_name.setdefault(name, []).append(
            {"start": "2023-01-01", "end": "2023-12-31", "val": value, "accn": "1",
             "form": "10-K", "filed": "2024-02-15"}
        )  # fmt: skip
    facts = {name: {"units": {"USD": values}} for name, values in by_name.items()}
    return {"cik": 42, "facts": {"us-gaap": facts}}


SLICES = [
    ([(CONTRACTS, 294.0), (REVENUE, 831.0)], 831.0, REVENUE),
    ([(CONTRACTS, 831.0), (REVENUE, 294.0)], 831.0, CONTRACTS),
    ([(REVENUE, 294.0), (REVENUE, 831.0)], 831.0, REVENUE),
    ([(REVENUE, 172_000.0), (REVENUE, 171_797.0)], 171_797.0, REVENUE),
]


@pytest.mark.parametrize(("entries", "value", "name"), SLICES)
def test_a_slice_of_revenue_is_no_revenue_in_company_facts(
    entries: list[tuple[str, float]], value: float, name: str
) -> None:
    rows = company_items(_facts(*entries), "0000000042", "facts")
    assert rows.select("item", "value", "concept").rows() == [("revenue", value, f"us-gaap:{name}")]


@pytest.mark.parametrize(("entries", "value", "name"), SLICES)
def test_a_slice_of_revenue_is_no_revenue_in_a_quarter(
    tmp_path: Path, entries: list[tuple[str, float]], value: float, name: str
) -> None:
    figures = "".join(figure(tag, amount, quarters=4) for tag, amount in entries)
    rows = items_of(quarter(tmp_path / "2024q1.zip", FILING, figures))
    assert rows.select("item", "value", "concept").rows() == [("revenue", value, f"us-gaap:{name}")]


def test_a_slice_of_revenue_is_no_revenue_in_a_european_report() -> None:
    def fact(concept: str, value: float) -> dict[str, object]:
        dimensions = {"concept": f"ifrs-full:{concept}", "entity": "scheme:L",
                      "period": "2023-01-01T00:00:00/2024-01-01T00:00:00",
                      "unit": "iso4217:EUR"}  # fmt: skip
        return {"value": value, "dimensions": dimensions}

    content = {
        "facts": {"a": fact("Revenue", 294), "b": fact("RevenueFromContractsWithCustomers", 831)}
    }
    _, (row,) = read_report(content, "r.json")
    assert (row["item"], row["value"]) == ("revenue", 831)


def test_contradicting_figures_of_a_balance_are_not_disclosed(tmp_path: Path) -> None:
    figures = figure("Assets", 100) + figure("Assets", 900)
    assert items_of(quarter(tmp_path / "q.zip", FILING, figures)).is_empty()
    again = figure("Assets", 100) + figure("Assets", 100)
    rows = items_of(quarter(tmp_path / "r.zip", FILING, again))
    assert rows["value"].to_list() == [100.0]


def test_depreciation_has_all_its_parts(tmp_path: Path) -> None:
    figures = (
        figure("Depreciation", 70, quarters=4)
        + figure("AmortizationOfIntangibleAssets", 20, quarters=4)
        + figure("OtherDepreciationAndAmortization", 10, quarters=4)
    )
    rows = items_of(quarter(tmp_path / "q.zip", FILING, figures))
    assert rows.select("value", "is_weak").rows() == [(100.0, True)]


def test_quoted_cells_with_tabs_and_newlines_cost_no_row(tmp_path: Path) -> None:
    quoted = figure("Assets", 7, segments='"Investment=A ""B"", LLC\n\tPreferred;"')
    figures = quoted + figure("Assets", 100) + figure("Liabilities", 40)
    rows = items_of(quarter(tmp_path / "q.zip", FILING, figures))
    assert dict(rows.select("item", "value").iter_rows()) == {
        "total_assets": 100.0,
        "total_liabilities": 40.0,
    }


def test_a_quotation_mark_without_its_pair_is_rejected(tmp_path: Path) -> None:
    figures = figure("Assets", 100) + figure("Cash", 1, segments='"cut') + figure("Liabilities", 4)
    with pytest.raises(DataRejectedError, match=r"q\.zip"):
        items_of(quarter(tmp_path / "q.zip", FILING, figures))


def test_a_set_without_segments_is_read(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "2012q1.zip"
    header = "adsh\ttag\tversion\tddate\tqtrs\tuom\tcoreg\tvalue\tfootnote\n"
    row = "\t".join(
        (FILING.split("\t")[0], "Assets", "us-gaap/2011", "20231231", "0", "USD", "", "5", "")
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sub.txt", "adsh\tcik\tname\tform\tperiod\tfiled\n" + FILING)
        archive.writestr("num.txt", header + row + "\n")
    assert items_of(path)["value"].to_list() == [5.0]
