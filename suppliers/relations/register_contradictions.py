"""Registers that name different parents of one company: both are kept, as weak relations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from suppliers.identity.names import comparable
from suppliers.relations.relation_rows import BY_MINORITY, BY_REGISTER

RULE = "registers_contradict"
REASON = (
    "two registers name different parents of the company; both relations are kept, to be checked"
)
_INDIRECT = ("ultimate", "indirect")


@dataclass(frozen=True)
class Compared:
    """Relations after registers were compared.

    Attributes:
        relations: all of them; those that contradict others have a lower confidence.
        contradicting: the same columns, those alone.
    """

    relations: pl.DataFrame
    contradicting: pl.DataFrame


def compare_registers(
    relations: pl.DataFrame, names: Mapping[str, str], *, least: float
) -> Compared:
    """Find companies of which two registers name different direct parents in force.

    A parent is who consolidates a company, or owns a majority of it. Entries of two registers are
    one company where they share an identifier or match one supplier. Parents of one name are taken
    for one company.

    Args:
        relations: sound ones, columns of `RELATION_SCHEMA`.
        names: by node; a parent without a name contradicts none.
        least: matches with register entries below this confidence do not count.
    """
    numbered = relations.with_row_index("row")
    direct = numbered.filter(
        pl.col("kind").is_in(["parent", "owner"]),
        pl.col("confidence") == BY_REGISTER,
        ~pl.col("note").fill_null("").str.contains("|".join(_INDIRECT)),
    )
    if direct["source"].n_unique() < 2:
        return Compared(relations, relations.clear())
    company = _companies(relations, least)
    parents: dict[str, list[tuple[int, str, str, object]]] = defaultdict(list)
    for row, child, parent, source in direct.select(
        "row", "from_id", "to_id", "source"
    ).iter_rows():
        if parent in names:
            known = company.get(parent, parent)
            parents[company.get(child, child)].append(
                (row, source, known, comparable(names[parent]).words)
            )
    found = {
        row
        for stated in parents.values()
        for row, source, known, name in stated
        if any(
            source != other_source and known != other and name != other_name
            for _, other_source, other, other_name in stated
        )
    }
    is_found = pl.col("row").is_in(sorted(found))
    lowered = pl.min_horizontal("confidence", pl.lit(BY_MINORITY))
    return Compared(
        numbered.with_columns(
            confidence=pl.when(is_found).then(lowered).otherwise("confidence")
        ).drop("row"),
        numbered.filter(is_found).drop("row"),
    )


def _companies(relations: pl.DataFrame, least: float) -> dict[str, str]:
    """One node for all entries of a company, by node."""
    same = relations.filter(
        (pl.col("kind") == "same_identifier")
        | ((pl.col("kind") == "match") & (pl.col("confidence") >= least))
    )
    group_of: dict[str, set[str]] = {}
    for one, other in same.select("from_id", "to_id").iter_rows():
        joined = group_of.get(one, {one}) | group_of.get(other, {other})
        for member in joined:
            group_of[member] = joined
    return {node: min(group) for node, group in group_of.items()}
