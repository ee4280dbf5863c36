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
