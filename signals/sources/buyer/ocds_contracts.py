"""Contracts of Open Contracting releases as rows of a purchasing ledger."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from signals.sources.buyer.ocds_parties import SupplierIndex, party_of
from signals.sources.buyer.ocds_releases import allowed, compiled, mapping, mappings
from suppliers.intake.days import stated_day
from suppliers.intake.numbers import stated_number

#: `terminated` is no cancellation: it says that a contract ended, as agreed or before.
_CANCELLED = frozenset({"cancelled", "canceled"})
#: Proposed and not yet in force (OCDS, codelist contractStatus), so no order yet.
_PENDING = "pending"
#: The code of ISO 4217 for no currency. A public buyer's amount without one is in no known money.
_NOT_STATED = "XXX"
#: Items whose sum differs from the contract's value by more are not all of the contract.
_SUM_TOLERANCE = 0.01

LINES_SCHEMA: dict[str, pl.DataType] = {
    "order_id": pl.String(),
    "line_id": pl.String(),
    "supplier_id": pl.String(),
    "ordered_on": pl.String(),
    "sku": pl.String(),
    "category": pl.String(),
    "quantity": pl.String(),
    "unit_price": pl.String(),
    "currency": pl.String(),
    "status": pl.String(),
    "cancelled_on": pl.String(),
    "source_row": pl.Int64(),
}

CHANGES_SCHEMA: dict[str, pl.DataType] = {
    "order_id": pl.String(),
    "changed_on": pl.String(),
    "source_row": pl.Int64(),
}


class Contracts(NamedTuple):
    """Rows of one buyer's contracts.

    Attributes:
        lines: order lines, columns of `LINES_SCHEMA`; texts, to be typed later.
        changes: amendments, columns of `CHANGES_SCHEMA`.
        undated: numbers of the releases that cannot be ordered, having no date.
    """

    lines: pl.DataFrame
    changes: pl.DataFrame
    undated: list[int]


def contracts_of(
    found: Sequence[Mapping[str, Any]], suppliers: SupplierIndex, as_of: dt.date
) -> Contracts:
    """Contracts as order lines, their amendments as order changes.

    A line is an item with a unit value where the items add up to the contract's value, else the
    whole contract at its value. A contract that is pending by the as-of date is no order yet.
    `source_row` counts the releases from 1 and names the last one
    that holds the contract.

    Args:
        found: releases of one buyer.
        suppliers: the list.
        as_of: releases dated later are not seen.
    """
    processes: dict[str, list[tuple[str, int, dict[str, Any]]]] = defaultdict(list)
    undated: list[int] = []
    for number, release in enumerate(found, start=1):
        day = release_day(release.get("date"))
        if day is None:
            undated.append(number)
        elif day <= as_of.isoformat():
            processes[str(release.get("ocid"))].append((day, number, allowed(release)))
    lines: list[dict[str, object]] = []
    changes: list[dict[str, object]] = []
    for ocid, dated in sorted(processes.items()):
        dated.sort(key=lambda one: (str(one[2]["date"]), one[1]))
        state = compiled([release for _, _, release in dated])
        for contract in mappings(state, "contracts"):
            if contract.get("status") == _PENDING:
                continue
            order_id = f"{ocid}/{contract['id']}"
            stated = [
                (day, number, own)
                for day, number, release in dated
                for own in mappings(release, "contracts")
                if own["id"] == contract["id"]
            ]
            award = _award(state, contract)
            is_cancelled = contract.get("status") in _CANCELLED
            common = {
                "order_id": order_id,
                "supplier_id": _supplier(state, award, contract, suppliers),
                "ordered_on": release_day(contract.get("dateSigned"))
                or release_day(award.get("date"))
                or stated[0][0],
                "status": "cancelled" if is_cancelled else None,
                "cancelled_on": _cancelled_on(stated) if is_cancelled else None,
                "source_row": stated[-1][1],
            }
            lines += [common | item for item in _items(contract)]
            for amendment in mappings(contract, "amendments"):
                changed_on = release_day(amendment.get("date"))
                changes.append(
                    {"order_id": order_id, "changed_on": changed_on, "source_row": stated[-1][1]}
                )
    return Contracts(
        pl.DataFrame(lines, schema=LINES_SCHEMA),
        pl.DataFrame(changes, schema=CHANGES_SCHEMA),
        undated,
    )


def _cancelled_on(stated: Sequence[tuple[str, int, Mapping[str, Any]]]) -> str:
    """The day of the first release that states the cancellation."""
    return next(day for day, _, contract in stated if contract.get("status") in _CANCELLED)


def _items(contract: Mapping[str, Any]) -> list[dict[str, object]]:
    value = mapping(contract, "value")
    rows: list[dict[str, object]] = []
    items = mappings(contract, "items")
    total = 0.0
    for item in items:
        price = mapping(mapping(item, "unit"), "value")
        amount, quantity = _number(price.get("amount")), _number(item.get("quantity"))
        if amount is None or quantity is None:
            break
        total += amount * quantity
        rows.append(
            {
                "line_id": item["id"],
                "sku": _text(item.get("description")),
                "category": _text(mapping(item, "classification").get("id")),
                "quantity": _text(item["quantity"]),
                "unit_price": _text(price["amount"]),
                "currency": _text(price.get("currency") or value.get("currency") or _NOT_STATED),
            }
        )
    if rows and len(rows) == len(items) and _adds_up(rows, total, value):
        return rows
    return [
        {
            "line_id": "1",
            "sku": None,
            "category": None,
            "quantity": "1",
            "unit_price": _text(value.get("amount")),
            "currency": _text(value.get("currency") or _NOT_STATED),
        }
    ]


def _adds_up(rows: Sequence[Mapping[str, object]], total: float, value: Mapping[str, Any]) -> bool:
    """Whether items are the whole of a contract, as far as its value says."""
    stated = _number(value.get("amount"))
    if stated is None:
        return True
    if {row["currency"] for row in rows} != {value.get("currency") or _NOT_STATED}:
        return False
    return abs(total - stated) <= _SUM_TOLERANCE * abs(stated)


def _award(state: Mapping[str, Any], contract: Mapping[str, Any]) -> Mapping[str, Any]:
    for award in mappings(state, "awards"):
        if award.get("id") == contract.get("awardID"):
            return award
    return {}


def _supplier(
    state: Mapping[str, Any],
    award: Mapping[str, Any],
    contract: Mapping[str, Any],
    suppliers: SupplierIndex,
) -> str:
    parties = [*mappings(award, "suppliers"), *mappings(contract, "suppliers")]
    for reference in parties:
        for party in (party_of(state, reference), reference):
            found = suppliers.find(party)
            if found is not None:
                return found
    return "not on the list"


def _number(value: object) -> float | None:
    try:
        return None if value is None else stated_number(value)
    except ValueError:
        return None


def release_day(value: object) -> str | None:
    """The day of a date as releases write it, as ISO text; None where it is none."""
    try:
        return stated_day(value).isoformat()
    except ValueError:
        return None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
