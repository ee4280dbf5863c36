"""The ledger as people export it: bad rows, other spellings, columns about persons."""

import datetime as dt
import re
from pathlib import Path

import polars as pl
import pytest

from configs.config_errors import UsageError
from signals.account import NOT_THEN, Unit
from signals.sources.buyer import buyer_ledger
from signals.sources.buyer.ledger_columns import ledger_columns, ledger_tables
from signals.sources.buyer.ledger_rules import reason
from sql.ledger_aggregation import statements
from suppliers.input_errors import NonExtractiveError
from suppliers.intake.numbers import number_of, number_style
from tests.signals.builders import balance, context, suppliers
from tests.signals.purchasing.ledgers import Row, line, monthly_lines, rules, staged, write
from tests.suppliers.workbooks import write_workbook

BAD_LINES: tuple[tuple[str, Row], ...] = (
    ("ordered_on_is_a_date", line("x1", "31/31/2023")),
    ("quantity_is_positive", line("x2", "2024-01-01", quantity=-5)),
    ("quantity_is_positive", line("x3", "2024-01-01", quantity=0)),
    ("quantity_is_a_number", line("x4", "2024-01-01", quantity="ten")),
    ("quantity_is_given", line("x5", "2024-01-01", quantity=None)),
    ("unit_price_is_not_negative", line("x6", "2024-01-01", unit_price=-1)),
    ("confirmed_on_or_after_order", line("x7", "2024-01-05", confirmed_on="2024-01-04")),
    ("requested_on_or_after_confirmation",
     line("x8", "2024-01-01", confirmed_on="2024-01-09", requested_on="2024-01-08")),
    ("supplier_is_listed", line("x9", "2024-01-01", supplier_id="Z")),
    ("currency_has_a_rate", line("x10", "2024-01-01", currency="XYZ")),
    ("order_line_is_unique", line("O2023-6", "2023-06-10")),
    ("order_id_is_given", line(None, "2024-01-01")),
    ("cancelled_quantity_within_order", line("x11", "2024-01-01", cancelled_quantity=11)),
)  # fmt: skip


def test_bad_lines_are_rejected_one_by_one_and_the_rest_is_used(tmp_path: Path) -> None:
    good = monthly_lines()
    ledger = write(tmp_path / "l", order_lines=[*good, *(row for _, row in BAD_LINES)])
    months, years = staged(tmp_path, ledger)
    expected: dict[str, list[int]] = {}
    for number, (rule, _) in enumerate(BAD_LINES):
        expected.setdefault(rule, []).append(number + 2 + len(good))
    assert rules(months) == expected
    assert months.rejected["source_file"].unique().to_list() == ["order_lines.csv"]
    assert all(text.strip() for text in months.rejected["reason"])
    assert years.rows["orders"].to_list() == [12]
    assert months.rows["ordered_value"].sum() == 1200


def test_every_row_of_a_ledger_is_used_rejected_or_out_of_scope(tmp_path: Path) -> None:
    of_strangers: Row = {"supplier_id": "Z"}
    lines = [
        *monthly_lines(),
        line("O2023-6", "2023-06-10"),
        line("x1", "2024-01-01", quantity=0),
        line("later", "2024-06-02"),
        line("later and bad", "2024-06-02", quantity="ten"),
        line("old", "2021-05-31"),
        line("old and bad", "2021-05-31", **of_strangers),
    ]
    changes: list[Row] = [
        {"order_id": "O2023-6", "changed_on": "2023-06-20", "initiated_by": "buyer"},
        {"order_id": "O2023-6", "changed_on": "2023-06-20", "initiated_by": "supplier"},
        {"order_id": "no such order", "changed_on": "2023-06-20", "initiated_by": "buyer"},
        {"order_id": "O2023-6", "changed_on": "2024-06-20", "initiated_by": "buyer"},
    ]
    ledger = write(tmp_path / "l", order_lines=lines, order_changes=changes)
    using = context(tmp_path, mirror=ledger, supplier_rows=suppliers({"supplier_id": "A"}))
    assert balance(buyer_ledger, using, Unit.ROW) == {
        "read": 18 + 4,
        "used": 12 + 1,
        "rejected": {
            "order_line_is_unique": 1,
            "quantity_is_positive": 1,
            "supplier_is_listed": 1,
            "order_is_known": 1,
        },
        "out_of_scope": {
            NOT_THEN: 2 + 1,
            "of more than three years before the last month": 1,
            "a change that the supplier asked for, or made before the order was bound": 1,
        },
    }


def test_payments_before_their_invoice_leave_it_unjudged(tmp_path: Path) -> None:
    invoices = [
        {"invoice_id": number, "supplier_id": "A", "issued_on": "2023-08-01",
         "due_on": "2023-09-01", "amount": 100}
        for number in (1, 2, 2)
    ]  # fmt: skip
    payments = [
        {"invoice_id": 1, "paid_on": "2023-07-31", "amount": 100},
        {"invoice_id": 2, "paid_on": "2023-09-01", "amount": 100},
        {"invoice_id": 7, "paid_on": "2023-09-01", "amount": 100},
    ]
    ledger = write(
        tmp_path / "l", order_lines=monthly_lines(), invoices=invoices, payments=payments
    )
    months, _ = staged(tmp_path, ledger)
    assert rules(months) == {
        "invoice_is_unique": [4],
        "paid_on_or_after_issue": [2],
        "invoice_is_known": [4],
    }
    assert months.rows["due_value"].sum() == 100
    assert months.rows["late_value"].sum() == 0


def test_a_tenth_of_unreadable_lines_does_not_stop_the_rest(tmp_path: Path) -> None:
    rows = [
        line(f"n{number}", "2024-13-45" if number % 10 == 0 else "2024-02-01")
        for number in range(200)
    ]
    months, years = staged(tmp_path, write(tmp_path / "l", order_lines=rows))
    assert len(rules(months)["ordered_on_is_a_date"]) == 20
    assert years.rows["orders"].to_list() == [180]


def test_a_ledger_of_strangers_alone_is_reported_and_nothing_is_made_of_it(tmp_path: Path) -> None:
    rows = [{**row, "supplier_id": "Z"} for row in monthly_lines()]
    months, years = staged(tmp_path, write(tmp_path / "l", order_lines=rows))
    assert len(rules(months)["supplier_is_listed"]) == 12
    assert "add the supplier to the list" in months.rejected["reason"][0]
    assert months.rows.is_empty()
    assert years.rows.is_empty()


def test_an_unreadable_file_is_reported_and_the_others_are_used(tmp_path: Path) -> None:
    ledger = write(tmp_path / "l", order_lines=monthly_lines())
    (ledger / "invoices.csv").write_text("number,what\n1,2\n")
    months, years = staged(tmp_path, ledger)
    assert rules(months) == {"unreadable_file": [None]}
    assert "'invoice_id'" in months.rejected["reason"][0]
    assert years.rows["orders"].to_list() == [12]


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["1.234,5", "1.234", "7"], [1234.5, 1234.0, 7.0]),
        (["1,234.5", "1,234", "7"], [1234.5, 1234.0, 7.0]),
        (["1.234,5", "12.50", "1.234"], [1234.5, 12.5, None]),
        (["12,5", "(3)", "4-", "1 000", "1'000"], [12.5, -3.0, -4.0, 1000.0, 1000.0]),
        (["1.2.3", "", "1e3", "12,34,5"], [None, None, 1000.0, None]),
    ],
)
def test_amounts_are_read_in_their_own_style_or_not_at_all(
    texts: list[str], numbers: list[float | None]
) -> None:
    table = pl.DataFrame({"amount": texts})
    read = table.select(number_of("amount", number_style(table, ["amount"])))
    assert read["amount"].to_list() == numbers


def test_names_of_buyers_reject_the_file_until_dropped(tmp_path: Path) -> None:
    rows = [{**row, "Buyer Name": "Jane Roe"} for row in monthly_lines()]
    ledger = write(tmp_path / "l", order_lines=rows)
    with pytest.raises(NonExtractiveError, match=r"'Buyer Name'.*options\.drop") as refused:
        staged(tmp_path, ledger)
    assert "Jane" not in str(refused.value)
    months, _ = staged(tmp_path, ledger, drop=["Buyer Name"])
    assert months.rejected.is_empty()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_declared_column_is_no_false_alarm(tmp_path: Path, suffix: str) -> None:
    folder = tmp_path / "l"
    folder.mkdir()
    lines = pl.DataFrame([{**row, "contact_code": 7, "buyer": 12} for row in monthly_lines()])
    typed = lines.with_columns(pl.col("ordered_on").str.to_date())
    if suffix == "csv":
        typed.write_csv(folder / "order_lines.csv")
    else:
        typed.write_parquet(folder / "order_lines.parquet")
    with pytest.raises(NonExtractiveError, match="declared_false_alarms"):
        staged(tmp_path, folder)
    reasons = {"Contact Code": "number of an office", "buyer": "number of a plant"}
    months, _ = staged(tmp_path, folder, declared_false_alarms=reasons)
    assert months.rows.height == 12


def test_a_contact_column_in_parquet_is_rejected_too(tmp_path: Path) -> None:
    ledger = tmp_path / "l"
    ledger.mkdir()
    _typed_lines().with_columns(contact=pl.lit("x")).write_parquet(ledger / "order_lines.parquet")
    with pytest.raises(NonExtractiveError, match="contact"):
        staged(tmp_path, ledger)


def test_mail_addresses_in_a_read_column_reject_the_file(tmp_path: Path) -> None:
    ledger = tmp_path / "l"
    ledger.mkdir()
    mails = _typed_lines().with_columns(category=pl.lit("jane.roe@example.org"))
    mails.write_parquet(ledger / "order_lines.parquet")
    with pytest.raises(NonExtractiveError, match="category"):
        staged(tmp_path, ledger)


def _typed_lines() -> pl.DataFrame:
    return pl.DataFrame(monthly_lines()).with_columns(
        pl.col("ordered_on").str.to_date(), pl.col("quantity", "unit_price").cast(pl.Float64)
    )


def test_csv_xlsx_and_parquet_give_the_same(tmp_path: Path) -> None:
    lines = _typed_lines().with_columns(
        status=pl.when(pl.col("order_id") == "O2023-8").then(pl.lit("Cancelled")),
        currency=pl.lit("eur"),
    )
    frames = {}
    for suffix in ("csv", "xlsx", "parquet"):
        folder = tmp_path / suffix
        folder.mkdir()
        path = folder / f"order_lines_2023.{suffix}"
        if suffix == "csv":
            lines.write_csv(path)
        elif suffix == "parquet":
            lines.write_parquet(path)
        else:
            _write_workbook(lines, path)
        frames[suffix] = staged(tmp_path, folder)[0].rows.drop("origin")
    assert frames["csv"]["cancelled_value"].sum() == 100
    assert frames["csv"].equals(frames["parquet"])
    assert frames["csv"].equals(frames["xlsx"])


def _write_workbook(lines: pl.DataFrame, path: Path) -> None:
    rows = [["" if cell is None else str(cell) for cell in row] for row in lines.rows()]
    write_workbook(path, {"Sheet1": [lines.columns, *rows]})


def test_own_headers_file_names_and_dates_are_mapped(tmp_path: Path) -> None:
    folder = tmp_path / "l"
    folder.mkdir()
    pl.DataFrame(
        {
            "EBELN": [f"45{number}" for number in range(6)],
            "EBELP": ["10"] * 6,
            "LIFNR": ["A"] * 6,
            "BEDAT": ["01/02/2024"] * 6,
            "MENGE": ["1.000,0"] * 6,
            "NETPR": ["2,50"] * 6,
            "Matkl": ["knit"] * 6,
        }
    ).write_csv(folder / "ekpo_export.csv")
    months, years = staged(
        tmp_path,
        folder,
        tables={"order_lines": "ekpo*.csv"},
        map={
            "EBELN": "order_lines.order_id", "EBELP": "order_lines.line_id",
            "LIFNR": "order_lines.supplier_id", "BEDAT": "order_lines.ordered_on",
            "MENGE": "order_lines.quantity", "order_lines: NETPR": "order_lines.unit_price",
        },
        date_format="%d/%m/%Y",
    )  # fmt: skip
    assert years.rows["orders"].to_list() == [6]
    assert months.rows["month"].to_list() == [dt.date(2024, 2, 1)]
    assert months.rows["ordered_value"].to_list() == [6 * 2500.0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"map": {"EBELN": "orders.order_id"}}, "EBELN"),
        ({"map": {"EBELN": "order_lines.number"}}, "no column 'number'"),
        ({"tables": {"orders": "x.csv"}}, "no table 'orders'"),
        ({"reporting_currency": "Euro"}, "reporting_currency"),
    ],
)
def test_options_that_name_nothing_are_usage_errors(
    tmp_path: Path, options: dict[str, object], message: str
) -> None:
    ledger = write(tmp_path / "l", order_lines=monthly_lines())
    with pytest.raises(UsageError, match=message):
        staged(tmp_path, ledger, **options)


def test_rows_without_a_mirror(tmp_path: Path) -> None:
    using = context(tmp_path, supplier_rows=suppliers({"supplier_id": "A"}))
    assert buyer_ledger.pull(using) == []


def test_each_rule_of_the_statements_has_words() -> None:
    text = "\n".join(content for _, content in statements())
    found = set(re.findall(r"'([a-z_]+_(?:is|are|or|within)_[a-z_]+)'", text))
    assert "paid_on_or_after_issue" in found
    for rule in found | {
        f"{column.name}_is_a_{column.kind}"
        for table in ledger_tables()
        for column in ledger_columns(table)
        if column.kind in ("date", "number")
    }:
        assert reason(rule)


def test_the_template_lists_every_column() -> None:
    page = (Path(__file__).parents[4] / "docs" / "how-to" / "ledger-template.md").read_text()
    for table in ledger_tables():
        for column in ledger_columns(table):
            assert f"`{column.name}`" in page, (table, column.name)


def _with_amounts(price: str, amount: str, quantity: str = "1.500") -> list[Row]:
    return [
        {**row, "quantity": quantity, "unit_price": price, "amount": amount}
        for row in monthly_lines()
    ]


@pytest.mark.parametrize(
    ("price", "amount", "value"),
    [
        ("2.000", "3000000", 3_000_000.0),  # 1,500 times 2,000
        ("2.000", "3", 3.0),  # 1.5 times 2
        ("2,000", "3000", 3000.0),  # 1.5 times 2,000 or 1,500 times 2: the file has two styles
    ],
)
def test_the_amount_of_a_line_settles_ambiguous_numbers(
    tmp_path: Path, price: str, amount: str, value: float
) -> None:
    months, _ = staged(tmp_path, write(tmp_path / "l", order_lines=_with_amounts(price, amount)))
    if price == "2,000":
        assert set(rules(months)) == {"quantity_is_a_number"}
        assert months.rows.is_empty()
    else:
        assert rules(months) == {}
        assert months.rows["ordered_value"].to_list() == [value] * 12


@pytest.mark.parametrize(
    ("price", "amount", "is_used"),
    [("20", "200", True), ("20", "170", True), ("20", "2", False), ("20", "200000", False),
     ("2000", "200", False), ("20", None, True)],
)  # fmt: skip
def test_a_line_is_quantity_times_price_but_for_a_discount(
    tmp_path: Path, price: str, amount: str | None, is_used: bool
) -> None:
    odd = {**line("x", "2024-01-15"), "unit_price": price, "amount": amount}
    months, _ = staged(tmp_path, write(tmp_path / "l", order_lines=[*monthly_lines(), odd]))
    expected = {} if is_used else {"amount_is_quantity_times_price": [14]}
    assert rules(months) == expected


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_two_headers_for_one_column_leave_open_which_is_meant(tmp_path: Path, suffix: str) -> None:
    ledger = tmp_path / "l"
    ledger.mkdir()
    frame = pl.DataFrame(monthly_lines()).with_columns(
        pl.col("ordered_on").str.to_date(), MENGE=pl.lit(99)
    )
    path = ledger / f"order_lines.{suffix}"
    frame.write_csv(path) if suffix == "csv" else frame.write_parquet(path)
    headers = {"quantity": "order_lines.quantity", "MENGE": "order_lines.quantity"}
    months, _ = staged(tmp_path, ledger, map=headers)
    (reason,) = months.rejected["reason"]
    assert "'quantity' and 'MENGE' both mean 'quantity'" in reason
    assert months.rows.is_empty()
    months, _ = staged(tmp_path, ledger, map=headers, drop=["MENGE"])
    assert months.rows["ordered_value"].sum() == 1200
