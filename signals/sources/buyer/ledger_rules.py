"""Why a row of a ledger is rejected, in words; one sentence per rule of `sql/15_ledger`."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

_REASONS: Mapping[str, str] = {
    "order_line_is_unique": "the same order and line are there twice; the first one is used",
    "invoice_is_unique": "the same invoice number is there twice; the first one is used",
    "rate_is_unique": "the same currency and day are there twice; the first one is used",
    "quantity_is_positive": "the quantity is zero or negative; returns belong into credit notes, "
    "cancelled quantities into cancelled_quantity",
    "unit_price_is_not_negative": "the unit price is negative; discounts belong into credit notes "
    "or chargebacks",
    "amount_is_quantity_times_price": "quantity times unit price is more than five times the "
    "amount, or less than a fifth of it; write the price of one unit, and check the decimal marks",
    "confirmed_on_or_after_order": "it was confirmed before it was ordered; check both dates",
    "requested_on_or_after_confirmation": "shipment was asked for before the order was confirmed; "
    "check both dates",
    "cancelled_on_or_after_order": "it was cancelled before it was ordered; check both dates",
    "cancelled_quantity_within_order": "the cancelled quantity is negative or more than "
    "was ordered",
    "agreed_lead_days_is_positive": "the agreed lead time is zero or negative; leave it empty if "
    "none is agreed",
    "standard_minutes_is_positive": "the standard minutes are zero or negative; leave them empty "
    "if they are not known",
    "material_cost_is_not_negative": "the material cost is negative; leave it empty if it is not "
    "known",
    "forecast_is_not_negative": "the forecast is not a number of zero or more",
    "made_on_before_its_month": "the forecast was made when its month had begun; only what the "
    "supplier received beforehand counts",
    "wage_is_positive": "the minimum wage is not a number above zero",
    "efficiency_is_a_share": "the efficiency is not a share above 0 and at most 1; write 0.55 for "
    "55 %",
    "supplier_is_listed": "no supplier of the list has this supplier_id; correct the id, or add "
    "the "
    "supplier to the list",
    "currency_has_a_rate": "no rate of this currency is known for the day; add it to the table of "
    "rates, or correct the currency",
    "order_is_known": "no usable order line of the last 36 months has this order_id",
    "changed_on_or_after_order": "the change is dated before the order; check both dates",
    "delivered_on_or_after_order": "the delivery is dated before the order; check both dates",
    "initiated_by_is_known": "initiated_by is neither buyer nor supplier",
    "kind_is_known": "kind is none of invoice, credit_note, chargeback",
    "amount_is_positive": "the amount is zero or negative; give credit notes as rows of their own "
    "kind",
    "due_date_is_given": "neither due_on nor terms_days is filled, so no one can say whether it "
    "was paid late",
    "due_on_or_after_issue": "it was due before it was issued; check both dates",
    "invoice_is_known": "no usable invoice has this invoice_id",
    "paid_on_or_after_issue": "it was paid before the invoice was issued; the invoice is judged "
    "neither late nor on time until the dates are corrected",
    "rate_is_positive": "the rate is not a number above zero",
    "index_is_positive": "the index is not a number above zero",
    "cells_beyond_header": "the row has more or fewer cells than the header, or a quotation mark "
    "that does not match; a delimiter in a value needs quotation marks",
    "sheet_not_read": "a further sheet has the same headers and was not read; put all rows into "
    "one sheet or give a file for each",
    "share_is_positive": "the share is zero or negative",
    "country_is_known": "the country is not known; write its English name or ISO code",
    "basis_is_public_or_volunteered": "basis is neither public nor volunteered; capacity from any "
    "other source is not used",
    "some_capacity_is_given": "neither hours_per_month nor units_per_month is filled",
    "capacity_is_positive": "the capacity is zero or negative",
}


def reason(rule: str) -> str:
    """The sentence of a rule."""
    if rule in _REASONS:
        return _REASONS[rule]
    if rule.endswith("_is_given"):
        return f"{rule.removesuffix('_is_given')} is empty"
    if rule.endswith("_is_a_date"):
        return (
            f"{rule.removesuffix('_is_a_date')} is not a date; write YYYY-MM-DD, or set "
            "sources.buyer_ledger.options.date_format"
        )
    if rule.endswith("_is_a_number"):
        return (
            f"{rule.removesuffix('_is_a_number')} is not a number, or is ambiguous (1.000 is 1 or "
            "1000); write one decimal mark and no thousands marks, or set "
            "sources.buyer_ledger.options.decimal to dot or comma"
        )
    raise ValueError(f"no message for the rule {rule}")


def explained(rejected: pl.DataFrame) -> pl.DataFrame:
    """Rejected rows with their reasons, in the shape of `Staged.rejected`.

    Args:
        rejected: source_file, source_row, rule.
    """
    words = {rule: reason(rule) for rule in rejected["rule"].unique()}
    return rejected.select(
        "source_file",
        pl.col("source_row").cast(pl.Int64),
        "rule",
        pl.col("rule").replace_strict(words, return_dtype=pl.String).alias("reason")
        if words
        else pl.lit(None, pl.String).alias("reason"),
    ).sort("source_file", "source_row", "rule")
