"""Rejected rows of the supplier list, apart from rejected rows of sources."""

import polars as pl

#: Staging tables that hold the supplier list.
LIST_TABLES = ("stg_suppliers", "stg_sites")


def rejected_of_list(rejected: pl.DataFrame) -> int:
    """How many rejected rows are rows of the supplier list."""
    return rejected.filter(pl.col("table_name").is_in(LIST_TABLES)).height


def rejections_text(of_list: int, of_sources: int) -> str:
    """Both numbers in words: a list of persons in a source says nothing of the buyer's list."""
    return f"rejected rows: {of_list:,} of the supplier list, {of_sources:,} of sources"


def with_suppliers(rejected: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """Rejected rows with the supplier's id and name, where the list gives those of a company.

    Args:
        rejected: table_name, source_file, source_row, rule, reason.
        listed: rejected rows of the supplier list: source_file, source_row, supplier_id, name.
    """
    keys = ["source_file", "source_row"]
    named = listed.select(*keys, "supplier_id", "name").unique(keys, keep="first")
    joined = rejected.join(named, on=keys, how="left", maintain_order="left")
    is_of_list = pl.col("table_name").is_in(LIST_TABLES)
    return joined.select(
        "table_name",
        *keys,
        *(pl.when(is_of_list).then(name).alias(name) for name in ("supplier_id", "name")),
        "rule",
        "reason",
    )
