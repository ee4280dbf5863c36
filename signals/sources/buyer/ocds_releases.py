"""Contracts in Open Contracting releases: from JSON packages to rows of a ledger.

Read by an allow-list of paths. `contactPoint` and every other field about a person is never
touched. Where several releases tell of one contract, the latest by date speaks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from suppliers.header_text import normalise_header
from suppliers.input_errors import DataRejectedError

_CANCELLED = frozenset({"cancelled", "canceled", "terminated", "unsuccessful", "withdrawn"})

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


def releases(parsed: object, where: str) -> list[Mapping[str, Any]]:
    """The releases of a package, a record package, a versioned record or a bare release.

    Compiled releases are taken only where no single release is available: they tell the state of
    the day they were compiled, not what was known when.

    Raises:
        DataRejectedError: it is none of these.
    """
    found = list(_releases(parsed))
    if not found:
        raise DataRejectedError(
            f"{where}: there is no Open Contracting release in it; give release or record packages "
            "(standard.open-contracting.org)."
        )
    return found


def _releases(parsed: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(parsed, list):
        for part in parsed:
            yield from _releases(part)
    elif isinstance(parsed, Mapping):
        single = [part for part in _list(parsed, "releases") if "ocid" in part]
        if single:
            yield from single
        elif isinstance(parsed.get("records"), list):
            for record in _list(parsed, "records"):
                yield from _releases(record)
        elif isinstance(parsed.get("compiledRelease"), Mapping):
            yield parsed["compiledRelease"]
        elif "ocid" in parsed:
            yield parsed


class SupplierIndex:
    """Finds a supplier of the list by an identifier of the contract notice, else by exact name."""

    def __init__(self, suppliers: pl.DataFrame) -> None:
        self._by_identifier: dict[str, str] = {}
        names: dict[str, set[str]] = {}
        for row in suppliers.sort("supplier_id", descending=True).iter_rows(named=True):
            for column in ("company_number", "lei", "supplier_id"):
                if row.get(column):
                    self._by_identifier[_plain(str(row[column]))] = row["supplier_id"]
            if row.get("name"):
                names.setdefault(normalise_header(row["name"]), set()).add(row["supplier_id"])
        self._by_name = {name: min(ids) for name, ids in names.items() if len(ids) == 1}

    def find(self, party: Mapping[str, Any]) -> str | None:
        """supplier_id of a party, or None."""
        identifiers = [_dict(party, "identifier"), *_list(party, "additionalIdentifiers")]
        for identifier in identifiers:
            found = self._by_identifier.get(_plain(str(identifier.get("id") or "")))
            if found is not None:
                return found
        return self._by_name.get(normalise_header(str(party.get("name") or "")))


def is_of_buyer(release: Mapping[str, Any], buyer: str) -> bool:
    """Whether a release is of the buyer, by exact name or identifier in any spelling."""
    wanted = normalise_header(buyer)
    own = _dict(release, "buyer")
    party = _party(release, own)
    texts = [
        own.get("name"), own.get("id"), _dict(own, "identifier").get("id"), party.get("name"),
        _dict(party, "identifier").get("id"), _dict(party, "identifier").get("legalName"),
    ]  # fmt: skip
    return any(normalise_header(str(text)) == wanted for text in texts if text)


def ledger_rows(
    found: Sequence[Mapping[str, Any]], suppliers: SupplierIndex, as_of: dt.date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Contracts as order lines, their amendments as order changes; texts, to be typed later.

    A line is an item with a unit value, else the whole contract at its value. `source_row` counts
    the releases from 1.

    Args:
        found: releases of one buyer.
        suppliers: the list.
        as_of: releases dated later are not seen.
    """
    latest: dict[str, tuple[str, int, Mapping[str, Any], Mapping[str, Any]]] = {}
    for number, release in enumerate(found, start=1):
        day = _day(release.get("date"))
        if day is not None and day > as_of.isoformat():
            continue
        for contract in _list(release, "contracts"):
            key = f"{release.get('ocid')}/{contract.get('id')}"
            if key not in latest or (day or "") >= latest[key][0]:
                latest[key] = (day or "", number, release, contract)
    lines: list[dict[str, object]] = []
    changes: list[dict[str, object]] = []
    for key, (day, number, release, contract) in sorted(latest.items()):
        award = _award(release, contract)
        common = {
            "order_id": key,
            "supplier_id": _supplier(release, award, contract, suppliers),
            "ordered_on": _day(contract.get("dateSigned")) or _day(award.get("date")) or day,
            "status": "cancelled" if contract.get("status") in _CANCELLED else None,
            "cancelled_on": day if contract.get("status") in _CANCELLED else None,
            "source_row": number,
        }
        lines += [common | item for item in _items(contract)]
        for amendment in _list(contract, "amendments"):
            changed_on = _day(amendment.get("date"))
            changes.append({"order_id": key, "changed_on": changed_on, "source_row": number})
    return pl.DataFrame(lines, schema=LINES_SCHEMA), pl.DataFrame(changes, schema=CHANGES_SCHEMA)


def _items(contract: Mapping[str, Any]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    items = _list(contract, "items")
    for place, item in enumerate(items, start=1):
        price = _dict(_dict(item, "unit"), "value")
        if price.get("amount") is None or item.get("quantity") is None:
            break
        kind = _dict(item, "classification").get("id")
        rows.append(
            {
                "line_id": str(item.get("id") or place),
                "sku": _text(item.get("description")),
                "category": _text(kind),
                "quantity": _text(item["quantity"]),
                "unit_price": _text(price["amount"]),
                "currency": _text(price.get("currency")),
            }
        )
    if rows and len(rows) == len(items):
        return rows
    value = _dict(contract, "value")
    return [
        {
            "line_id": "1",
            "sku": None,
            "category": None,
            "quantity": "1",
            "unit_price": _text(value.get("amount")),
            "currency": _text(value.get("currency")),
        }
    ]


def _award(release: Mapping[str, Any], contract: Mapping[str, Any]) -> Mapping[str, Any]:
    for award in _list(release, "awards"):
        if award.get("id") == contract.get("awardID"):
            return award
    return {}


def _supplier(
    release: Mapping[str, Any],
    award: Mapping[str, Any],
    contract: Mapping[str, Any],
    suppliers: SupplierIndex,
) -> str:
    parties = [*_list(award, "suppliers"), *_list(contract, "suppliers")]
    for reference in parties:
        for party in (_party(release, reference), reference):
            found = suppliers.find(party)
            if found is not None:
                return found
    return "not on the list"


def _party(release: Mapping[str, Any], reference: Mapping[str, Any]) -> Mapping[str, Any]:
    for party in _list(release, "parties"):
        if party.get("id") == reference.get("id") and party.get("id") is not None:
            return party
    return {}


def _day(value: object) -> str | None:
    return value[:10] if isinstance(value, str) and len(value) >= 10 else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _plain(identifier: str) -> str:
    return "".join(c for c in identifier.upper() if c.isalnum()).lstrip("0")


def _dict(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = parent.get(key)
    return value if isinstance(value, Mapping) else {}


def _list(parent: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = parent.get(key)
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []
