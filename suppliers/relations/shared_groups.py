"""Suppliers behind one parent, and suppliers at one place: how many, and which share of spend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import polars as pl

from suppliers.relations.relation_rows import name_key

GROUP_SCHEMA: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "shared_by": pl.String(),
    "suppliers": pl.Int64(),
    "supplier_ids": pl.String(),
    "annual_spend": pl.Float64(),
    "currency": pl.String(),
    "share_of_spend": pl.Float64(),
    "source": pl.String(),
}
_PREFIX, _NAMED = "supplier:", "named:"


def shared_groups(
    relations: pl.DataFrame, suppliers: pl.DataFrame, names: Mapping[str, str], *, least: float
) -> pl.DataFrame:
    """Groups of at least two suppliers, by kind, spend and size.

    Args:
        relations: sound ones, columns of `RELATION_SCHEMA`.
        suppliers: supplier_id, name, annual_spend, currency.
        names: by node.
        least: matches with register entries, and owners, below this confidence do not count.

    Returns:
        Columns of `GROUP_SCHEMA`. Spend and its share are null where a supplier of the group has
        no spend, or the list has several currencies.
    """
    entry_of = relations.filter(pl.col("kind") == "match", pl.col("confidence") >= least)
    suppliers_of: dict[str, set[str]] = defaultdict(set)
    for supplier, entry in entry_of.select("from_id", "to_id").iter_rows():
        suppliers_of[entry].add(supplier)
    members: dict[tuple[str, str], set[str]] = defaultdict(set)
    sources: dict[tuple[str, str], set[str]] = defaultdict(set)
    owned = relations.filter(
        pl.col("kind").is_in(["parent", "listed_parent", "owner"]), pl.col("confidence") >= least
    )
    for child, parent, source in owned.select("from_id", "to_id", "source").iter_rows():
        own = {child} if child.startswith(_PREFIX) else suppliers_of.get(child, set())
        if own:
            members["parent", parent] |= own
            sources["parent", parent].add(source)
    for named, entry in _entries_of(members, names).items():
        members["parent", entry] |= members.pop(("parent", named))
        sources["parent", entry] |= sources.pop(("parent", named))
    for kind in ("same_site", "same_address"):
        pairs = relations.filter(
            pl.col("kind") == kind,
            pl.col("from_id").str.starts_with(_PREFIX),
            pl.col("to_id").str.starts_with(_PREFIX),
        )
        for number, group in enumerate(_joined(pairs.select("from_id", "to_id").rows()), start=1):
            members[kind, f"{kind} {number}"] = group
            sources[kind, f"{kind} {number}"] = set(pairs["source"].unique())
    spend = dict(suppliers.select("supplier_id", "annual_spend").iter_rows())
    currencies = suppliers["currency"].drop_nulls().unique().to_list()
    total = suppliers["annual_spend"].sum() if len(currencies) <= 1 else 0.0
    rows = []
    for (kind, shared_by), group in members.items():
        if len(group) < 2:
            continue
        ids = sorted(node.removeprefix(_PREFIX) for node in group)
        known = [spend.get(one) for one in ids]
        spent = [value for value in known if value is not None]
        is_known = len(spent) == len(ids) and bool(total)
        rows.append(
            (
                kind,
                names.get(shared_by, shared_by)
                if kind == "parent"
                else names.get(f"{_PREFIX}{ids[0]}", ids[0]),
                len(ids),
                " ".join(ids),
                sum(spent) if is_known else None,
                currencies[0] if is_known and currencies else None,
                sum(spent) / total if is_known else None,
                ", ".join(sorted(sources[kind, shared_by])),
            )
        )
    frame = pl.DataFrame(rows, schema=GROUP_SCHEMA, orient="row").unique(
        ["kind", "shared_by", "supplier_ids"], keep="first", maintain_order=True
    )
    return frame.sort(
        "kind", "annual_spend", "suppliers", "supplier_ids",
        descending=[False, True, True, False], nulls_last=True,
    )  # fmt: skip


def _entries_of(
    members: Mapping[tuple[str, str], set[str]], names: Mapping[str, str]
) -> dict[str, str]:
    """Parents that are known by name alone, with the one register entry of that name."""
    parents = [parent for kind, parent in members if kind == "parent"]
    entries: dict[str, list[str]] = defaultdict(list)
    for parent in parents:
        if not parent.startswith((_NAMED, _PREFIX)):
            entries[_key(names.get(parent, parent))].append(parent)
    found = {
        parent: entries.get(_key(names.get(parent, parent)), [])
        for parent in parents
        if parent.startswith(_NAMED)
    }
    return {parent: entry[0] for parent, entry in found.items() if len(entry) == 1}


def _key(name: str) -> str:
    return str(pl.DataFrame({"name": [name]}).select(name_key("name")).item())


def _joined(pairs: list[tuple[str, str]]) -> list[set[str]]:
    """Groups of what pairs join, in the order of their first members."""
    group_of: dict[str, set[str]] = {}
    for one, other in pairs:
        joined = group_of.get(one, {one}) | group_of.get(other, {other})
        for member in joined:
            group_of[member] = joined
    unique = {id(group): group for group in group_of.values()}
    return sorted(unique.values(), key=min)
